import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { ROOT } from "#lib/run/files.ts";
import { runNotebook } from "#tools/report/run-notebook.ts";
import { notebookFixture } from "./notebook-fixture.ts";

const glossary = await Deno.readTextFile(`${ROOT}/docs/glossary.md`);
const anchors = [...glossary.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id);

Deno.test("every notebook links words to the glossary, which has them", async () => {
  assert.equal(new Set(anchors).size, anchors.length, "an anchor twice");
  for await (const { name } of Deno.readDir(`${ROOT}/notebooks`)) {
    if (!name.endsWith(".ipynb")) continue;
    const text = await Deno.readTextFile(`${ROOT}/notebooks/${name}`);
    const links = [...text.matchAll(/\]\(\.\.\/docs\/glossary\.md#([^)]*)\)/g)];
    assert.ok(links.length > 0, `${name} links no word`);
    for (const [, word] of links) assert.ok(anchors.includes(word), `${name}: ${word}`);
  }
});

Deno.test("in a page a word leads to its meaning at the end of the same page", async () => {
  await using fixture = await notebookFixture([
    [
      "markdown",
      "# A trial\n\nA [CMP](../docs/glossary.md#cmp), another [probability](../docs/glossary.md#cmp), " +
      "and [limits](../docs/glossary.md#limits-of-the-host).",
    ],
    ["code", "1 + 1;"],
  ]);
  const run = await runNotebook(fixture.path, { out: `${fixture.folder}/out` });
  assert.equal(run.failure, undefined);
  const { document } = parseHTML(await Deno.readTextFile(`${fixture.folder}/out/00-trial.html`));
  const links = [...document.querySelectorAll('.prose a[href^="#word-"]')];
  assert.deepEqual(links.map((link) => link.getAttribute("href")), [
    "#word-cmp",
    "#word-cmp",
    "#word-limits-of-the-host",
  ]);
  assert.match(document.querySelector("#word-cmp")?.textContent ?? "", /^\s*CMP: class membership/);
  assert.match(
    document.querySelector("#word-limits-of-the-host")?.textContent ?? "",
    /^\s*host: the galaxy[\s\S]*Limits\s+of\s+the\s+host/,
  );
  assert.equal(document.querySelectorAll(".words > div").length, 2);
  assert.equal(document.querySelectorAll('a[href*="glossary.md"]').length, 0);
});
