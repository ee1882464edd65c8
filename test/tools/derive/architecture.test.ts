import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { ROOT } from "#lib/run/files.ts";
import { architecture } from "#tools/derive/architecture.ts";

Deno.test("the picture of the architecture is of today's imports: tools/derive/architecture.ts draws it", async () => {
  const page = await Deno.readTextFile(`${ROOT}/docs/architecture.md`);
  assert.equal(page, await architecture());
  assert.match(page, /^ {2}lib_scoring --> lib_trust$/m);
  // no arrow upwards
  assert.doesNotMatch(page, /^ {2}(packages|lib)_\w+ --> (tools|notebooks)/m);
});

Deno.test("files that the architecture, the glossary and CONTRIBUTING name are there", async () => {
  const names = await Promise.all(
    ["docs/architecture.md", "docs/glossary.md", "CONTRIBUTING.md"].map(async (page) => {
      const text = await Deno.readTextFile(`${ROOT}/${page}`);
      return [...text.matchAll(/`((?:lib|packages|tools|docs|data|test|notebooks)\/[^`\s]*)`/g)];
    }),
  );
  assert.ok(names.flat().length > 40);
  for (const [, path] of names.flat()) assert.ok(existsSync(`${ROOT}/${path}`), path);
});
