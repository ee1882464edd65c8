import assert from "node:assert/strict";
import { dirname } from "node:path";
import {
  emptyFolder,
  makeFolder,
  MARK,
  markOf,
  moveFolder,
  removeFolder,
  useFolder,
} from "@csc-classify/safe-files";
import { whyNotRemovable } from "../marked-folders.ts";
import { contentOf, inSandbox, namesIn } from "./sandbox.ts";

/** Whether this user may mount, as root on Linux may. */
const MAY_MOUNT = Deno.build.os === "linux" && Deno.uid() === 0 &&
  await new Deno.Command("unshare", { args: ["--mount", "true"] }).output()
    .then(({ success }) => success, () => false);
if (!MAY_MOUNT) console.log("skipped: mounts are made by root on Linux only");

const mount = (...args: string[]) => new Deno.Command("mount", { args }).output();
const unmount = (path: string) => new Deno.Command("umount", { args: [path] }).output();

Deno.test("a folder that is made for something is marked, one that was there is not", () =>
  inSandbox(async (folder) => {
    await Deno.mkdir(`${folder}/there`);
    await makeFolder(`${folder}/there`, "a thing");
    await makeFolder(`${folder}/there/plain/below`);
    await makeFolder(`${folder}/there/new/below`, "a thing");
    for (const name of ["there", "there/plain", "there/plain/below", "there/new"]) {
      assert.equal(await markOf(`${folder}/${name}`), undefined, name);
    }
    const { made, what } = (await markOf(`${folder}/there/new/below`))!;
    assert.deepEqual([made, what], [true, "a thing"]);
  }));

Deno.test("of twenty that make a folder at once none fails, and it has its mark", () =>
  inSandbox(async (folder) => {
    await Promise.all(Array.from({ length: 20 }, () => makeFolder(`${folder}/a/b`, "a thing")));
    assert.equal((await markOf(`${folder}/a/b`))?.made, true);
  }));

Deno.test("a folder that was made is removed with links in it, not what they lead to", () =>
  inSandbox(async (folder) => {
    await makeFolder(`${folder}/made`, "a thing");
    await Deno.mkdir(`${folder}/made/below`);
    await Deno.mkdir(`${folder}/thesis`);
    await Deno.writeTextFile(`${folder}/thesis/1.tex`, "mine");
    await Deno.symlink(`${folder}/thesis`, `${folder}/made/link`);
    await Deno.symlink(`${folder}/thesis/1.tex`, `${folder}/made/below/1.tex`);
    assert.equal(await removeFolder(`${folder}/made`), true);
    assert.equal(await removeFolder(`${folder}/made`), false);
    assert.deepEqual(await contentOf(folder), { "thesis": "/", "thesis/1.tex": "mine" });
  }));

Deno.test("no folder is removed that is not marked, is a link, or bears another's mark", () =>
  inSandbox(async (folder) => {
    await makeFolder(`${folder}/made`, "a thing");
    await Deno.mkdir(`${folder}/mine`);
    await Deno.writeTextFile(`${folder}/mine/1.tex`, "mine");
    await Deno.symlink(`${folder}/made`, `${folder}/link`);
    await Deno.mkdir(`${folder}/copy`);
    await Deno.copyFile(`${folder}/made/${MARK}`, `${folder}/copy/${MARK}`);
    await Deno.mkdir(`${folder}/linked mark`);
    await Deno.symlink(`${folder}/made/${MARK}`, `${folder}/linked mark/${MARK}`);
    await Deno.mkdir(`${folder}/forged`);
    await Deno.writeTextFile(`${folder}/forged/${MARK}`, '{"made": true}');
    await Deno.mkdir(`${folder}/broken`);
    await Deno.writeTextFile(`${folder}/broken/${MARK}`, "{");
    await Deno.writeTextFile(`${folder}/file`, "");
    const before = await contentOf(folder);
    const cases = {
      mine: /mine was not made by this project: it is not removed/,
      link: /link is a link/,
      copy: /copy was not made by this project/,
      "linked mark": /was not made/,
      forged: /was not made/,
      broken: /was not made/,
      file: /file is a file/,
    };
    for (const [name, message] of Object.entries(cases)) {
      await assert.rejects(removeFolder(`${folder}/${name}`), message);
      await assert.rejects(emptyFolder(`${folder}/${name}`, () => true));
    }
    await assert.rejects(removeFolder(`${folder}/made`, "else"), /is something else of this/);
    assert.deepEqual(await contentOf(folder), before);
  }));

