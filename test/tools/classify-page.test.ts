import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { Page } from "playwright-core";
import { ROOT } from "#lib/run/files.ts";
import { writeModel } from "#lib/scoring/model-folder.ts";
import { csvLine } from "@csc-classify/vo-tables";
import { simulateCatalogue } from "@csc-classify/chandra-sources/simulated";
import { takeSources, toFrame } from "@csc-classify/chandra-sources/files";
import { simulatedTrainingTable } from "#lib/tables/training-table.ts";
import { fitClassifier, RECIPES } from "#lib/trust/fit-classifier.ts";
import { writeClassifyPage } from "#tools/classify-page/write-classify-page.ts";
import { isLightgbmBuilt } from "#tools/setup/build-lightgbm.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { chromiumPath, launchChromium } from "../chromium.ts";

const HOSTILE = '<img src=x onerror="document.title=1">"&,=1+1';
const ROWS = 10_000;

/** What `deno task score` makes of a table, as CSV. */
async function score(folder: string, table: string, ...more: string[]): Promise<string> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", `${ROOT}/tools/tasks/score.ts`, `${folder}/${table}`],
      ...["--out", `${folder}/scored.csv`, "--model", `${folder}/model`, "--workers", "1", ...more],
    ],
  }).output();
  assert.ok(code === 0 || code === 3, new TextDecoder().decode(stderr));
  return await Deno.readTextFile(`${folder}/scored.csv`);
}

async function take(page: Page, path: string): Promise<void> {
  await page.evaluate(() => delete document.body.dataset.done);
  await page.setInputFiles("#file", path);
  await page.waitForSelector("body[data-done]", { timeout: 60_000 });
}

async function saved(page: Page, button: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return await Deno.readTextFile(await file.path());
}

/** Equal cells; numbers to 1e-12, since browsers and Deno round exp and pow otherwise. */
function assertSame(actual: string, expected: string, message?: string): void {
  const [a, b] = [actual, expected].map((csv) => csv.split("\n").map((line) => line.split(",")));
  assert.equal(a.length, b.length, message);
  a.forEach((line, row) =>
    line.forEach((cell, i) => {
      if (cell === b[row][i]) return;
      assert.ok(Math.abs(Number(cell) - Number(b[row][i])) <= 1e-12, `${line} is not ${b[row]}`);
    })
  );
}

