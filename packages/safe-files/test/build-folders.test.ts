import assert from "node:assert/strict";
import { existsSync, promises as fs } from "node:fs";
import {
  CONTENTS,
  makeFolder,
  MARK,
  markOf,
  removeFolder,
  removeLeftBeside,
  removeUnfinished,
  replaceFolder,
  workFolder,
} from "@csc-classify/safe-files";
import { contentOf, inSandbox, namesIn } from "./sandbox.ts";

const WHAT = "a catalogue";
const build = (text: string) => (folder: string) => Deno.writeTextFile(`${folder}/a`, text);

Deno.test("a folder that was built takes the place of an earlier one, and nothing is left beside", () =>
  inSandbox(async (folder) => {
    for (const text of ["first", "second"]) {
      await replaceFolder(`${folder}/new/c`, WHAT, build(text));
      assert.equal(await Deno.readTextFile(`${folder}/new/c/a`), text);
      assert.equal((await markOf(`${folder}/new/c`))?.what, WHAT);
      assert.deepEqual(namesIn(`${folder}/new`), ["c"]);
    }
  }));

Deno.test("what a killed process left beside the folder that it had built goes, and nothing else", () =>
  inSandbox(async (folder) => {
    const left = (name: string) => `${folder}/.${name}.${crypto.randomUUID()}.part`;
    const killed = left("parts"),
      held = left("parts"),
      other = left("others"),
      mine = left("parts");
    for (const one of [killed, held, other]) {
      await makeFolder(one, "unfinished work");
      await Deno.writeTextFile(`${one}/.lock`, "");
    }
    await makeFolder(mine);
    await Deno.writeTextFile(`${mine}/thesis.tex`, "mine");
    await replaceFolder(`${folder}/parts`, "parts", build("made"));
    for (const one of [killed, held, other]) {
      await makeFolder(one, "unfinished work");
      await Deno.writeTextFile(`${one}/.lock`, "");
    }
    using lock = await Deno.open(`${held}/.lock`, { write: true });
    await lock.lock(true);
    await removeLeftBeside(`${folder}/parts`);
    const names = [held, other, mine].map((path) => path.slice(folder.length + 1));
    assert.deepEqual(namesIn(folder), [...names, "parts"].sort());
    assert.deepEqual(namesIn(mine), ["thesis.tex"]);
  }));

Deno.test("an error while building leaves the earlier folder as it was, and nothing beside it", () =>
  inSandbox(async (folder) => {
    await replaceFolder(`${folder}/c`, WHAT, build("first"));
    const before = await contentOf(folder);
    const broken = async (built: string) => {
      await Deno.writeTextFile(`${built}/a`, "half");
      throw new Error("no room");
    };
    await assert.rejects(replaceFolder(`${folder}/c`, WHAT, broken), /no room/);
    assert.deepEqual(await contentOf(folder), before);
  }));

Deno.test("a folder into which others have put files is not replaced, and they are named", () =>
  inSandbox(async (folder) => {
    await replaceFolder(`${folder}/c`, WHAT, build("first"));
    await Deno.mkdir(`${folder}/c/mine`);
    for (const added of ["notes.txt", ".hidden", "mine/thesis.tex"]) {
      await Deno.writeTextFile(`${folder}/c/${added}`, "mine");
      await assert.rejects(replaceFolder(`${folder}/c`, WHAT, build("second")), (error: Error) => {
        assert.match(error.message, /holds files that this project did not make/);
        assert.ok(error.message.includes(added), error.message);
        return true;
      });
      assert.equal(await Deno.readTextFile(`${folder}/c/${added}`), "mine");
      await Deno.remove(`${folder}/c/${added}`);
    }
    await replaceFolder(`${folder}/c`, WHAT, build("second"));
    assert.equal(await Deno.readTextFile(`${folder}/c/a`), "second");
  }));

