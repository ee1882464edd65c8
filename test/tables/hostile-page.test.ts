// Slow: a browser
import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { restored } from "@csc-classify/vo-tables/browser";
import { writeClassifyPage } from "#tools/classify-page/write-classify-page.ts";
import { chromiumPath, launchChromium } from "../chromium.ts";
import { smallClassifier } from "../scoring/small-pipeline.ts";
import { share } from "../thorough.ts";
import { HOSTILE } from "./hostile-tables.ts";

/** Tables that the page takes as they are: it has no place for an encoding. */
const TABLES = HOSTILE.filter(({ options = [] }) => !options.includes("--encoding"));
const SHARE = share(TABLES.length);
/** Tables that one page takes: Chromium holds back the eleventh file that a quick page saves. */
const OF_A_PAGE = 8;

Deno.test({
  name:
    `${SHARE} of ${TABLES.length} hostile tables in the page: the rows of the task, or a reason`,
  ignore: !chromiumPath,
  async fn(t) {
    const folder = await Deno.makeTempDir(), browser = await launchChromium();
    try {
      await writeClassifyPage(new SourceClassifier(smallClassifier()), `${folder}/classify.html`);
      const open = async () => {
        const page = await browser.newPage();
        await page.goto(`file://${folder}/classify.html`);
        await page.waitForSelector("body:not(.loading)");
        return page;
      };
      let page = await open();
      const step = TABLES.length / SHARE;
      const tables = Array.from({ length: SHARE }, (_, i) => TABLES[Math.floor(i * step)]);
      for (const [i, { title, file, bytes, end, options = [] }] of tables.entries()) {
        if (i > 0 && i % OF_A_PAGE === 0) {
          await page.close();
          page = await open();
        }
        await t.step(title, async () => {
          await page.evaluate((options) => {
            const at = (option: string) => options[options.indexOf(option) + 1];
            const choices = document.querySelector("#choices") as HTMLTextAreaElement;
            choices.value = options.includes("--column") ? at("--column") : "";
            for (const box of document.querySelectorAll<HTMLInputElement>("#doubts input")) {
              box.checked = options.includes("--force") && box.id === `doubt-${at("--force")}`;
            }
            delete document.body.dataset.done;
          }, [...options]);
          await Deno.writeFile(`${folder}/${file}`, bytes);
          await page.setInputFiles("#file", `${folder}/${file}`);
          await page.waitForSelector("body[data-done]", { timeout: 60_000 });
          const problem = await page.isVisible("#problem")
            ? await page.textContent("#problem")
            : "";
          if ("refused" in end) {
            assert.ok(problem && problem.length > 20, `no reason: ${problem}`);
            assert.doesNotMatch(problem, /\n {4}at |undefined|\[object/);
            assert.ok(await page.isHidden("#results"));
            return;
          }
          assert.equal(problem, "");
          const [saved] = await Promise.all([
            page.waitForEvent("download"),
            page.click("#save-csv"),
          ]);
          const [head, ...rows] = parse(await Deno.readTextFile(await saved.path())) as string[][];
          const at = (name: string) => head.indexOf(name);
          assert.deepEqual(
            rows.map((row) => restored(row[at("name")])),
            end.rows.map(([name]) => name),
          );
          rows.forEach((row, i) => {
            for (
              const [column, wanted] of [["ra", end.rows[i][1]], ["dec", end.rows[i][2]]] as const
            ) {
              assert.ok(Math.abs(Number(row[at(column)]) - wanted) < 2e-4, `${column}: ${row}`);
            }
          });
        });
      }
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
