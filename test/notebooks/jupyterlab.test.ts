import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { chromiumPath, launchChromium } from "../chromium.ts";
import { startServer, TOKEN } from "../jupyter-server.ts";
import { THOROUGH } from "../thorough.ts";

if (!chromiumPath) console.log("skipped: JupyterLab in a browser: no Chromium on PATH");

/** A cell of a notebook. */
type Cell = readonly ["markdown" | "code", string];

/** A notebook as those of the project are: one set-up cell, a frame, a figure, an answer. */
const TRIAL: readonly Cell[] = [
  ["markdown", "# A trial\n\nThe [CMP](../docs/glossary.md#cmp) of no source."],
  [
    "code",
    `import * as Plot from "@observablehq/plot";
import pl from "nodejs-polars";
import { CLASS_SCALES, dots, print } from "#figures/mod.ts";
import { open } from "#show/open.ts";

const { frame } = await open();`,
  ],
  ["code", `const counts = frame.groupBy("class").agg(pl.len().alias("n")).sort("n");\ncounts;`],
  [
    "code",
    `const sky = { x: "gal_l", y: "gal_b", r: 1.6, fill: "class", symbol: "class" };
const panels = [
  { marks: [Plot.barX(counts.toRecords(), { x: "n", y: "class", fill: "#123456" })] },
  { marks: [dots(frame.toRecords(), sky)] },
];
await print("trial", { title: "Sources", ...CLASS_SCALES, panels }, "by class, and each of them on the sky, in Galactic coordinates; a line wider than the page");`,
  ],
  ["markdown", "## Answer"],
  ["code", `Deno.jupyter.md\`**\${counts.height}** classes\`;`],
];

/** A folder that looks like the project to JupyterLab, with notebooks that a test may change. */
async function labFolder(): Promise<string> {
  await Deno.mkdir(`${CACHE}/test`, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${CACHE}/test` });
  await Deno.mkdir(`${folder}/notebooks`);
  await Deno.mkdir(`${folder}/docs`);
  await Deno.copyFile(`${ROOT}/docs/glossary.md`, `${folder}/docs/glossary.md`);
  const code = { outputs: [], execution_count: null };
  const cells = TRIAL.map(([cell_type, source], i) => ({
    cell_type,
    source,
    id: `cell-${i}`,
    metadata: {},
    ...(cell_type === "code" ? code : {}),
  }));
  const kernelspec = { name: "deno", display_name: "Deno", language: "typescript" };
  const trial = { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
  await Deno.writeTextFile(`${folder}/notebooks/trial.ipynb`, JSON.stringify(trial));
  for await (const { name } of Deno.readDir(`${ROOT}/notebooks`)) {
    if (!name.endsWith(".ipynb")) continue;
    await Deno.copyFile(`${ROOT}/notebooks/${name}`, `${folder}/notebooks/${name}`);
  }
  return folder;
}

/** Opens a notebook in a workspace of its own, with its kernel ready. */
async function openNotebook(page: Page, port: number, name: string): Promise<void> {
  const workspace = name.replaceAll(/\W/g, "");
  await page.goto(
    `http://127.0.0.1:${port}/lab/workspaces/${workspace}/tree/notebooks/${name}?token=${TOKEN}`,
  );
  await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor({ timeout: 120_000 });
  // before the kernel is there, running a cell would ask for one
  await page.getByText("Deno | Idle").waitFor({ timeout: 120_000 });
}

/** Chooses an item of a menu, as a user does. */
async function choose(page: Page, menu: string, item: RegExp): Promise<void> {
  await page.locator(".lm-MenuBar-item", { hasText: new RegExp(`^${menu}$`) }).click();
  await page.locator(".lm-Menu-item", { hasText: item }).click();
}

/** Execution counts of the code cells, "*" while one waits or runs; and their errors. */
function state(page: Page): Promise<{ prompts: string[]; errors: string[] }> {
  return page.evaluate(() => {
    const texts = (selector: string) =>
      [...document.querySelectorAll(selector)].map(({ textContent }) => textContent ?? "");
    return {
      prompts: texts(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt")
        .map((text) => text.replace(/[[\]:\s]/g, "")),
      errors: texts('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"]'),
    };
  });
}

/** Waits until no cell waits or runs and the first `cells` have run. */
async function untilDone(page: Page, cells: number, timeoutMs: number): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (true) {
    const { prompts, errors } = await state(page);
    const ran = prompts.filter((prompt) => /^\d+$/.test(prompt)).length;
    if (errors.length > 0) return;
    if (ran >= cells && !prompts.includes("*")) return;
    assert.ok(Date.now() < end, `after ${timeoutMs / 1000} s cells stand at ${prompts.join(" ")}`);
    await page.waitForTimeout(200);
  }
}

/** Says yes to a restart, and waits until cells wait for the new kernel. */
async function restart(page: Page): Promise<void> {
  await page.locator(".jp-Dialog button", { hasText: /^Restart$/ }).click();
  for (let tries = 0; !(await state(page)).prompts.includes("*"); tries++) {
    assert.ok(tries < 2400, "the kernel does not start again");
    await page.waitForTimeout(25);
  }
}

