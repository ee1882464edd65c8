import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";
import { filesBelow } from "@csc-classify/safe-files";

/** Files that an example tells the reader to write. */
const EXAMPLES = [
  "notebooks/my-model.ts",
  "notebooks/studies/shares.ts",
  "notebooks/studies/first-class.ts",
  "test/notebooks/studies/first-class.test.ts",
];

const PLACES = ["packages", "lib", "tools", "notebooks", "docs", "data", "test"];
const NAMED = new RegExp(
  `(?<![\\w./-])((?:${PLACES.join("|")})/[\\w./-]+\\.(?:ts|py|json|md|ipynb|sh|csv))\\b`,
  "g",
);

Deno.test("every file of the project that documents, code and data name is there", async () => {
  const below = await Promise.all(
    PLACES.map(async (place) =>
      (await filesBelow(`${ROOT}/${place}`)).map((path) => `${place}/${path}`)
    ),
  );
  const there = new Set([...below.flat(), ...EXAMPLES]);
  // tests invent files; a change of before may name what was
  const texts = [...below.flat(), "README.md", "CONTRIBUTING.md"].filter((path) =>
    /\.(ts|py|json|md|ipynb)$/.test(path) && !/^test\/|\/test\//.test(path)
  );
  const lost: string[] = [];
  for (const path of texts) {
    for (const [, name] of (await Deno.readTextFile(`${ROOT}/${path}`)).matchAll(NAMED)) {
      if (!there.has(name)) lost.push(`${path} names ${name}`);
    }
  }
  assert.ok(there.size > 500 && texts.length > 200);
  assert.deepEqual(lost, []);
});
