import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { csvLine } from "@csc-classify/vo-tables";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { writeClassifyPage } from "#tools/classify-page/write-classify-page.ts";
import { writeExplorer } from "#tools/explorer/write-explorer.ts";
import { renderIndex, renderResults } from "#tools/report/render-index.ts";
import { runNotebook } from "#tools/report/run-notebook.ts";
import { chromiumPath, launchChromium } from "../chromium.ts";
import { smallClassifier, writeSources } from "../scoring/small-pipeline.ts";
import { notebookFixture } from "./report/notebook-fixture.ts";

/** Names that would run a script, or ask a server, on a page that took them for markup. */
const NAMES = [
  "<script>hacked=1</script>",
  "</script><script>hacked=1</script>",
  "</title></style></textarea><script>hacked=1</script>",
  '"><script>hacked=1</script>',
  "'-hacked=1-'",
  "<img src=x onerror=hacked=1>",
  '<img src="http://evil.example/pixel.png">',
  "<svg onload=hacked=1>",
  "<svg><animate onbegin=hacked=1 attributeName=x dur=1s>",
  "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
  "<iframe src=http://evil.example/></iframe>",
  '<link rel="stylesheet" href="http://evil.example/x.css">',
  "<style>@import url(http://evil.example/y.css);</style>",
  '<a href="javascript:hacked=1">a</a>',
  "javascript:hacked=1",
  "<!--<script>hacked=1",
  "-->]]><script>hacked=1</script>",
  "${hacked=1}`+hacked=1+`",
  "{{constructor.constructor('hacked=1')()}}",
  "<%= hacked=1 %><% hacked=1 %>",
  "\u2028hacked=1\u2029//",
  '\\";hacked=1;//',
  "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
  "<base href=http://evil.example/>",
  "<details open ontoggle=hacked=1>",
  "<math><mtext><mglyph><style><img src=x onerror=hacked=1>",
  "$\\href{javascript:hacked=1}{x}$ [x](javascript:hacked=1) ![x](http://evil.example/z.png)",
  "__proto__",
];

/** Opens a page, does something there, and asks what it ran and asked for. */
type OnPage = (path: string, act?: (page: Page) => Promise<void>) => Promise<void>;

