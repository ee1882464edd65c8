import assert from "node:assert/strict";
import { basename } from "node:path";
import { ROOT } from "#lib/run/files.ts";

/** Where files are written and removed: see its README. */
const SAFE = /^packages\/safe-files\//;

/** What no other module does, and what it uses instead. */
const FORBIDDEN: readonly [pattern: RegExp, instead: string][] = [
  [/\bremove(Sync)?\([^)]*recursive/, "removeFolder"],
  [/\b(rm|rmSync|rmdir|rmdirSync|unlink|unlinkSync)\(/, "removeFile, removeFolder"],
  [
    /\bfs\.(rename|copyFile|cp|writeFile|appendFile|mkdir|mkdtemp|symlink|link)(Sync)?\b/,
    "writeAtomic",
  ],
  [
    /import \{[^}]*\b(rename|copyFile|writeFile|appendFile|mkdir|mkdtemp)(Sync)?\b[^}]*\} from "node:fs/,
    "writeAtomic",
  ],
  [/\bDeno\.remove(Sync)?\b/, "removeFile, removeFolder"],
  [/\bDeno\.rename(Sync)?\b/, "placeFiles, moveFolder"],
  [/\bDeno\.(writeFile|writeTextFile|create)(Sync)?\b/, "writeAtomic"],
  [/\bDeno\.(mkdir|makeTempDir|makeTempFile)(Sync)?\b/, "makeFolder, workFolder"],
  [/\bDeno\.(symlink|link|truncate)(Sync)?\b/, "writeAtomic"],
  [/\bshutil\.rmtree|\bos\.(removedirs|rmdir|remove)\(/, "a folder that the task hands over"],
  [/\brm +-\w*r/, "removeFolder"],
];

/** Files opened to be written in place: locks, a download that is gone on with, a list in a folder of work. */
const OPENED = [
  "hold-cache.ts",
  "hold-folder.ts",
  "pinned-files.ts",
  "python-environment.ts",
  "results.ts",
  "user-table.ts",
];

async function* sources(folder: string): AsyncGenerator<{ path: string; text: string }> {
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}/${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory && name !== "test") yield* sources(path);
    else if (/\.(ts|py|sh|ipynb)$|^Snakefile$/.test(name)) {
      yield { path, text: await Deno.readTextFile(`${ROOT}/${path}`) };
    }
  }
}

const FOLDERS = ["lib", "tools", "notebooks", "packages"];

Deno.test("files and folders are written and removed through safe-files only", async () => {
  const wrong: string[] = [];
  for (const folder of FOLDERS) {
    for await (const { path, text } of sources(folder)) {
      if (SAFE.test(path)) continue;
      for (const [pattern, instead] of FORBIDDEN) {
        const [found] = pattern.exec(text) ?? [];
        if (found) wrong.push(`${path}: ${found}; use ${instead}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("files are opened to be written where that is known to be right, and nowhere else", async () => {
  const found: string[] = [];
  for (const folder of FOLDERS) {
    for await (const { path, text } of sources(folder)) {
      if (!SAFE.test(path) && /\bopen(Sync)?\([^;]*\b(write|append): true/.test(text)) {
        found.push(basename(path));
      }
    }
  }
  assert.deepEqual(found.sort(), OPENED);
});

Deno.test("one function removes a folder with what is in it", async () => {
  const text = await Array.fromAsync(sources("packages/safe-files"), ({ text }) => text);
  assert.equal(text.join("").match(/\b(remove|rm)\([^)]*recursive: true/g)?.length, 1);
});
