import assert from "node:assert/strict";
import { filesBelow } from "../mod.ts";

Deno.test("files below a folder are listed by their paths, without hidden and unfinished ones; links are not followed", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/b/c`, { recursive: true });
    await Deno.mkdir(`${folder}/.hidden`);
    for (const path of ["b/c/2.txt", "b/1.txt", "z.part", ".lock", ".hidden/3.txt", "a.txt"]) {
      await Deno.writeTextFile(`${folder}/${path}`, "");
    }
    await Deno.symlink(`${folder}/b`, `${folder}/link`);
    assert.deepEqual(await filesBelow(folder), ["a.txt", "b/1.txt", "b/c/2.txt", "link"]);
    await assert.rejects(filesBelow(`${folder}/none`), { code: "ENOENT" });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