/** Whether so much else runs here that times say nothing. */
function isBusy(): boolean {
  return Deno.loadavg()[0] > 2 * navigator.hardwareConcurrency;
}

Deno.test({
  name:
    "in JupyterLab a notebook runs by Run All and up to a cell; a figure is changed in its cell",
  ignore: !chromiumPath,
  async fn(t) {
    const folder = await labFolder();
    const env = { CSC_PROFILE: "smoke", CSC_DATA: "simulated", CSC_OUT: `${folder}/out` };
    await using server = await startServer({ root: folder, env });
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ viewport: { width: 1200, height: 3000 } });
      await openNotebook(page, server.port, "trial.ipynb");

      await t.step("Run All Cells", async () => {
        await choose(page, "Run", /^Run All Cells/);
        await untilDone(page, 4, 60_000);
        assert.deepEqual(await state(page), { prompts: ["1", "2", "3", "4"], errors: [] });
        assert.equal(await page.locator(".jp-Notebook table.csc tbody tr").count(), 8);
        assert.equal(await page.locator(".jp-Notebook figure.csc svg").count(), 1);
        assert.match(await page.locator(".jp-Notebook").innerText(), /8 classes/);
      });

      await t.step("a line that is too long is seen whole", async () => {
        const editors = page.locator(".jp-Notebook .jp-CodeCell .cm-scroller");
        const hidden = await editors.evaluateAll((all) =>
          all.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
        );
        assert.deepEqual(hidden, [0, 0, 0, 0]);
      });

      await t.step("all sources are in another colour within a second", async () => {
        const times: number[] = [];
        for (const colour of ["#aa0000", "#00aa00", "#0000aa"]) {
          const editor = page.locator(".jp-Notebook .jp-CodeCell .cm-content").nth(2);
          const text = TRIAL[3][1].replace("#123456", colour);
          await editor.click();
          await page.keyboard.press("Control+A");
          await page.keyboard.insertText(text);
          const start = performance.now();
          await page.keyboard.press("Control+Enter");
          await page.locator(`.jp-Notebook figure.csc svg [fill="${colour}"]`).first()
            .waitFor({ timeout: 20_000 });
          times.push(performance.now() - start);
        }
        const told = `${times.map(Math.round).join(", ")} ms`;
        if (isBusy()) console.log(`skipped: the time of a change, ${told}, on a busy machine`);
        else assert.ok(Math.min(...times) < 1000, told);
      });

      await t.step("Restart Kernel and Run Up to Selected Cell", async () => {
        await page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt").nth(2).click();
        await choose(page, "Kernel", /^Restart Kernel and Run (up|Up) to Selected Cell/);
        await restart(page);
        await untilDone(page, 3, 60_000);
        const { prompts, errors } = await state(page);
        assert.deepEqual([prompts.slice(0, 3), errors], [["1", "2", "3"], []]);
        assert.equal(await page.locator(".jp-Notebook figure.csc svg").count(), 1);
      });

      await t.step("a word leads to the glossary", async () => {
        await page.locator(".jp-MarkdownCell a", { hasText: "CMP" }).click();
        await page.getByText("class membership probability, one of eight").first()
          .waitFor({ timeout: 20_000 });
      });
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

// one at a time: deno test -A --filter "04-" with CSC_THOROUGH=1
for (const { name } of [...Deno.readDirSync(`${ROOT}/notebooks`)]) {
  if (!name.endsWith(".ipynb")) continue;
  Deno.test({
    name: `${name} runs in JupyterLab by Run All, and anew up to its last cell`,
    ignore: !chromiumPath || !THOROUGH,
    async fn(t) {
      const folder = await labFolder();
      const env = { CSC_PROFILE: "smoke", CSC_OUT: `${folder}/out` };
      await using server = await startServer({ root: folder, env });
      const browser = await launchChromium();
      const { cells } = JSON.parse(await Deno.readTextFile(`${ROOT}/notebooks/${name}`)) as {
        cells: { cell_type: string }[];
      };
      const codeCells = cells.filter(({ cell_type }) => cell_type === "code").length;
      try {
        // all cells in view: JupyterLab draws only what is
        const page = await browser.newPage({ viewport: { width: 1200, height: 40_000 } });
        await openNotebook(page, server.port, name);
        const hasRun = async () => {
          await untilDone(page, codeCells, 1_800_000);
          assert.deepEqual((await state(page)).errors, []);
        };
        await t.step("Run All Cells", async () => {
          await choose(page, "Run", /^Run All Cells/);
          await hasRun();
        });
        await t.step("Restart Kernel and Run Up to Selected Cell", async () => {
          await page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt").last().click();
          await choose(page, "Kernel", /^Restart Kernel and Run (up|Up) to Selected Cell/);
          await restart(page);
          await hasRun();
        });
      } finally {
        await browser.close();
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
