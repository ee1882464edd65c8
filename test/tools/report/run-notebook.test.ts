import assert from "node:assert/strict";
import { getPriority } from "node:os";
import { parseHTML } from "linkedom";
import { type RunEvent, runNotebook } from "#tools/report/run-notebook.ts";
import { type Cell, notebookFixture } from "./notebook-fixture.ts";

const SHOWS: readonly Cell[] = [
  [
    "markdown",
    "# A trial\n\nWhy: to see the helpers work; see [another](02-training-table.ipynb).\n\n## One\n\n## Two\n\n## Three",
  ],
  [
    "code",
    `import * as Plot from "@observablehq/plot";
import pl from "nodejs-polars";
import { print } from "#figures/mod.ts";
import { showBanner } from "#show/display.ts";
import * as show from "#show/mod.ts";
import { showFrames } from "#show/tables.ts";`,
  ],
  ["code", `show.show([{ name: "<b>", n: 3 }], { caption: "a table" });`],
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
    `await print("trial", { title: "A trial figure", marks: [Plot.dot([[1, 2], [3, 4]])] }, "two points <b>");`,
  ],
  ["code", `show.show([{ name: "<i>", n: null }]);`],
  ["code", `showFrames();`],
  ["code", `pl.DataFrame({ share: [1 / 3, null] });`],
  ["code", `await showBanner({ kind: "simulated", description: "invented" });`],
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
  assert.deepEqual(cells, [1, 2, 3, 4, 5, 6, 7, 8]);

  const html = await Deno.readTextFile(`${folder}/out/00-trial.html`);
  const { document } = parseHTML(html);
  // by cells that end in a table, and in a frame
  const tables = [...document.querySelectorAll("table.csc")].map((table) =>
    [...table.querySelectorAll("th, td")].map(({ textContent }) => textContent)
  );
  assert.deepEqual(tables, [
    ["name", "n", "<b>", "3"],
    ["name", "n", "<i>", "–"],
    ["share", "0.3333", "–"],
  ]);
  assert.equal(document.querySelectorAll("figure.csc svg").length, 1);
  assert.match(document.querySelector("figcaption")?.textContent ?? "", /two points <b>/);
  assert.equal(document.querySelectorAll(".csc-progress").length, 1);
  assert.match(document.querySelector(".csc-progress")?.textContent ?? "", /folds: 30 done in/);
  assert.match(document.querySelector(".csc-banner")?.textContent ?? "", /SIMULATED/);
  assert.ok(
    document.querySelector('.prose a[href="02-training-table.html"]'),
    "a page links pages",
  );
  assert.equal(document.querySelectorAll("nav.contents li").length, 3);
  assert.equal(document.querySelectorAll("details.code").length, 8);
  assert.equal(html.split("<script").length, 2);
  assert.doesNotMatch(html, /(?:src|href)="(?:https?:)?\/\/|@import/);
  assert.match(document.querySelector("body > .band")?.textContent ?? "", /^SIMULATED/);
  // what is done lies folded, and a figure is named by its title: its caption is beside it
  assert.equal(document.querySelectorAll("details.progress:not([open]) .csc-progress").length, 1);
  const label = document.querySelector("figure.csc#trial svg")?.getAttribute("aria-label");
  assert.equal(label, "A trial figure");
  // by the keyboard one gets to the report at once, and each cell's code has a name of its own
  const skip = document.querySelector("body > a")?.getAttribute("href");
  assert.ok(document.querySelector(`main${skip}`));
  const codes = [...document.querySelectorAll("details.code > summary")];
  assert.equal(new Set(codes.map(({ textContent }) => textContent)).size, 8);

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
  const { document } = parseHTML(await Deno.readTextFile(`${folder}/out/00-trial.failed.html`));
  assert.match(document.querySelector("pre.error")?.textContent ?? "", /<out of range>/);
  assert.deepEqual(pages(`${folder}/out`), ["00-trial.failed.html", "00-trial.failed.ipynb"]);
});

const pages = (out: string) =>
  [...Deno.readDirSync(out)].map(({ name }) => name).filter((name) => /\.(html|ipynb)$/.test(name))
    .sort();

