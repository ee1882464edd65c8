import assert from "node:assert/strict";
import { promises as fs } from "node:fs";
import {
  isPart,
  placeFiles,
  removeFile,
  removeParts,
  removeUnfinished,
  replaceFile,
  replaceFolder,
  systemWords,
  workFolder,
  writeAtomic,
  writeStream,
  WrittenFiles,
} from "@csc-classify/safe-files";
import { contentOf, inSandbox, namesIn } from "./sandbox.ts";

Deno.test("a file is written whole or not at all, and nothing is left beside it", () =>
  inSandbox(async (folder) => {
    const path = `${folder}/new/a.txt`;
    await writeAtomic(path, "old");
    const broken = writeStream(
      path,
      function* () {
        yield "ha";
        throw new Error("no room");
      }(),
    );
    await assert.rejects(broken, /no room/);
    assert.equal(await Deno.readTextFile(path), "old");
    let part = "";
    await replaceFile(path, async (given) => {
      part = given;
      await Deno.writeTextFile(given, "new");
      assert.equal(await Deno.readTextFile(path), "old");
    });
    assert.equal(await Deno.readTextFile(path), "new");
    assert.ok(isPart(part) && isPart(`${part}.wasm`));
    assert.ok(!isPart("film.mkv.part") && !isPart("a.part"));
  }));

Deno.test("a library's own words for a full disk become the system's, with the file's name", () =>
  inSandbox(async (folder) => {
    for (const said of ["Invalid thrift: transport error", "failed to write whole buffer"]) {
      const write = replaceFile(`${folder}/a.parquet`, () => Promise.reject(new Error(said)));
      await assert.rejects(write, /ENOSPC: no space left on device.*write '.*a\.parquet'/);
    }
    assert.deepEqual(await namesIn(folder), []);
  }));

Deno.test("what a process has begun and not finished is removed at its end, the rest left", () =>
  inSandbox(async (folder) => {
    await writeAtomic(`${folder}/a`, "old");
    await replaceFolder(`${folder}/b`, "a test", (built) => writeAtomic(`${built}/c`, "old"));
    const never = new Promise<void>(() => {});
    await Promise.all([
      new Promise<void>((begun) => replaceFile(`${folder}/a`, () => (begun(), never))),
      new Promise<void>((begun) => replaceFolder(`${folder}/b`, "a test", () => (begun(), never))),
      workFolder(folder),
    ]);
    await removeUnfinished();
    assert.deepEqual(await namesIn(folder), ["a", "b"]);
    assert.equal(await Deno.readTextFile(`${folder}/a`), "old");
    assert.equal(await Deno.readTextFile(`${folder}/b/c`), "old");
  }));

Deno.test("parts that no living process holds are removed, those at work and other files are not", () =>
  inSandbox(async (folder) => {
    const dead = `${folder}/a.${crypto.randomUUID()}.part`;
    await Deno.writeTextFile(dead, "half");
    await Deno.writeTextFile(`${folder}/film.part`, "mine");
    await replaceFile(`${folder}/b`, async (part) => {
      await removeParts(folder);
      await Deno.writeTextFile(part, "whole");
    });
    assert.deepEqual(await namesIn(folder), ["b", "film.part"]);
    assert.equal(await Deno.readTextFile(`${folder}/b`), "whole");
  }));

Deno.test("of one file alone the parts go that nobody holds", () =>
  inSandbox(async (folder) => {
    const part = (name: string) => `${name}.${crypto.randomUUID()}.part`;
    const all = [
      part("b.tar.gz"),
      part("b.tar.gz"),
      part("b.tar"),
      part("my.b.tar.gz"),
      "b.tar.gz",
    ];
    for (const name of all) await Deno.writeTextFile(`${folder}/${name}`, "");
    await removeParts(folder, new Set(["b.tar.gz"]));
    assert.deepEqual(namesIn(folder), all.slice(2).sort());
  }));

Deno.test("what is made beside its place under a part's name and an ending is placed", () =>
  inSandbox(async (folder) => {
    const from = `${folder}/a.o.${crypto.randomUUID()}.part.o`,
      others = `${folder}/a.o.${crypto.randomUUID()}.part.o`;
    for (const path of [from, others]) await Deno.writeTextFile(path, "whole");
    await placeFiles([{ from, to: `${folder}/a.o` }]);
    // that of another process at work is left to it
    assert.deepEqual(namesIn(folder), ["a.o", others.slice(folder.length + 1)]);
  }));

Deno.test("a link, a folder and a pipe are not replaced by a file, nor what a link leads to", () =>
  inSandbox(async (folder) => {
    await Deno.writeTextFile(`${folder}/mine`, "mine");
    await Deno.symlink("mine", `${folder}/link`);
    await Deno.mkdir(`${folder}/folder`);
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    const before = await contentOf(folder);
    for (const name of ["link", "folder", "pipe"]) {
      await assert.rejects(writeAtomic(`${folder}/${name}`, "x"), /which is not replaced; remove/);
    }
    assert.deepEqual(await contentOf(folder), before);
  }));