async function inBrowser(test: (folder: string, open: OnPage) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir(), browser = await launchChromium();
  try {
    await test(folder, async (path, act = () => Promise.resolve()) => {
      const page = await browser.newPage(), asked: string[] = [];
      page.on("request", (request) => void asked.push(request.url()));
      page.on("dialog", (dialog) => void asked.push(`dialog ${dialog.message()}`));
      try {
        await page.goto(`file://${path}`);
        await act(page);
        await page.waitForTimeout(200);
        // the explorer looks for a hub of the Virtual Observatory on this machine
        const isLocal = /^(file|data|blob):|^http:\/\/localhost:21012\//;
        assert.deepEqual(asked.filter((url) => !isLocal.test(url)), []);
        assert.equal(await page.evaluate("typeof globalThis.hacked"), "undefined");
        const hostile = "img[src^=http], [onerror], [onload], iframe, base, [href^='javascript:']";
        assert.equal(await page.locator(hostile).count(), 0);
        assert.equal(page.url().replace(/#.*$/s, ""), `file://${path}`);
      } finally {
        await page.close();
      }
    });
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
}

const ignore = !chromiumPath && (console.log("skipped: there is no chromium on PATH"), true);
const classifier = new SourceClassifier(smallClassifier());

Deno.test({
  name: `the explorer runs none of ${NAMES.length} hostile names and asks no server`,
  ignore,
  fn: () =>
    inBrowser(async (folder, open) => {
      const files = { scored: `${folder}/s.arrow`, sources: `${folder}/s.parquet` };
      writeSources(
        files.sources,
        NAMES.map((name, i) => ({ name, ra: 10 * i, dec: i, G: 12, flux_b: 1e-14 })),
      );
      const metadata = { title: NAMES[0], description: NAMES[1], simulated: true };
      await scoreFile({
        ...{ input: files.sources, output: files.scored, workers: 1 },
        classifier: classifier.save(),
        metadata: { ...metadata, provenance: Object.fromEntries(NAMES.map((n) => [n, n])) },
      });
      const output = `${folder}/explorer.html`;
      await writeExplorer({ ...files, classifier, votable: "s.vot", output });
      await open(output, async (page) => {
        await page.waitForSelector("body:not(.loading)");
        assert.match((await page.textContent("#count"))!, new RegExp(String(NAMES.length)));
        for (const name of NAMES.slice(0, -1)) {
          await page.fill("#search", name);
          await page.locator("#table .line").first().click({ timeout: 2000 }).catch(() => {});
        }
      });
    }),
});

Deno.test({
  name: "the classifying page runs nothing of a hostile table and asks no server",
  ignore,
  fn: () =>
    inBrowser(async (folder, open) => {
      const page = `${folder}/classify.html`, table = `${folder}/t.csv`;
      await writeClassifyPage(classifier, page);
      const more = NAMES.slice(0, 8);
      await Deno.writeTextFile(
        table,
        csvLine(["name", "ra", "dec", "flux_b", "G", ...more]) +
          NAMES.map((name, i) => csvLine([name, i, i, 1e-14, 15, ...more])).join("") +
          csvLine([NAMES[0], 999, 1, NAMES[1], 15, ...more]),
      );
      await open(page, async (page) => {
        await page.setInputFiles("#file", table);
        await page.waitForSelector("body[data-done]", { timeout: 60_000 });
      });
    }),
});

Deno.test({
  name:
    "index and results run nothing of hostile results, records and file names, and ask no server",
  ignore,
  fn: () =>
    inBrowser(async (folder, open) => {
      // a link to a file of such a name is one
      const paths = NAMES.filter((name) => !name.startsWith("javascript:"));
      const all = NAMES.join(" "), run = { title: all, why: all, seconds: 1, ended: all };
      const head = {
        ...{ data: all, dataSha256: all, simulated: true, profile: all, seed: 1 },
        versions: Object.fromEntries(NAMES.map((name) => [name, name])),
      };
      const content = {
        runs: paths.map((name) => (
          { ...run, name, failure: name, isOfRun: true, figures: [name] }
        )),
        results: {
          head,
          results: Object.fromEntries(
            NAMES.flatMap((name) => [[`table5.${name}.AGN.f1`, 1], [`${name}.x`, 2]] as const)
              .map(([key, value]) => [key, { value }]),
          ),
        },
        figures: paths.map((name) => (
          { id: name, title: name, caption: name, links: [`figures/${name}.svg`] }
        )),
        advice: NAMES.map((name) => ({ class: name, text: name })),
        files: paths.map((path) => ({ path, bytes: 1 })),
        code: { commit: all, clean: false },
      };
      for (const [page, render] of Object.entries({ index: renderIndex, results: renderResults })) {
        await Deno.writeTextFile(`${folder}/${page}.html`, await render(content));
        await open(`${folder}/${page}.html`);
      }
    }),
});

Deno.test({
  name: "a report runs nothing of hostile cells, captions, prints and errors, and asks no server",
  ignore,
  async fn() {
    const names = JSON.stringify(NAMES);
    await using fixture = await notebookFixture([
      ["markdown", "# Names\n\nWhy: to see what a page does with them."],
      [
        "code",
        `import { showBanner } from "#show/display.ts"; import * as show from "#show/mod.ts"; const NAMES = ${names};`,
      ],
      [
        "code",
        `show.show(NAMES.map((name) => ({ [name]: name, n: 1 })), { caption: NAMES.join(" ") })`,
      ],
      [
        "code",
        `for (const description of NAMES) await showBanner({ kind: "simulated", description });`,
      ],
      ["code", `console.log(NAMES.join("\\n")); console.error(NAMES.join("\\n")); NAMES`],
      [
        "code",
        `{ await using bar = await show.progress(NAMES[0], 1); await bar.finish(NAMES[1]); }`,
      ],
      ["code", `throw new RangeError(NAMES.join("\\n"));`],
    ]);
    const { failure } = await runNotebook(fixture.path, { out: `${fixture.folder}/out` });
    assert.equal(failure?.number, 6);
    await inBrowser((_, open) => open(`${fixture.folder}/out/00-trial.failed.html`));
  },
});