Deno.test("the root, a home, this project, what lies above them and repositories never go", () =>
  inSandbox(async (folder) => {
    const home = Deno.env.get("HOME");
    Deno.env.set("HOME", `${folder}/a/home`);
    try {
      await makeFolder(`${folder}/a`, "a thing");
      await makeFolder(`${folder}/a/home`, "a thing");
      await makeFolder(`${folder}/clone`, "a thing");
      await Deno.mkdir(`${folder}/clone/.git`);
      await Deno.symlink(`${folder}/a`, `${folder}/b`);
      for (
        const [path, message] of [[`${folder}/a`, /home/], [`${folder}/b/home`, /home/]] as const
      ) {
        await assert.rejects(removeFolder(path), message);
        await assert.rejects(useFolder(path), message);
      }
      await assert.rejects(removeFolder(`${folder}/clone`), /is a repository/);
      let above = import.meta.dirname!.replace(/\/test$/, "");
      for (; dirname(above) !== above; above = dirname(above)) {
        assert.match(await whyNotRemovable(above) ?? "", /the folder of this project/, above);
        await assert.rejects(useFolder(above), /the folder of this project.*of its own/);
      }
      assert.match(await whyNotRemovable("/") ?? "", /root/);
    } finally {
      if (home === undefined) Deno.env.delete("HOME");
      else Deno.env.set("HOME", home);
    }
  }));

Deno.test("a folder that was moved is still known, its copy is not", () =>
  inSandbox(async (folder) => {
    await makeFolder(`${folder}/made`, "a thing");
    await new Deno.Command("cp", { args: ["-a", `${folder}/made`, `${folder}/copy`] }).output();
    await Deno.rename(`${folder}/made`, `${folder}/moved`);
    assert.equal((await markOf(`${folder}/moved`))?.made, true);
    assert.equal(await markOf(`${folder}/copy`), undefined);
    await moveFolder(`${folder}/moved`, `${folder}/again`);
    assert.equal((await markOf(`${folder}/again`))?.path, `${folder}/again`);
  }));

Deno.test("a folder is used where it is new, empty or ours; one with files of others is not", () =>
  inSandbox(async (folder) => {
    for (const name of ["empty", "mine", "ours"]) await Deno.mkdir(`${folder}/${name}`);
    await Deno.writeTextFile(`${folder}/mine/1.tex`, "mine");
    await Deno.writeTextFile(`${folder}/ours/results.json`, "{}");
    const isOurs = (path: string) => Promise.resolve(path.endsWith("ours"));
    for (const name of ["new/one", "empty", "ours"]) {
      await useFolder(`${folder}/${name}`, { isOurs });
      await Deno.writeTextFile(`${folder}/${name}/a.html`, "");
      await useFolder(`${folder}/${name}`);
    }
    await assert.rejects(
      useFolder(`${folder}/mine`, { isOurs, option: "CSC_OUT" }),
      /CSC_OUT is .*mine, which holds files that this project did not make \(1\.tex\)/,
    );
    assert.deepEqual(namesIn(`${folder}/mine`), ["1.tex"]);
    // what was there before is used, but never removed
    assert.equal((await markOf(`${folder}/empty`))?.made, false);
    await assert.rejects(removeFolder(`${folder}/empty`), /was not made/);
    assert.equal(await removeFolder(`${folder}/new/one`), true);
  }));

Deno.test("a folder that no folder can hold is refused in words, and so is an empty name", () =>
  inSandbox(async (folder) => {
    await Deno.symlink("nowhere", `${folder}/dangling`);
    await Deno.symlink("loop", `${folder}/loop`);
    await Deno.writeTextFile(`${folder}/file`, "mine");
    for (const name of ["dangling/sub", "loop/sub", "file/sub", "file/sub/deep"]) {
      await assert.rejects(
        useFolder(`${folder}/${name}`, { option: "CSC_OUT" }),
        /^OutputError: CSC_OUT is .*, which lies in what is no folder; name another$/,
      );
    }
    for (const name of ["/proc/x", "/dev/null", "/sys/new"]) {
      await assert.rejects(useFolder(name), /^OutputError: .* where the system keeps devices/);
    }
    await assert.rejects(useFolder(" "), /^OutputError: .* is empty; give a name/);
    assert.deepEqual(namesIn(folder), ["dangling", "file", "loop"]);
  }));