Deno.test("a folder in which a file was edited is not replaced, until it is moved elsewhere", () =>
  inSandbox(async (folder) => {
    await replaceFolder(`${folder}/c`, WHAT, async (built) => {
      await Deno.writeTextFile(`${built}/a`, "first");
      await Deno.writeTextFile(`${built}/ReadMe`, "made");
      await Deno.symlink("a", `${built}/b`);
    });
    const again = () => replaceFolder(`${folder}/c`, WHAT, build("second"));
    const isRefused = async (named: RegExp) => {
      const before = await contentOf(folder);
      await assert.rejects(again(), named);
      assert.deepEqual(await contentOf(folder), before);
    };
    await Deno.writeTextFile(`${folder}/c/ReadMe`, "mine"); // of the same length
    await isRefused(
      /or that were changed since \(ReadMe\): it is not replaced; move them elsewhere/,
    );
    await Deno.rename(`${folder}/c/ReadMe`, `${folder}/ReadMe`);
    await Deno.remove(`${folder}/c/b`);
    await Deno.symlink("../ReadMe", `${folder}/c/b`);
    await isRefused(/changed since \(b\)/);
    await Deno.remove(`${folder}/c/b`);
    // without the list of what there was nobody knows whose the files are
    for (const list of ["", "[]", "null", '{"a": 1}']) {
      await Deno.writeTextFile(`${folder}/c/${CONTENTS}`, list);
      await isRefused(/changed since \(a\)/);
    }
    await Deno.remove(`${folder}/c/${CONTENTS}`);
    await isRefused(/changed since \(a\)/);
    // the remedy
    await Deno.rename(`${folder}/c`, `${folder}/mine`);
    await again();
    assert.equal(await Deno.readTextFile(`${folder}/c/a`), "second");
    assert.equal(await Deno.readTextFile(`${folder}/mine/a`), "first");
  }));

Deno.test("files that came later go with a folder where whoever replaces it says so, and no others", () =>
  inSandbox(async (folder) => {
    await replaceFolder(`${folder}/c`, WHAT, build("first"));
    await Deno.mkdir(`${folder}/c/scored`);
    await Deno.writeTextFile(`${folder}/c/scored/1`, "made later");
    const again = () =>
      replaceFolder(`${folder}/c`, WHAT, build("second"), (file) => file === "scored/1");
    await Deno.writeTextFile(`${folder}/c/scored/notes`, "mine");
    await assert.rejects(again(), /\(scored\/notes\)/);
    await Deno.remove(`${folder}/c/scored/notes`);
    await again();
    assert.equal(await Deno.readTextFile(`${folder}/c/a`), "second");
    assert.deepEqual(namesIn(`${folder}/c`), [CONTENTS, MARK, "a"]);
  }));

Deno.test("nothing is built where a folder of others, one for something else, or a link is", () =>
  inSandbox(async (folder) => {
    await Deno.mkdir(`${folder}/mine`);
    await Deno.writeTextFile(`${folder}/mine/1.tex`, "mine");
    await replaceFolder(`${folder}/other`, "parts", build(""));
    await replaceFolder(`${folder}/c`, WHAT, build(""));
    await Deno.symlink(`${folder}/c`, `${folder}/link`);
    const before = await contentOf(folder);
    for (const name of ["mine", "other", "link"]) {
      let isBuilt = false;
      const building = replaceFolder(`${folder}/${name}`, WHAT, () => {
        isBuilt = true;
        return Promise.resolve();
      });
      await assert.rejects(building, /it is not replaced; move it, or name another/);
      assert.equal(isBuilt, false);
    }
    assert.deepEqual(await contentOf(folder), before);
  }));

Deno.test("a folder that others make while it is built is not replaced", () =>
  inSandbox(async (folder) => {
    const building = replaceFolder(`${folder}/c`, WHAT, async () => {
      await Deno.mkdir(`${folder}/c`);
      await Deno.writeTextFile(`${folder}/c/1.tex`, "mine");
    });
    await assert.rejects(building, /c was not made by this project/);
    assert.deepEqual(await contentOf(folder), { "c": "/", "c/1.tex": "mine" });
  }));

Deno.test("a process killed between two names leaves a folder that the next puts back", () =>
  inSandbox(async (folder) => {
    await replaceFolder(`${folder}/c`, WHAT, build("first"));
    await Deno.rename(`${folder}/c`, `${folder}/.c.${crypto.randomUUID()}.replaced`);
    const broken = () => Promise.reject(new Error("no room"));
    await assert.rejects(replaceFolder(`${folder}/c`, WHAT, broken), /no room/);
    assert.deepEqual(namesIn(folder), ["c"]);
    assert.equal(await Deno.readTextFile(`${folder}/c/a`), "first");
    // one of another hand with such a name stays
    await Deno.mkdir(`${folder}/.c.mine.replaced`);
    await replaceFolder(`${folder}/c`, WHAT, build("second"));
    assert.deepEqual(namesIn(folder), [".c.mine.replaced", "c"]);
  }));

