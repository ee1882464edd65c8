import assert from "node:assert/strict";
import { getPriority } from "node:os";
import { parseHTML } from "linkedom";
import { runNotebook } from "#tools/report/run-notebook.ts";
import { type Cell, notebookFixture } from "./notebook-fixture.ts";

const SHOWS: readonly Cell[] = [
  ["markdown", "# A trial\n\nWhy: to see the helpers work.\n\n## One\n\n## Two\n\n## Three"],
  [
    "code",
    `import * as Plot from "@observablehq/plot";
import { document, showFigure } from "#figures/mod.ts";
import * as show from "#lib/notebook/mod.ts";`,
  ],
  ["code", `await show.showTable([{ name: "<b>", n: 3 }], { caption: "a table" });`],
  [
    "code",
    `{
  await using bar = await show.progress("folds", 30);
  for (let i = 1; i <= 30; i++) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    bar.update(i);
  }
}`,
  ],
  [
    "code",
    `await showFigure({
  id: "trial",
  title: "A trial figure",
  inputs: [],
  load: () => Promise.resolve([[1, 2], [3, 4]]),
  caption: () => "two points <b>",
  draw: (data, width) =>
    Plot.plot({ document, width, marks: [Plot.dot(data)] }),
});`,
  ],
  ["code", `await show.showBanner({ kind: "simulated", description: "invented" });`],
];

Deno.test("a notebook runs through the kernel: figure, table, one finished bar, banner", async () => {
  await using fixture = await notebookFixture(SHOWS);
  const { folder, path } = fixture;
  const cells: number[] = [];
  const run = await runNotebook(path, {
    out: `${folder}/out`,
    onEvent: (event) => event.event === "cell" && cells.push(event.number),
  });
  assert.equal(run.failure, undefined);
  assert.deepEqual(cells, [1, 2, 3, 4, 5]);

  const html = await Deno.readTextFile(`${folder}/out/00-trial.html`);
  const { document } = parseHTML(html);
  assert.equal(document.querySelector("table.csc td")?.textContent, "<b>");
  assert.equal(document.querySelectorAll("figure.csc svg").length, 1);
  assert.match(document.querySelector("figcaption")?.textContent ?? "", /two points <b>/);
  assert.equal(document.querySelectorAll(".csc-progress").length, 1);
  assert.match(document.querySelector(".csc-progress")?.textContent ?? "", /folds: 30 done in/);
  assert.match(document.querySelector(".csc-banner")?.textContent ?? "", /SIMULATED/);
  assert.equal(document.querySelectorAll("nav.contents li").length, 3);
  assert.equal(document.querySelectorAll("details.code").length, 5);
  assert.doesNotMatch(html, /<script|(?:src|href)="(?:https?:)?\/\/|@import/);

  const sidecar = JSON.parse(await Deno.readTextFile(`${folder}/out/figures/trial.json`));
  assert.equal(sidecar.caption, "two points <b>");
  assert.equal(sidecar.provenance.seed, 42);
  assert.match(await Deno.readTextFile(`${folder}/out/figures/trial.svg`), /^<svg .*<\/svg>\n$/s);
  const executed = JSON.parse(await Deno.readTextFile(`${folder}/out/00-trial.ipynb`));
  assert.equal(executed.cells[3].outputs.length, 1);
});

Deno.test("a failing cell is named with its number, source and error; the report is written", async () => {
  await using fixture = await notebookFixture([
    ["markdown", "# A failure\n\nOn purpose."],
    ["code", "const fine = 1;"],
    ["code", `throw new RangeError("<out of range>");`],
    ["code", `console.log("never");`],
  ]);
  const { folder, path } = fixture;
  const { failure } = await runNotebook(path, { out: `${folder}/out` });
  assert.equal(failure?.number, 2);
  assert.equal(failure?.source, `throw new RangeError("<out of range>");`);
  assert.equal(`${failure?.name}: ${failure?.message}`, "RangeError: <out of range>");
  const { document } = parseHTML(await Deno.readTextFile(`${folder}/out/00-trial.html`));
  assert.match(document.querySelector("pre.error")?.textContent ?? "", /<out of range>/);
});

Deno.test("stopping a run ends its kernel", async () => {
  await using fixture = await notebookFixture([
    [
      "code",
      `Deno.writeTextFileSync("pid", String(Deno.pid)); await new Promise(() => setInterval(() => {}, 1e3));`,
    ],
  ]);
  const { folder, path } = fixture;
  const stop = new AbortController();
  const run = runNotebook(path, { out: `${folder}/out`, signal: stop.signal });
  let pid = 0;
  while (!pid) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    pid = Number(await Deno.readTextFile(`${folder}/pid`).catch(() => 0));
  }
  stop.abort(new DOMException("stopped", "AbortError"));
  await assert.rejects(run, /stopped/);
  assert.throws(() => Deno.kill(pid, "SIGCONT"), Deno.errors.NotFound);
});