Deno.test("a hard link to a file that is replaced keeps the old content", () =>
  inSandbox(async (folder) => {
    await writeAtomic(`${folder}/a`, "old");
    await Deno.link(`${folder}/a`, `${folder}/mine`);
    await writeAtomic(`${folder}/a`, "new");
    assert.equal(await Deno.readTextFile(`${folder}/mine`), "old");
  }));

Deno.test("several files take their places together, or none does", () =>
  inSandbox(async (folder) => {
    for (const name of ["a", "b"]) await Deno.writeTextFile(`${folder}/${name}`, name);
    await Deno.mkdir(`${folder}/there`);
    const to = (name: string) => ({ from: `${folder}/${name}`, to: `${folder}/to/${name}` });
    const blocked = { from: `${folder}/b`, to: `${folder}/there` };
    await assert.rejects(placeFiles([to("a"), blocked]), /there is a folder/);
    assert.deepEqual(namesIn(`${folder}/to`), []);
    await Deno.writeTextFile(`${folder}/a`, "a");
    await placeFiles([to("a"), to("b")]);
    assert.equal(await Deno.readTextFile(`${folder}/to/b`), "b");
  }));

Deno.test("where one of a set cannot have its place the others give theirs back, old ones and new", () =>
  inSandbox(async (folder) => {
    const names = ["a", "b", "c", "gone"], to = `${folder}/to`;
    await Deno.mkdir(to);
    const written = new WrittenFiles(`${folder}/notes`);
    for (const name of ["a", "c", "gone"]) await writeAtomic(`${to}/${name}`, "old", written);
    for (const name of names) await Deno.writeTextFile(`${folder}/${name}`, `new ${name}`);
    const before = await contentOf(to), { rename } = fs;
    const files = ["a", "b", "c"].map((name) => ({
      from: `${folder}/${name}`,
      to: `${to}/${name}`,
    }));
    const place = () => placeFiles(files, written, [`${to}/gone`]);
    try {
      // as of a file that its owner made immutable
      fs.rename = (from, to) => {
        const refused = Object.assign(new Error("EPERM: not permitted"), { code: "EPERM" });
        return String(from) === `${folder}/c` ? Promise.reject(refused) : rename(from, to);
      };
      await assert.rejects(place(), /EPERM.*\/c'$/);
    } finally {
      fs.rename = rename;
    }
    assert.deepEqual(await contentOf(to), before);
    for (const name of names) await Deno.writeTextFile(`${folder}/${name}`, `new ${name}`);
    await place();
    assert.deepEqual(await contentOf(to), { a: "new a", b: "new b", c: "new c" });
  }));

Deno.test("many files take their places without a second name each, which a process that is ended would leave", () =>
  inSandbox(async (folder) => {
    const names = Array.from({ length: 50 }, (_, i) => `${i % 2}/${i}`);
    for (const name of names) await writeAtomic(`${folder}/from/${name}`, name);
    const { link } = fs, seen: string[] = [];
    try {
      fs.link = (from, to) => {
        seen.push(String(to));
        return link(from, to);
      };
      await placeFiles(
        names.map((name) => ({ from: `${folder}/from/${name}`, to: `${folder}/to/${name}` })),
      );
    } finally {
      fs.link = link;
    }
    // one of each folder shows whether it can be reached
    assert.equal(seen.filter(isPart).length, 2);
    for (const name of names) assert.equal(await Deno.readTextFile(`${folder}/to/${name}`), name);
    assert.equal(namesIn(`${folder}/to/0`).length, 25);
  }));

Deno.test("files that another process sweeps for what was left, or that cannot have second names, have their places", () =>
  inSandbox(async (folder) => {
    const { link } = fs;
    const ways = [
      async (from: string, to: string) => {
        await link(from, to);
        await removeParts(`${folder}/to`);
      },
      () => Promise.reject(Object.assign(new Error("no links here"), { code: "EPERM" })),
    ];
    for (const way of ways) {
      for (const name of ["a", "b"]) await writeAtomic(`${folder}/${name}`, name);
      try {
        fs.link = way as typeof fs.link;
        const to = (name: string) => ({ from: `${folder}/${name}`, to: `${folder}/to/${name}` });
        await placeFiles(["a", "b"].map(to));
      } finally {
        fs.link = link;
      }
      assert.deepEqual(await contentOf(`${folder}/to`), { a: "a", b: "b" });
    }
  }));

Deno.test("files take places on another file system by copies, and leave none where it is full", async () => {
  const mount = (...args: string[]) => new Deno.Command("mount", { args }).output();
  await inSandbox(async (folder) => {
    await Deno.mkdir(`${folder}/disk`);
    const size = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", `${folder}/disk`];
    if (!(await mount(...size).catch(() => ({ success: false }))).success) {
      return console.log("skipped: a small disk is mounted by root on Linux only");
    }
    try {
      for (const name of ["a", "b", "c"]) {
        await Deno.writeTextFile(`${folder}/${name}`, name.repeat(30_000));
      }
      const to = (name: string) => ({ from: `${folder}/${name}`, to: `${folder}/disk/${name}` });
      await assert.rejects(
        placeFiles(["a", "b", "c"].map(to)),
        new RegExp(`ENOSPC: no space left on device, write '${folder}/disk/c'`),
      );
      assert.deepEqual(namesIn(`${folder}/disk`), []);
      // the file is named whoever writes it, and the old one stays
      await Deno.writeTextFile(`${folder}/disk/old`, "old");
      const pieces = Array(10).fill(new Uint8Array(10_000));
      for (const write of [writeStream, (path: string) => writeAtomic(path, "x".repeat(1e5))]) {
        await assert.rejects(
          write(`${folder}/disk/old`, pieces),
          new RegExp(`ENOSPC: no space left on device, write '${folder}/disk/old'`),
        );
      }
      assert.equal(await Deno.readTextFile(`${folder}/disk/old`), "old");
      await Deno.remove(`${folder}/disk/old`);
      await placeFiles(["a", "b"].map(to));
      assert.deepEqual(namesIn(`${folder}/disk`), ["a", "b"]);
    } finally {
      await new Deno.Command("umount", { args: [`${folder}/disk`] }).output();
    }
  });
});

Deno.test("removing a file takes away a link, not its target, and no folder", () =>
  inSandbox(async (folder) => {
    await Deno.writeTextFile(`${folder}/mine`, "mine");
    await Deno.symlink("mine", `${folder}/link`);
    await Deno.mkdir(`${folder}/folder`);
    await removeFile(`${folder}/link`);
    await removeFile(`${folder}/nothing`);
    await assert.rejects(removeFile(`${folder}/folder`), /is a folder/);
    assert.deepEqual(namesIn(folder), ["folder", "mine"]);
  }));

Deno.test("the system's own words are said without its code, other words as they are", () => {
  const said = "cannot write o.csv: EACCES: permission denied, mkdir '/a, b'";
  assert.equal(systemWords(said), "cannot write o.csv: Permission denied: mkdir '/a, b'");
  assert.equal(
    systemWords("ENOSPC: no space left on device, write"),
    "No space left on device: write",
  );
  const others = [
    "ECSV: a table, no less",
    "Permission denied (os error 13): open 'a'",
    "E5: x, Y",
  ];
  assert.deepEqual(others.map(systemWords), others);
});

Deno.test("a file that takes another's place has its permissions: what was private stays so", () =>
  inSandbox(async (folder) => {
    const path = `${folder}/a`, mode = async () => (await Deno.stat(path)).mode! & 0o777;
    await writeAtomic(path, "old");
    await Deno.chmod(path, 0o600);
    await writeAtomic(path, "new");
    assert.equal(await mode(), 0o600);
    await Deno.writeTextFile(`${folder}/b`, "b");
    await placeFiles([{ from: `${folder}/b`, to: path }]);
    assert.equal(await mode(), 0o600);
  }));

Deno.test("sets of files that processes place at once are not mixed", () =>
  inSandbox(async (folder) => {
    const worker =
      `import { isPart, placeFiles, WrittenFiles, writeAtomic } from "@csc-classify/safe-files";
      const [folder, own] = Deno.args, written = new WrittenFiles(folder + "/notes");
      for (let i = 0; i < 20; i++) {
        const names = Array.from({ length: 8 }, (_, k) => "" + k);
        for (const name of names) await writeAtomic(folder + "/" + own + "/" + name, own + i);
        const gone = own === "a" ? [folder + "/to/extra"] : [];
        if (own === "b") {
          await writeAtomic(folder + "/b/extra", "b" + i);
          names.unshift("extra");
        }
        const placed = names.map((name) => ({
          from: folder + "/" + own + "/" + name,
          to: folder + "/to/" + name,
        }));
        await placeFiles(placed, written, gone);
        await written.alone(async () => {
          const found = new Set<string>();
          // the other looks whether it can move its files, by one with a name of its own
          const there = [...Deno.readDirSync(folder + "/to")].filter(({ name }) => !isPart(name));
          for (const { name } of there) found.add(Deno.readTextFileSync(folder + "/to/" + name));
          const [one] = found;
          if (found.size > 1 || there.length !== (one[0] === "b" ? 9 : 8)) {
            throw new Error([...found].join() + " in " + there.length);
          }
        });
      }`;
    const here = new URL("place.ts", import.meta.url);
    await Deno.writeTextFile(`${folder}/place.ts`, worker);
    const config = new URL("../../../deno.json", here).pathname;
    const run = (own: string) =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", "-A", "--config", config, `${folder}/place.ts`, folder, own],
      }).output();
    for (const { code, stderr } of await Promise.all(["a", "b"].map(run))) {
      assert.equal(code, 0, new TextDecoder().decode(stderr));
    }
  }));
