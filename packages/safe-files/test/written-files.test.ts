import assert from "node:assert/strict";
import {
  makeFolder,
  OutputError,
  placeFiles,
  removeEmptyFolders,
  writeAtomic,
  WrittenFiles,
} from "@csc-classify/safe-files";
import { contentOf, inSandbox, namesIn } from "./sandbox.ts";

Deno.test("a file is known as it was written, in its place, under every name of it; not when it was changed, copied or is a link", () =>
  inSandbox(async (folder) => {
    const written = new WrittenFiles(`${folder}/notes`), path = `${folder}/a.csv`;
    assert.equal(await written.isAsWritten(path), false);
    await writeAtomic(path, "made", written);
    await Deno.mkdir(`${folder}/below`);
    await Deno.symlink(`${folder}/below`, `${folder}/way`);
    assert.equal(await written.isAsWritten(path), true);
    assert.equal(await written.isAsWritten(`${folder}/way/../a.csv`), true);
    await Deno.copyFile(path, `${folder}/b.csv`);
    await Deno.symlink(path, `${folder}/link.csv`);
    for (const name of ["b.csv", "link.csv", "notes", "nothing"]) {
      assert.equal(await written.isAsWritten(`${folder}/${name}`), false, name);
    }
    await Deno.writeTextFile(path, "mine");
    assert.equal(await written.isAsWritten(path), false);
    // as after a run that was killed between its note and the file's new name
    await Deno.writeTextFile(path, "made");
    await Deno.writeTextFile(`${folder}/next`, "made anew");
    await written.note(path, `${folder}/next`);
    assert.equal(await written.isAsWritten(path), true);
    await Deno.rename(`${folder}/next`, path);
    assert.equal(await written.isAsWritten(path), true);
  }));

Deno.test("what a killed process left beside a file that is noted goes when it is written again", () =>
  inSandbox(async (folder) => {
    const written = new WrittenFiles(`${folder}/notes`);
    const partOf = (name: string) => `${folder}/${name}.${crypto.randomUUID()}.part`;
    const left = partOf("a.csv"), others = [partOf("b.csv"), `${folder}/a.csv.part`];
    for (const path of [left, ...others]) await Deno.writeTextFile(path, "half");
    using held = await Deno.open(others[0].replace("b.csv", "a.csv"), {
      create: true,
      write: true,
    });
    await held.lock(true); // of a process at work
    await writeAtomic(`${folder}/a.csv`, "made", written);
    const names = await namesIn(folder);
    assert.equal(names.includes(left.slice(folder.length + 1)), false);
    for (const path of others) assert.ok(names.includes(path.slice(folder.length + 1)), path);
    assert.equal(names.filter((name) => /^a\.csv\..*-.*part$/.test(name)).length, 1);
  }));

Deno.test("a file that somebody changes or puts there while a command works is kept, and none of its set replaced", () =>
  inSandbox(async (folder) => {
    const written = new WrittenFiles(`${folder}/notes`), [a, b] = [`${folder}/a`, `${folder}/b`];
    const place = async (notes: WrittenFiles) => {
      for (const name of ["a", "b"]) await Deno.writeTextFile(`${folder}/new-${name}`, "new");
      await placeFiles([a, b].map((to) => ({ from: `${folder}/new-${to.at(-1)}`, to })), notes);
    };
    await writeAtomic(a, "made", written);
    await Deno.writeTextFile(b, "mine");
    await assert.rejects(place(written), /\/b was put there or changed by somebody else while/);
    await assert.rejects(writeAtomic(b, "made", written), OutputError);
    const texts = () => Promise.all([a, b].map((path) => Deno.readTextFile(path)));
    assert.deepEqual(await texts(), ["made", "mine"]);
    assert.equal(await written.isAsWritten(b), false);
    await place(written.replacing());
    assert.deepEqual(await texts(), ["new", "new"]);
    await place(written);
    assert.deepEqual(namesIn(folder), ["a", "b", "notes"]);
  }));

Deno.test("where notes cannot be kept a file is written, and its user's", () =>
  inSandbox(async (folder) => {
    await Deno.writeTextFile(`${folder}/notes`, "in the way");
    const written = new WrittenFiles(`${folder}/notes`);
    await writeAtomic(`${folder}/a.csv`, "made", written);
    assert.equal(await Deno.readTextFile(`${folder}/a.csv`), "made");
    assert.equal(await written.isAsWritten(`${folder}/a.csv`), false);
  }));

Deno.test("folders that this process made and that hold nothing are removed, with their mark", () =>
  inSandbox(async (folder) => {
    await Deno.mkdir(`${folder}/mine/empty`, { recursive: true });
    await makeFolder(`${folder}/mine/empty/a/b`, "results");
    await makeFolder(`${folder}/c/d`);
    await makeFolder(`${folder}/e/f`, "results");
    await writeAtomic(`${folder}/e/f/g`, "made");
    await removeEmptyFolders();
    assert.deepEqual(namesIn(folder), ["e", "mine"]);
    assert.deepEqual(await contentOf(`${folder}/mine`), { empty: "/" });
    assert.equal(namesIn(`${folder}/e/f`).length, 2);
  }));