Deno.test("a link within a folder is followed only to a folder that may be used, too", () =>
  inSandbox(async (folder) => {
    await Deno.mkdir(`${folder}/out/a`, { recursive: true });
    for (const name of ["disk", "thesis"]) await Deno.mkdir(`${folder}/${name}`);
    await Deno.symlink(`${folder}/disk`, `${folder}/out/a/catalogue`);
    const isOurs = (path: string) => Promise.resolve(path.endsWith("out"));
    await useFolder(`${folder}/out`, { isOurs });
    assert.equal((await markOf(`${folder}/disk`))?.made, false);
    await Deno.writeTextFile(`${folder}/thesis/figure.svg`, "mine");
    await Deno.symlink(`${folder}/thesis`, `${folder}/out/figures`);
    await assert.rejects(useFolder(`${folder}/out`), /figures holds files.*figure\.svg/);
    await Deno.symlink(`${folder}/nowhere`, `${folder}/lost`);
    await assert.rejects(useFolder(`${folder}/lost`), /a link and leads to no folder/);
  }));

Deno.test("only what is named goes from a folder; what else is in it stays, with its mark", () =>
  inSandbox(async (folder) => {
    const out = `${folder}/out`;
    await makeFolder(out, "results");
    await makeFolder(`${out}/figures`);
    for (const name of ["index.html", "figures/a.svg", "thesis.tex"]) {
      await Deno.writeTextFile(`${out}/${name}`, name);
    }
    const isNamed = (name: string) => name !== "thesis.tex";
    assert.deepEqual(await emptyFolder(out, isNamed), {
      removed: ["figures", "index.html"],
      left: ["thesis.tex"],
    });
    assert.deepEqual(namesIn(out), [MARK, "thesis.tex"]);
    await Deno.remove(`${out}/thesis.tex`);
    await emptyFolder(out, isNamed);
    assert.deepEqual(namesIn(folder), []);
  }));

Deno.test("a folder without a mark loses what is named where the user has said so, and stays", () =>
  inSandbox(async (folder) => {
    await Deno.writeTextFile(`${folder}/index.html`, "");
    await emptyFolder(folder, () => true, { confirmed: true });
    assert.deepEqual(namesIn(folder), []);
  }));

Deno.test({
  name: "what is mounted below a folder keeps the whole folder, from the same disk, too",
  ignore: !MAY_MOUNT,
  fn: () =>
    inSandbox(async (folder) => {
      await Deno.mkdir(`${folder}/thesis`);
      await Deno.writeTextFile(`${folder}/thesis/1.tex`, "mine");
      await makeFolder(`${folder}/made`, "a thing");
      await makeFolder(`${folder}/made/a/b`);
      const inside = `${folder}/made/a/b`;
      for (const args of [["-t", "tmpfs", "tmpfs"], ["--bind", `${folder}/thesis`]]) {
        await mount(...args, inside);
        try {
          await assert.rejects(removeFolder(`${folder}/made`), /b is a mount point: nothing of/);
          assert.deepEqual(namesIn(`${folder}/made`), [MARK, "a"]);
        } finally {
          await unmount(inside);
        }
      }
      assert.deepEqual(namesIn(`${folder}/thesis`), ["1.tex"]);
      await mount("-t", "tmpfs", "tmpfs", `${folder}/made`);
      try {
        await assert.rejects(removeFolder(`${folder}/made`), /is a mount point/);
      } finally {
        await unmount(`${folder}/made`);
      }
      assert.equal(await removeFolder(`${folder}/made`), true);
    }),
});

Deno.test({
  name: "a folder goes from a disk that is full to the last byte",
  ignore: !MAY_MOUNT,
  fn: () =>
    inSandbox(async (folder) => {
      await mount("-t", "tmpfs", "-o", "size=64k,nr_inodes=8", "tmpfs", folder);
      try {
        await makeFolder(`${folder}/made`, "a thing");
        for (let i = 0;; i++) {
          const file = `${folder}/made/${i}`;
          if (await Deno.writeFile(file, new Uint8Array(16_384)).then(() => false, () => true)) {
            break;
          }
        }
        assert.equal(await removeFolder(`${folder}/made`), true);
        assert.deepEqual(namesIn(folder), []);
      } finally {
        await unmount(folder);
      }
    }),
});