Deno.test("a finished page is replaced by a finished one only, which takes a failed one away", async () => {
  await using fixture = await notebookFixture([
    ["code", `if (Deno.readTextFileSync("mood") === "bad") throw new Error("bad");`],
  ]);
  const { folder, path } = fixture, out = `${folder}/out`;
  await Deno.mkdir(out);
  await Deno.writeTextFile(`${out}/00-trial.html`, "the good one");
  await Deno.writeTextFile(`${folder}/mood`, "bad");
  assert.ok((await runNotebook(path, { out })).failure);
  assert.equal(await Deno.readTextFile(`${out}/00-trial.html`), "the good one");
  await Deno.writeTextFile(`${folder}/mood`, "good");
  const told: string[] = [];
  const onEvent = (event: RunEvent) => event.event === "kept" && told.push(event.line);
  assert.equal((await runNotebook(path, { out, onEvent })).failure, undefined);
  // what the project did not write there is kept
  assert.deepEqual(pages(out), ["00-trial.edited.html", "00-trial.html", "00-trial.ipynb"]);
  assert.match(await Deno.readTextFile(`${out}/00-trial.html`), /^<!DOCTYPE html>/i);
  assert.equal(await Deno.readTextFile(`${out}/00-trial.edited.html`), "the good one");
  assert.equal(told.length, 1);
  assert.match(told[0], /00-trial\.html was changed .*: that is kept as 00-trial\.edited\.html$/);
});

Deno.test("pages that were edited are kept, of a run that failed too; those that were not are replaced", async () => {
  await using fixture = await notebookFixture([
    ["code", `if (Deno.readTextFileSync("mood") === "bad") throw new Error("bad");`],
  ]);
  const { folder, path } = fixture, out = `${folder}/out`;
  const run = async (mood: string) => {
    await Deno.writeTextFile(`${folder}/mood`, mood);
    await runNotebook(path, { out });
  };
  for (const mood of ["good", "good", "bad"]) await run(mood);
  const whole = ["00-trial.html", "00-trial.ipynb"];
  assert.deepEqual(pages(out), ["00-trial.failed.html", "00-trial.failed.ipynb", ...whole]);
  for (const name of ["00-trial.failed.html", "00-trial.ipynb"]) {
    await Deno.writeTextFile(`${out}/${name}`, "my notes", { append: true });
  }
  await run("good");
  const kept = ["00-trial.edited.ipynb", "00-trial.failed.edited.html"];
  assert.deepEqual(pages(out), [...kept, ...whole].sort());
  for (const name of kept) {
    assert.match(await Deno.readTextFile(`${out}/${name}`), /my notes$/);
  }
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  Deno.test(`stopping a run by ${signal} ends its kernel within two seconds and leaves no page`, async () => {
    await using fixture = await notebookFixture([
      [
        "code",
        `Deno.writeTextFileSync("pid", String(Deno.pid)); await new Promise(() => setInterval(() => {}, 1e3));`,
      ],
    ]);
    const { folder, path } = fixture;
    const stop = new AbortController();
    const run = runNotebook(path, { out: `${folder}/out`, signal: stop.signal });
    const stopped = assert.rejects(run, /stopped/);
    let pid = 0;
    while (!pid) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      pid = Number(await Deno.readTextFile(`${folder}/pid`).catch(() => 0));
    }
    const start = performance.now();
    if (signal !== "SIGTERM") {
      // as from a terminal, whose Ctrl-C or end may reach the runner before anything else
      const runner = Number(
        (await Deno.readTextFile(`/proc/${pid}/stat`)).split(") ")[1].split(" ")[1],
      );
      Deno.kill(runner, signal);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    stop.abort(new DOMException("stopped", "AbortError"));
    await stopped;
    assert.ok(performance.now() - start < 2000);
    assert.throws(() => Deno.kill(pid, "SIGCONT"), Deno.errors.NotFound);
    assert.deepEqual(pages(`${folder}/out`), []);
  });
}

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
    ["code", `import { endSection } from "#show/open.ts";`],
    ["markdown", "## One\n\n### Deeper"],
    ["code", `console.log("before"); endSection("Its table is not here.");`],
    ["code", `console.log("no more");`],
    ["markdown", "#### Deeper still"],
    ["code", `console.log("nor this");`],
    ["markdown", "### As high"],
    ["code", `console.log("again");`],
    ["markdown", "## Two"],
    ["code", `const at: number = endSection("Nor this.", { forNow: true });`],
    ["markdown", "# Highest"],
    ["code", `console.log("at last");`],
  ]);
  const { folder, path } = fixture;
  const run = await runNotebook(path, { out: `${folder}/out` });
  assert.equal(run.failure, undefined);
  assert.equal(run.lacked, true);
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
