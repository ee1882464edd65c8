import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import type { IndexContent } from "#tools/report/index-content.ts";
import { renderIndex } from "#tools/report/render-index.ts";

const hostile = `<script>alert("1")</script><img src=x onerror='x'>`;
const head = {
  data: hostile,
  dataSha256: hostile,
  simulated: true,
  profile: hostile,
  seed: 42,
  versions: { [hostile]: hostile },
};
const content: IndexContent = {
  runs: [{
    name: hostile,
    title: hostile,
    why: hostile,
    seconds: 3,
    ended: hostile,
    failure: hostile,
  }],
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

Deno.test("hostile text from any input is shown as text", async () => {
  const { document } = parseHTML(await renderIndex(content));
  assert.equal(document.querySelectorAll("script").length, 0);
  assert.equal(document.querySelectorAll("img").length, 1);
  assert.equal(document.querySelectorAll("[onerror]").length, 0);
  assert.ok(document.body.textContent?.includes(hostile));
});

Deno.test("a simulated run carries the banner, a published one does not", async () => {
  const banner = async (simulated: boolean) => {
    const results = { head: { ...head, simulated }, results: {} };
    return parseHTML(await renderIndex({ ...content, results })).document.querySelector(
      ".csc-banner",
    );
  };
  assert.match((await banner(true))?.textContent ?? "", /SIMULATED DATA/);
  assert.equal(await banner(false), null);
});

Deno.test("the page loads nothing from elsewhere", async () => {
  const html = await renderIndex(content);
  assert.doesNotMatch(html, /(?:src|href)="(?:https?:)?\/\//);
  assert.doesNotMatch(html, /@import|url\(/);
});

Deno.test("with nothing made yet the page says what to run", async () => {
  const html = await renderIndex({ runs: [], figures: [], advice: [], files: [], code: {} });
  assert.match(html, /deno task report/);
});

Deno.test("the index leads with the explorer, and says of how many real sources it is", async () => {
  const leads = async (files: string[], real = 0) => {
    const results = { head, results: { "real.sources": { value: real } } };
    const shown = { ...content, results, files: files.map((path) => ({ path, bytes: 1 })) };
    return parseHTML(await renderIndex(shown)).document.querySelector(".lead")?.textContent ?? "";
  };
  assert.match(await leads(["explorer.html"], 8290), /^Browse 8,290 real Chandra sources/);
  assert.match(await leads(["explorer.html"]), /^Browse the catalogue of this run/);
  assert.equal(await leads(["catalogue/real-sources.csv"], 8290), "");
});
