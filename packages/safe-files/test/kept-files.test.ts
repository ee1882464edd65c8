import assert from "node:assert/strict";
import {
  keepEdited,
  noteAsWritten,
  placeFiles,
  writeAtomic,
  writeStream,
} from "@csc-classify/safe-files";
import { beforeReplacing } from "../kept-files.ts";
import { contentOf, inSandbox } from "./sandbox.ts";

/** Content of a folder but for its notes. */
async function filesOf(folder: string): Promise<Record<string, string>> {
  const all = Object.entries(await contentOf(folder));
  return Object.fromEntries(all.filter(([path]) => !path.startsWith(".written")));
}

Deno.test("in a folder whose edited files are kept, they are kept beside what takes their place, and told", () =>
  inSandbox(async (folder) => {
    const out = `${folder}/out`, told: string[] = [];
    keepEdited(out, (line) => told.push(line));
    const page = `${out}/below/a.html`;
    for (const text of ["first", "second"]) await writeAtomic(page, text);
    assert.deepEqual(await filesOf(out), { below: "/", "below/a.html": "second" });
    for (const text of ["mine", "mine too"]) {
      await Deno.writeTextFile(page, text);
      await writeAtomic(page, "third");
    }
    // the user's, never written here
    await Deno.writeTextFile(`${out}/b`, "mine");
    await Deno.writeTextFile(`${folder}/new`, "fourth");
    await placeFiles([{ from: `${folder}/new`, to: `${out}/b` }]);
    assert.deepEqual(await filesOf(out), {
      b: "fourth",
      "b.edited": "mine",
      below: "/",
      "below/a.html": "third",
      "below/a.edited.html": "mine",
      "below/a.edited-2.html": "mine too",
    });
    // what is written as it is there changes no note
    const notes = await contentOf(`${out}/.written`);
    await writeAtomic(page, "third");
    assert.deepEqual(await contentOf(`${out}/.written`), notes);
    assert.equal(told.length, 3);
    assert.match(told[0], /below\/a\.html was changed .*: that is kept as a\.edited\.html$/);
    // what lies elsewhere is as it was
    await Deno.writeTextFile(`${folder}/c`, "mine");
    await writeAtomic(`${folder}/c`, "made");
    assert.equal(await Deno.stat(`${folder}/c.edited`).catch(() => "none"), "none");
  }));

Deno.test("a run killed before or behind the new name leaves nothing that is taken for edited; notes move with the folder", () =>
  inSandbox(async (folder) => {
    const out = `${folder}/out`, moved = `${folder}/moved`, told: string[] = [];
    for (const one of [out, moved]) keepEdited(one, (line) => told.push(line));
    await writeAtomic(`${out}/a`, "first");
    const fails = async function* () {
      yield "second";
      await Promise.reject(new Error("killed"));
    };
    await assert.rejects(writeStream(`${out}/a`, fails()), /killed/);
    // it was noted, and the old content still has the name
    await Deno.writeTextFile(`${folder}/part`, "second");
    await beforeReplacing(`${out}/a`, `${folder}/part`);
    await writeAtomic(`${out}/a`, "third");
    await Deno.rename(out, moved);
    await writeAtomic(`${moved}/a`, "fourth");
    // of an earlier version
    await Deno.writeTextFile(`${moved}/b`, "made");
    await noteAsWritten(`${moved}/b`);
    await writeAtomic(`${moved}/b`, "made anew");
    assert.deepEqual(await filesOf(moved), { a: "fourth", b: "made anew" });
    assert.deepEqual(told, []);
  }));
