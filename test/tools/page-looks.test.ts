// Slow: every page at three widths, light, dark and on paper.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { writeClassifyPage } from "#tools/classify-page/write-classify-page.ts";
import { writeExplorer } from "#tools/explorer/write-explorer.ts";
import { PYTHON } from "#tools/setup/python-environment.ts";
import { csvLine } from "@csc-classify/vo-tables";
import { chromiumPath, launchChromium } from "../chromium.ts";
import { smallClassifier, writeSources } from "../scoring/small-pipeline.ts";
import { writeAllPages } from "./report/page-fixture.ts";

/** Names as nobody should give them: without end, with markup, from right to left. */
const NAMES = [
  `2CXO J${"1234567890".repeat(40)}`,
  `a name of many words ${"and another one ".repeat(25)}`,
  `<img src=x onerror="alert(1)">&amp;`,
  "\u0645\u0635\u062f\u0631 \u202e123",
  "line\nof two",
];

const WIDTHS = [360, 768, 1280];
const SCHEMES = ["light", "dark"] as const;

/** A page, and what a user has done there when it is looked at. */
const STATES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  index: () => Promise.resolve(),
  results: () => Promise.resolve(),
  "06-notebook": () => Promise.resolve(),
  explorer: async (page) => {
    await page.locator("#table .line").first().click();
    await page.waitForSelector("#details h2");
  },
  classify: async (page) => {
    const rows = NAMES.map((name, i) => csvLine([name, 10 + i, i, 1e-14, 15 - i]));
    const bad = csvLine([NAMES[1], 999, 1, 1e-14, 15]);
    await page.setInputFiles("#file", {
      name: `${NAMES[1]}.csv`,
      mimeType: "text/csv",
      buffer: Buffer.from(`name,ra,dec,flux_b,G\n${rows.join("")}${bad}`),
    });
    await page.waitForSelector("body[data-done]");
    await page.locator("#sources tbody button").first().click();
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => d.open = true));
  },
};

/** Writes all pages; explorer and classifying page with awkward names. */
async function writePages(folder: string): Promise<void> {
  await writeAllPages(folder);
  const classifier = new SourceClassifier(smallClassifier());
  const files = { scored: `${folder}/n.arrow`, sources: `${folder}/n.parquet` };
  writeSources(
    files.sources,
    NAMES.map((name, i) => ({ name, ra: 10 * i, dec: i, G: 12, flux_b: 1e-14 })),
  );
  await scoreFile({
    ...{ input: files.sources, output: files.scored, workers: 1 },
    classifier: classifier.save(),
    metadata: { title: NAMES[0], description: NAMES[1], simulated: true, provenance: {} },
  });
  await writeExplorer({
    ...files,
    classifier,
    votable: "n.vot",
    output: `${folder}/explorer.html`,
  });
  await writeClassifyPage(classifier, `${folder}/classify.html`);
}

/** What is wider than the page, or has text that its own box cuts without a way to reach it. */
function overflows(): string[] {
  const room = document.documentElement.clientWidth, found: string[] = [];
  if (document.documentElement.scrollWidth > room) {
    found.push(`the page is ${document.documentElement.scrollWidth} px wide of ${room}`);
  }
  for (const one of document.querySelectorAll<HTMLElement>("body *")) {
    if (!one.checkVisibility() || one.closest("svg, .skip")) continue;
    const what = `${one.tagName.toLowerCase()}${one.id && `#${one.id}`}.${one.className}`;
    const { overflowX, textOverflow } = getComputedStyle(one);
    const isCut = one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0;
    if (isCut && overflowX === "hidden" && textOverflow !== "ellipsis") found.push(`${what} cuts`);
    const frames = ".wide, #table, .csc-scroll, .csc-paper, pre";
    const scroller = one.parentElement!.closest<HTMLElement>(frames);
    const { left, right, width } = one.getBoundingClientRect();
    if (!scroller && width > 0 && (right > room + 1 || left < -1)) {
      found.push(`${what} lies at ${Math.round(left)} to ${Math.round(right)} of ${room}`);
    }
  }
  return found;
}

