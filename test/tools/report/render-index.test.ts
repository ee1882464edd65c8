import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { parseHTML } from "linkedom";
import type { IndexContent } from "#tools/report/index-content.ts";
import { renderIndex, renderResults } from "#tools/report/render-index.ts";

const hostile = `<script>alert("1")</script><img src=x onerror='x'>`;
const head = {
  data: hostile,
  dataSha256: hostile,
  simulated: true,
  profile: hostile,
  seed: 42,
  versions: { [hostile]: hostile },
};
const run = { name: hostile, title: hostile, why: hostile, seconds: 3, ended: hostile };
const content: IndexContent = {
  runs: [{ ...run, failure: hostile, isOfRun: true, figures: ["figure-5"] }],
  results: { head, results: { [`table5.${hostile}.AGN.f1`]: { value: 1 } } },
  figures: [{
    id: "figure-5",
    title: hostile,
    caption: hostile,
    links: [`figures/${hostile}.svg`],
  }],
  advice: [{ class: hostile, text: hostile }],
  files: [{ path: hostile, bytes: 1234 }],
  code: { commit: "0123456789abcdef", clean: false },
};
const PAGES = [renderIndex, renderResults];

Deno.test("hostile text from any input is shown as text", async () => {
  for (const render of PAGES) {
    const { document } = parseHTML(await render(content));
    assert.equal(document.querySelectorAll("script").length, 1);
    assert.equal(document.querySelectorAll("img").length, 1);
    assert.equal(document.querySelectorAll("[onerror]").length, 0);
    assert.ok(document.body.textContent?.includes(hostile));
  }
});

Deno.test("the only script that may run is the page's own", async () => {
  for (const render of PAGES) {
    const { document } = parseHTML(await render(content));
    const allowed = document.querySelector("meta[http-equiv]")!.getAttribute("content")!;
    const text = document.querySelector("script")!.textContent!;
    const hash = createHash("sha256").update(text).digest("base64");
    assert.ok(allowed.startsWith(`script-src 'sha256-${hash}';`), allowed);
  }
});

Deno.test("a simulated run says so in a band and over every table, a published one does not", async () => {
  for (const simulated of [true, false]) {
    const results = { head: { ...head, simulated }, results: { "table4.AGN.count": { value: 1 } } };
    for (const render of PAGES) {
      const { document } = parseHTML(await render({ ...content, results }));
      assert.equal(document.querySelectorAll(".band").length, simulated ? 1 : 0);
      for (const caption of document.querySelectorAll(".csc-caption")) {
        assert.equal(/^SIMULATED/.test(caption.textContent!), simulated);
      }
    }
  }
});

Deno.test("the page loads nothing from elsewhere", async () => {
  for (const render of PAGES) {
    const html = await render(content);
    assert.doesNotMatch(html, /(?:src|href)="(?:https?:)?\/\//);
    assert.doesNotMatch(html, /@import|url\(/);
  }
});

Deno.test("with nothing made yet the page says what to run", async () => {
  for (const render of PAGES) {
    const html = await render({ runs: [], figures: [], advice: [], files: [], code: {} });
    assert.match(html, /deno task report/);
  }
});

Deno.test("the index leads with the pages, and says how many real sources there are", async () => {
  const cards = async (files: string[], real = 0) => {
    const results = { head, results: { "real.sources.distinct": { value: real } } };
    const shown = { ...content, results, files: files.map((path) => ({ path, bytes: 1 })) };
    const { document } = parseHTML(await renderIndex(shown));
    return [...document.querySelectorAll(".card b")].map(({ textContent }) => textContent);
  };
  assert.deepEqual(await cards(["explorer.html", "classify.html"], 7697), [
    "Explore 7,697 real Chandra sources",
    "Classify your own sources",
  ]);
  assert.deepEqual(await cards(["explorer.html"]), ["Explore the catalogue of this run"]);
  assert.deepEqual(await cards(["catalogue/real-sources.csv"], 7697), []);
});

Deno.test("five numbers, a line and a picture for each report, a word on each file", async () => {
  const numbers = [
    ...["headline.macro_f1", "blocked.lightgbm.macro_f1", "table6.lightgbm.f1"],
    ...["calibration.ece", "real.agreement.ours", "table7.xray.f1"],
  ];
  const results = {
    head,
    results: Object.fromEntries(numbers.map((key) => [key, { value: 50 }])),
  };
  const runs = [
    { ...run, name: "06-x", title: "6. X", why: "Why.", isOfRun: true, figures: ["figure-5"] },
    { ...run, name: "08-y", title: "8. Y", why: "Why.", isOfRun: false, figures: ["old"] },
  ];
  const files = [{ path: "catalogue/real-sources.vot", bytes: 1 }];
  const { document } = parseHTML(await renderIndex({ ...content, results, runs, files }));
  assert.equal(document.querySelectorAll(".headline li").length, 5);
  const [own, old] = document.querySelectorAll(".reports li");
  assert.equal(own.querySelector("img")?.getAttribute("src"), "figures/figure-5.svg");
  assert.equal(old.querySelector("img"), null);
  assert.match(old.textContent!, /Of another run/);
  assert.match(document.querySelector(".files li")!.textContent!, /TOPCAT/);
});

Deno.test("every table and figure of the results leads to its report, none shows a key", async () => {
  const results = {
    head,
    results: {
      "audit.classConflictsWithin10Arcsec": { value: 94 },
      "figure4.rf.below_0_8": { value: 2100 },
      "blocked.better_absorbed.f1": { value: 80 },
    },
  };
  const made = ["03-audit", "04-models", "06-sky"].map((name) => (
    { ...run, name, title: name, isOfRun: true, figures: name[1] === "4" ? ["figure-5"] : [] }
  ));
  const { document } = parseHTML(await renderResults({ ...content, results, runs: made }));
  const tables = document.getElementById("tables")!.parentElement!;
  for (const name of Object.keys(results.results)) {
    const last = name.split(".").at(-1)!;
    if (last !== "f1") assert.ok(!tables.textContent!.includes(last), last);
  }
  const links = [...document.querySelectorAll("p.origin a")].map((a) => a.getAttribute("href"));
  assert.deepEqual(links.sort(), [
    "03-audit.html",
    "04-models.html",
    "04-models.html#figure-5",
    "06-sky.html",
  ]);
});
