/**
 * Takes the pictures of README: `deno run -A tools/derive/page-pictures.ts [CHROMIUM]` opens the
 * explorer and the classifying page of the last report in a browser without a window and writes
 * `docs/explorer.png` and `docs/classify.png`. A page of simulated sources says so in its picture.
 */
import { type Browser, chromium, type Page } from "playwright-core";
import { writeAtomic } from "@csc-classify/safe-files";
import { outFolder, ROOT } from "#lib/run/files.ts";

const SIZES = { explorer: { width: 1200, height: 720 }, classify: { width: 1440, height: 860 } };

/** What is done on a page before its picture is taken. */
const PICTURES: Readonly<Record<keyof typeof SIZES, (page: Page) => Promise<void>>> = {
  /** The first source of the table, the most telling, is opened. */
  async explorer(page) {
    await page.click("#table .line >> nth=0");
    await page.waitForSelector("#details h2");
  },
  /** The examples are classified, and the fourth is opened. */
  async classify(page) {
    await page.click("#examples");
    await page.waitForSelector("body[data-done]");
    await page.click("#sources tbody tr >> nth=3");
    await page.evaluate(() => document.getElementById("results")!.scrollIntoView());
  },
};

async function takePicture(browser: Browser, name: keyof typeof SIZES): Promise<void> {
  const page = await browser.newPage({ viewport: SIZES[name], colorScheme: "light" });
  await page.goto(`file://${outFolder()}/${name}.html`);
  await page.waitForSelector("body:not(.loading)");
  await PICTURES[name](page);
  await page.waitForTimeout(500); // the map draws its ground a moment after the rest
  await writeAtomic(`${ROOT}/docs/${name}.png`, await page.screenshot());
  await page.close();
}

const [executablePath = "/usr/bin/chromium"] = Deno.args;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  await takePicture(browser, "explorer");
  await takePicture(browser, "classify");
} finally {
  await browser.close();
}