Deno.test("a folder of work goes with its process, at the latest with the next of its kind", () =>
  inSandbox(async (folder) => {
    const killed = new Deno.Command(Deno.execPath(), {
      args: [
        ...[
          "eval",
          "--no-check",
          "--config",
          new URL("../../../deno.json", import.meta.url).pathname,
        ],
        `const { workFolder } = await import("@csc-classify/safe-files");
         await workFolder(${JSON.stringify(folder)}, ".score-");
         Deno.kill(Deno.pid, "SIGKILL");`,
      ],
    });
    await killed.output();
    assert.equal(namesIn(folder).length, 1);
    await Deno.mkdir(`${folder}/.score-results`);
    await Deno.writeTextFile(`${folder}/.score-results/lock`, "mine");
    {
      await using one = await workFolder(folder, ".score-");
      await using two = await workFolder(folder, ".score-");
      assert.notEqual(one.folder, two.folder);
      assert.equal(namesIn(folder).length, 3);
    }
    assert.deepEqual(await contentOf(folder), {
      ".score-results": "/",
      ".score-results/lock": "mine",
    });
  }));

Deno.test("a folder of work whose process was killed before it had its mark goes with the next, and no other", () =>
  inSandbox(async (folder) => {
    const uuid = crypto.randomUUID(), old = new Date(Date.now() - 3_600_000);
    const part = `${MARK}.${crypto.randomUUID()}.part`;
    const folders: Record<string, readonly string[]> = {
      [`.score-${uuid}`]: [part],
      [`.score-${crypto.randomUUID()}`]: [],
      // with more in it, just made, of another name
      [`.score-${crypto.randomUUID()}`]: [part, "thesis.tex"],
      [`.score-${crypto.randomUUID()}`]: [part],
      ".score-results": [],
      [`.other-${uuid}`]: [part],
    };
    const names = Object.keys(folders);
    for (const [name, files] of Object.entries(folders)) {
      await Deno.mkdir(`${folder}/${name}`);
      for (const file of files) await Deno.writeTextFile(`${folder}/${name}/${file}`, "");
      const time = name === names[3] ? new Date() : old;
      await Deno.utime(`${folder}/${name}`, time, time);
    }
    {
      await using _next = await workFolder(folder, ".score-");
    }
    assert.deepEqual(namesIn(folder), names.slice(2).sort());
    assert.deepEqual(namesIn(`${folder}/${names[2]}`), [part, "thesis.tex"].sort());
  }));

Deno.test("of a folder of work the lock goes last, so that a removal cut short is ended by the next", () =>
  inSandbox(async (folder) => {
    const cut = `${folder}/.work-cut`;
    await makeFolder(cut, "unfinished work");
    for (const name of [".lock", "a", "z"]) await Deno.writeTextFile(`${cut}/${name}`, "");
    const { rm } = fs;
    try {
      fs.rm = (path, options) =>
        String(path).endsWith("/.lock") ? Promise.reject(new Error("stopped")) : rm(path, options);
      await assert.rejects(removeFolder(cut), /stopped/);
    } finally {
      fs.rm = rm;
    }
    assert.deepEqual(namesIn(cut).filter((name) => name !== MARK), [".lock"]);
    await using _next = await workFolder(folder);
    assert.ok(!namesIn(folder).includes(".work-cut"));
  }));

Deno.test("whoever ends a process waits for a removal that has begun", () =>
  inSandbox(async (folder) => {
    const work = await workFolder(folder);
    const { rmdir } = fs, atLast = Promise.withResolvers<void>();
    const isFree = Promise.withResolvers<void>();
    try {
      fs.rmdir = async (path) => {
        if (String(path) === work.folder) {
          atLast.resolve();
          await isFree.promise;
        }
        await rmdir(path);
      };
      const disposed = work[Symbol.asyncDispose]();
      await atLast.promise; // the mark is gone, the folder is not
      const isThere: boolean[] = [];
      const ended = removeUnfinished().then(() => isThere.push(existsSync(work.folder)));
      for (let turns = 0; turns < 20; turns++) await new Promise((next) => setTimeout(next, 1));
      isFree.resolve();
      await Promise.all([disposed, ended]);
      assert.deepEqual(isThere, [false]);
    } finally {
      fs.rmdir = rmdir;
    }
  }));

Deno.test("a folder of work goes though its job writes once more while it is removed", () =>
  inSandbox(async (folder) => {
    const work = await workFolder(folder);
    const { rmdir } = fs;
    let written = 0;
    try {
      fs.rmdir = async (path) => {
        if (String(path) === work.folder && written++ === 0) {
          await Deno.writeTextFile(`${work.folder}/late`, "");
        }
        await rmdir(path);
      };
      await removeUnfinished();
    } finally {
      fs.rmdir = rmdir;
    }
    assert.equal(written, 2);
    assert.deepEqual(namesIn(folder), []);
  }));