/** Words of figures whose letters are smaller than 9 pixels on the screen. */
function smallLetters(): string[] {
  return [...document.querySelectorAll<SVGTextElement>("figure svg text")].flatMap((text) => {
    const { a, b } = text.getScreenCTM()!;
    const size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
    return size < 8.99 ? [`"${text.textContent}" has letters of ${size.toFixed(1)} px`] : [];
  });
}

/** What has the focus: whether it can be seen, and seen to have it; "" at the end of the page. */
function focusFault(): { readonly at: string; readonly fault: string } {
  const one = document.activeElement as HTMLElement | null;
  if (!one || one === document.body) return { at: "", fault: "" };
  const at = `${one.tagName.toLowerCase()}${one.id && `#${one.id}`} "${
    (one.getAttribute("aria-label") ?? one.textContent ?? "").trim().slice(0, 30)
  }"`;
  const { left, top, right, bottom } = one.getBoundingClientRect();
  const isIn = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  const x = (Math.max(0, left) + Math.min(innerWidth, right)) / 2;
  const y = (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2;
  const above = document.elementFromPoint(x, y);
  const isCovered = above !== null && !one.contains(above) && !above.contains(one) &&
    !above.closest("label")?.contains(one);
  const ring = (element: Element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
  };
  const opacity = Number(getComputedStyle(one).opacity);
  const fault = right - left < 1 || !isIn || opacity === 0
    ? "out of sight"
    : isCovered
    ? `covered by ${above!.tagName}#${above!.id}`
    : ring(one)
    ? ""
    : "not seen to have the focus";
  return { at, fault };
}

const isSetUp = await Deno.stat(PYTHON).then(() => true, () => false);
const ignore = !chromiumPath && (console.log("skipped: there is no chromium on PATH"), true) ||
  !isSetUp && (console.log("skipped: the set-up has not been run"), true);

Deno.test({
  name: "no page is cut or covered, and the focus is in sight: three widths, light, dark, on paper",
  ignore,
  async fn(t) {
    const folder = await Deno.makeTempDir(), browser = await launchChromium();
    const shots = Deno.env.get("CSC_SHOTS");
    try {
      await writePages(folder);
      for (const [name, act] of Object.entries(STATES)) {
        for (const colorScheme of SCHEMES) {
          for (const width of WIDTHS) {
            await t.step(`${name}, ${width} px, ${colorScheme}`, async () => {
              const context = await browser.newContext({
                ...{ viewport: { width, height: 800 }, colorScheme, reducedMotion: "reduce" },
              });
              const page = await context.newPage(), faults: string[] = [];
              await page.goto(`file://${folder}/${name}.html`);
              await page.waitForSelector("body:not(.loading)");
              const look = async (what: string) => {
                faults.push(...(await page.evaluate(overflows)).map((one) => `${what}: ${one}`));
                if (what !== "printed") faults.push(...await page.evaluate(smallLetters));
                const path = `${shots}/${name}-${width}-${colorScheme}-${what}.png`;
                if (shots) await page.screenshot({ path, fullPage: true });
              };
              await look("fresh");
              await act(page);
              await look("used");
              await page.evaluate(() => {
                (document.activeElement as HTMLElement | null)?.blur();
                scrollTo(0, 0);
              });
              for (let i = 0, first = ""; i < 150; i++) {
                await page.keyboard.press("Tab");
                let { at, fault } = await page.evaluate(focusFault);
                // what is scrolled to may take a moment
                for (let tries = 0; fault && tries < 10; tries++) {
                  await page.waitForTimeout(50);
                  ({ at, fault } = await page.evaluate(focusFault));
                }
                if (at === "" || at === first) break;
                first ||= at;
                if (fault) faults.push(`Tab ${i + 1}: ${at} is ${fault}`);
              }
              await page.emulateMedia({ media: "print" });
              await page.setViewportSize({ width: 720, height: 1000 });
              await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
              await look("printed");
              const ground = await page.evaluate(() => getComputedStyle(document.body).color);
              if (!/rgb\((\d|[1-6]\d), /.test(ground)) faults.push(`text on paper is ${ground}`);
              await context.close();
              assert.deepEqual([...new Set(faults)], []);
            });
          }
        }
      }
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
