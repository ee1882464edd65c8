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

/** What a notebook of the project links to, in its prose and in the prose that its code makes. */
async function linksOf(name: string): Promise<{ text: string; links: string[] }> {
  const { cells } = JSON.parse(await Deno.readTextFile(`${ROOT}/notebooks/${name}`)) as {
    cells: { cell_type: string; source: string | string[] }[];
  };
  const prose = cells.map(({ source }) => [source].flat().join(""))
    .filter((text, i) => cells[i].cell_type === "markdown" || /jupyter\.md|\]\(\.\.\//.test(text));
  const text = prose.join("\n\n");
  return { text, links: [...text.matchAll(/\[[^\]\n]*\]\(([^)\s]+)\)/g)].map(([, to]) => to) };
}

Deno.test("what a notebook links to is there, seen from its own folder as JupyterLab does", async () => {
  const names = [...Deno.readDirSync(`${ROOT}/notebooks`)].map(({ name }) => name)
    .filter((name) => name.endsWith(".ipynb"));
  let links = 0;
  for (const name of names) {
    const { text, links: own } = await linksOf(name);
    links += own.length;
    for (const to of own) {
      if (/^https:|^\.\.\/out\/|^\.\.\/docs\/glossary\.md#/.test(to)) continue; // others look
      if (to.startsWith("#")) {
        assert.ok(text.includes(`# ${to.slice(1).replaceAll("-", " ")}\n`), `${name}: ${to}`);
      } else assert.ok(names.includes(to), `${name}: ${to}`);
    }
  }
  assert.ok(links > 50, `${links} links`);
});

Deno.test("in a page a notebook is a page, and what lies in out lies beside it", async () => {
  await using fixture = await notebookFixture([
    [
      "markdown",
      "# A trial\n\n[six](06-unseen-sky.ipynb), [its answer](06-unseen-sky.ipynb#Answer), " +
      "[the explorer](../out/explorer.html), [elsewhere](https://example.org/07-a.ipynb).",
    ],
    [
      "code",
      "Deno.jupyter.md`[a model](../out/model/model.json), [one](01-data-acquisition.ipynb)`;",
    ],
  ]);
  const run = await runNotebook(fixture.path, { out: `${fixture.folder}/out` });
  assert.equal(run.failure, undefined);
  const { document } = parseHTML(await Deno.readTextFile(`${fixture.folder}/out/00-trial.html`));
  const links = [...document.querySelectorAll(".prose p a[href]")];
  assert.deepEqual(links.map((link) => link.getAttribute("href")), [
    "06-unseen-sky.html",
    "06-unseen-sky.html#Answer",
    "explorer.html",
    "https://example.org/07-a.ipynb",
    "model/model.json",
    "01-data-acquisition.html",
  ]);
});