Deno.test("late outputs of a cell are not lost: 40 results in 40 cells", async () => {
  const cells: Cell[] = Array.from({ length: 40 }, (_, i) => [
    "code",
    `await new Promise((resolve) => setTimeout(resolve, 2)); console.log("line ${i}"); ${i}`,
  ]);
  await using fixture = await notebookFixture(cells);
  const { folder, path } = fixture;
  await runNotebook(path, { out: `${folder}/out` });
  const executed = JSON.parse(await Deno.readTextFile(`${folder}/out/00-trial.ipynb`));
  const kinds = executed.cells.map((cell: { outputs: { output_type: string }[] }) =>
    cell.outputs.map(({ output_type }) => output_type).sort().join()
  );
  assert.deepEqual(kinds, Array(40).fill("execute_result,stream"));
});

Deno.test("a section that lacks something ends, says why, and the next one as high goes on", async () => {
  await using fixture = await notebookFixture([
    ["markdown", "# A trial"],
    ["code", `import { endSection } from "#lib/open.ts";`],
    ["markdown", "## One\n\n### Deeper"],
    ["code", `console.log("before"); endSection("Its table is not here.");`],
    ["code", `console.log("no more");`],
    ["markdown", "#### Deeper still"],
    ["code", `console.log("nor this");`],
    ["markdown", "### As high"],
    ["code", `console.log("again");`],
    ["markdown", "## Two"],
    ["code", `const at: number = endSection("Nor this.");`],
    ["markdown", "# Highest"],
    ["code", `console.log("at last");`],
  ]);
  const { folder, path } = fixture;
  const run = await runNotebook(path, { out: `${folder}/out` });
  assert.equal(run.failure, undefined);
  const html = await Deno.readTextFile(`${folder}/out/00-trial.html`);
  const { document } = parseHTML(html);
  for (const details of document.querySelectorAll("details.code")) details.remove();
  const said = document.querySelector("main, body")?.textContent ?? "";
  const order = ["before", "This section ends here. Its table is not here.", "As high", "again"];
  const places = [...order, "ends here. Nor this.", "at last"].map((text) =>
    said.lastIndexOf(text)
  );
  assert.deepEqual(places, [...places].sort((a, b) => a - b));
  assert.ok(places.every((place) => place >= 0), said);
  assert.doesNotMatch(said, /no more|nor this|SectionEnd|Stack|\s{4}at /);
});

Deno.test({
  name: "a notebook that can wait lets other processes go first, its kernel too",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using fixture = await notebookFixture([
      [
        "code",
        `import { getPriority } from "node:os";
const own = getPriority();
let group = "nice " + own; // of a system that does not group sessions
try { group = Deno.readTextFileSync("/proc/self/autogroup"); } catch { /* none */ }
console.log(own, group.trim().replace(/^.*nice /, ""));`,
      ],
    ]);
    const { folder, path } = fixture;
    const { failure } = await runNotebook(path, { out: `${folder}/out`, nice: 10 });
    assert.equal(failure, undefined);
    const { cells: [{ outputs: [said] }] } = JSON.parse(
      await Deno.readTextFile(`${folder}/out/00-trial.ipynb`),
    );
    const nice = Math.min(19, getPriority() + 10);
    assert.equal(said.text.join(""), `${nice} ${nice}\n`);
  },
});