Deno.test({
  name: "the classifying page",
  ignore: !chromiumPath || !(await isLightgbmBuilt()),
  async fn(t) {
    const folder = await Deno.makeTempDir(), browser = await launchChromium();
    try {
      const training = takeSources(
        simulatedTrainingTable(42),
        Array.from({ length: 1500 }, (_, i) => 5 * i),
      );
      const { spec } = RECIPES.ours;
      const recipe = { ...RECIPES.ours, folds: 2 };
      const parameters = { ...spec.parameters, num_iterations: 30 };
      const classifier = await fitClassifier(
        training,
        { ...recipe, spec: { ...spec, parameters } },
        {
          ...{ seed: 42, workers: 1 },
        },
      );
      await writeModel(`${folder}/model`, classifier);
      const [sources] = simulateCatalogue({
        rows: ROWS,
        seed: 7,
        labelled: false,
        batchRows: ROWS,
      });
      const frame = toFrame(sources);
      frame.writeCSV(`${folder}/many.csv`);
      frame.head(300).writeCSV(`${folder}/few.csv`);
      frame.head(20).writeCSV(`${folder}/examples.csv`);
      // its workers rehearse with them
      const examples = await Deno.readTextFile(`${folder}/examples.csv`);
      await writeClassifyPage(classifier, `${folder}/classify.html`, examples);
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("request", (request) => {
        if (!/^(file|data|blob):/.test(request.url())) problems.push(`asked for ${request.url()}`);
      });
      await page.goto(`file://${folder}/classify.html`);
      await page.waitForSelector("body:not(.loading)");

      await t.step(
        "classifies ten thousand sources of a CSV",
        async () => {
          await take(page, `${folder}/many.csv`);
          const [, n] = /^(\d+) sources classified in/.exec((await page.textContent("#status"))!)!;
          assert.equal(Number(n), ROWS);
        },
      );

      await t.step("stays alive meanwhile, and says how far it is in rows of rows", async () => {
        await page.evaluate(() => {
          const state = globalThis as unknown as { said: Set<string>; turns: number };
          [state.said, state.turns] = [new Set(), 0];
          const look = () => {
            state.turns++;
            state.said.add(document.getElementById("progress")!.textContent!);
            if (!document.body.dataset.done) setTimeout(look, 5);
          };
          delete document.body.dataset.done;
          setTimeout(look);
        });
        await take(page, `${folder}/many.csv`);
        const { said, turns } = await page.evaluate(() => {
          const state = globalThis as unknown as { said: Set<string>; turns: number };
          return { said: [...state.said], turns: state.turns };
        });
        assert.ok(turns > 20, `${turns} turns`);
        assert.match(said.join("\n"), /^[\d,]+ of 10,000 sources classified$/m);
        assert.equal(await page.textContent("#progress"), "");
      });

      await t.step("a table that comes while another is read takes its place", async () => {
        await page.evaluate(() => delete document.body.dataset.done);
        await page.setInputFiles("#file", `${folder}/many.csv`);
        await page.setInputFiles("#file", `${folder}/many.csv`);
        await page.setInputFiles("#file", `${folder}/few.csv`);
        await page.waitForSelector("body[data-done='few.csv']", { timeout: 60_000 });
        assert.match((await page.textContent("#status"))!, /^300 sources classified/);
        await take(page, `${folder}/many.csv`);
        assert.match((await page.textContent("#status"))!, /^10000 sources classified/);
        assert.equal(await page.getAttribute("body", "data-done"), "many.csv");
      });

      await t.step("says what is wrong with a file that holds nothing, and goes on", async () => {
        const none: readonly (readonly [content: string, problem: RegExp])[] = [
          ["", /the file is empty; is it the right one/],
          ["name,ra,dec,flux_b\n", /has a header and no rows/],
          ["name,ra,dec,flux_b\n,10,20,1e-14\n", /none of the 1 rows of none.csv can be used/],
          ["name,ra,dec,flux_b\n\0", /NUL character/],
        ];
        for (const [content, problem] of none) {
          await Deno.writeTextFile(`${folder}/none.csv`, content);
          await take(page, `${folder}/none.csv`);
          assert.match((await page.textContent("#problem"))!, problem);
          // the page has no options
          assert.doesNotMatch((await page.textContent("#problem"))!, /--/);
          assert.ok(await page.isHidden("#results"));
        }
        await Deno.writeTextFile(`${folder}/none.csv`, "name,ra,dec,flux_b\na,10,20,1e-14\n");
        await take(page, `${folder}/none.csv`);
        assert.match((await page.textContent("#status"))!, /^1 source classified/);
        await take(page, `${folder}/many.csv`);
      });

      await t.step("shows how the table was understood", async () => {
        const mapping = (await page.textContent("#columns"))!;
        assert.match(mapping, /flux_bflux_berg\/s\/cm2 \(assumed\)\d+ %/);
      });

      await t.step("gives what `deno task score` gives of the same file", async () => {
        assertSame(await saved(page, "#save-csv"), await score(folder, "many.csv"));
      });

      await t.step("reads a VOTable, binary or not, as `deno task score` does", async () => {
        const args = ["tcopy", `${folder}/few.csv`, "ifmt=csv"];
        for (const form of ["votable-tabledata", "votable-binary2-inline"]) {
          if (!existsSync("/usr/bin/stilts")) return console.log("skipped: VOTables: no stilts");
          await runCommand("stilts", [...args, `${folder}/few.vot`, `ofmt=${form}`]);
          await take(page, `${folder}/few.vot`);
          assertSame(await saved(page, "#save-csv"), await score(folder, "few.vot"), form);
        }
      });

      await t.step(
        "says what it cannot use, and goes on once told which column is meant",
        async () => {
          const head = "name,ra,dec,brightness\n";
          await Deno.writeTextFile(`${folder}/odd.csv`, `${head}a,10,20,1e-14\nb,11,20,x\n`);
          await take(page, `${folder}/odd.csv`);
          assert.match((await page.textContent("#problem"))!, /odd\.csv cannot be used .* below/);
          assert.ok(await page.isHidden("#results"));
          assert.match(
            (await page.textContent("#asked"))!,
            /no column holds an X-ray flux.*brightness is X-ray flux 0\.5–7 keV/,
          );
          await page.evaluate(() => delete document.body.dataset.done);
          await page.click("#settle");
          await page.waitForSelector("body[data-done]");
          assert.equal(await page.inputValue("#choices"), "flux_b=brightness");
          assert.ok(await page.isHidden("#problem"));
          assert.match(
            (await page.textContent("#rejected"))!,
            /1 row is left out.*not a number/s,
          );
          const csv = await score(folder, "odd.csv", "--column", "flux_b=brightness:erg/s/cm2");
          assertSame(await saved(page, "#save-csv"), csv);
          await page.evaluate(() =>
            document.querySelector<HTMLDetailsElement>("#corrections")!.open = true
          );
          await page.fill("#choices", "");
          // a unit that only the user knows, and a doubt of another mission's band
          await Deno.writeTextFile(`${folder}/odd.csv`, "name,ra,dec,Flux\na,10,20,13.5\n");
          await take(page, `${folder}/odd.csv`);
          await page.fill("#asked input", "1e-15 erg/s/cm2");
          await page.evaluate(() => delete document.body.dataset.done);
          await page.click("#settle");
          await page.waitForSelector("body[data-done]");
          assert.match((await page.textContent("#status"))!, /^1 source classified/);
          await page.fill("#choices", "flux_b=EP_8_FLUX");
          await Deno.writeTextFile(`${folder}/odd.csv`, "name,ra,dec,EP_8_FLUX\na,10,20,1e-14\n");
          await take(page, `${folder}/odd.csv`);
          assert.match(
            (await page.textContent("#asked"))!,
            /XMM-Newton's, whose bands are others/,
          );
          assert.ok(await page.isHidden("#results"));
          await page.fill("#choices", "");
        },
      );

      await t.step(
        "shows hostile names as text, explains a source and saves a VOTable",
        async () => {
          const row = csvLine([HOSTILE, 202.5, 47.2, 3e-14]);
          await Deno.writeTextFile(`${folder}/hostile.csv`, `name,ra,dec,flux_b\n${row}`);
          await take(page, `${folder}/hostile.csv`);
          assert.equal(await page.textContent("#sources tbody th"), HOSTILE);
          await page.click("#sources tbody tr");
          assert.equal(await page.textContent("#details h2"), HOSTILE);
          assert.match((await page.textContent("#details"))!, /galaxy|ratio|flux/);
          assert.equal(await page.locator("img").count(), 0);
          const votable = await saved(page, "#save-votable");
          assert.match(votable, /<TD>&lt;img src=x onerror=&quot;/);
          assert.equal(
            votable.match(/<FIELD /g)!.length,
            (await score(folder, "hostile.csv")).split("\n")[0].split(",").length,
          );
        },
      );
      await t.step(
        "beside the details a designation stands in one line",
        async () => {
          const row = csvLine(["2CXO J003413.0-010027", 8.55, -1.01, 3e-14]);
          await Deno.writeTextFile(`${folder}/designation.csv`, `name,ra,dec,flux_b\n${row}`);
          await take(page, `${folder}/designation.csv`);
          await page.click("#sources tbody tr");
          const lines = await page.locator("#sources tbody button").evaluate(({ firstChild }) => {
            const range = document.createRange();
            range.setStart(firstChild!, "2CXO ".length);
            range.setEnd(firstChild!, firstChild!.textContent!.length);
            return range.getClientRects().length;
          });
          assert.equal(lines, 1);
          assert.match((await page.textContent("#details p"))!, /^\w+: of the 20 labelled sources/);
        },
      );
      assert.deepEqual(problems, []);
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
