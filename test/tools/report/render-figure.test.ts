import assert from "node:assert/strict";
import { densityPanels } from "#figures/figure-6.ts";
import { CLASSES } from "@csc-classify/chandra-sources";
import { document } from "#figures/plot-kit.ts";
import { draw } from "#figures/print.ts";
import { embedFonts, standaloneSvg } from "#figures/standalone-svg.ts";
import { CMP_BINS } from "#lib/scoring/cmp-distribution.ts";
import { renderPdf, renderPng } from "#tools/report/render-figure.ts";

const histogram = Array.from({ length: CMP_BINS }, (_, i) => i);
const distribution = { histograms: CLASSES.map(() => Uint32Array.from(histogram)) };
const svg = standaloneSvg(draw({ ...densityPanels(distribution), width: 673 }));

Deno.test("a figure stands alone: millimetres, no currentColor, no style of the drawing library", () => {
  assert.match(svg.text, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg".* width="178.065mm"/);
  assert.doesNotMatch(svg.text, /currentColor|:where|var\(|system-ui/);
});

Deno.test("the SVG carries the fonts it uses and no others", async () => {
  const text = await embedFonts(svg);
  const weights = [...text.matchAll(/font-weight:(\d+);font-style:(\w+)/g)].map(([, w, s]) =>
    w + s
  );
  assert.deepEqual(weights, ["400normal", "600normal"]);
  // the two whole files have 760 kB
  assert.ok(
    text.length - svg.text.length < 50_000,
    `${text.length - svg.text.length} bytes of fonts`,
  );
});

Deno.test("the PNG has 300 dots per inch and shows lettering", async () => {
  const png = await renderPng(svg);
  const view = new DataView(png.buffer, png.byteOffset);
  assert.equal(view.getUint32(16), Math.round(673 / 96 * 300));
  const bare = await renderPng({ ...svg, text: svg.text.replaceAll(/<text[\s\S]*?<\/text>/g, "") });
  assert.ok(
    png.length > 1.1 * bare.length,
    `${png.length} bytes with text, ${bare.length} without`,
  );
});

Deno.test("the PDF embeds subsets of both weights and no standard font, and is reproducible", async () => {
  const pdf = await renderPdf(svg, "Figure 6");
  const text = new TextDecoder("latin1").decode(pdf);
  const fonts = new Set([...text.matchAll(/\/BaseFont \/\w+\+(\S+)/g)].map(([, name]) => name));
  assert.deepEqual([...fonts].sort(), ["SourceSans3-Regular", "SourceSans3-SemiBold"]);
  assert.match(text, /MediaBox \[0 0 504\.75 /);
  assert.doesNotMatch(text, /Helvetica/);
  assert.deepEqual(await renderPdf(svg, "Figure 6"), pdf);
});

Deno.test("a figure without a size is refused", () => {
  const bare = document.createElementNS("http://www.w3.org/2000/svg", "svg") as SVGSVGElement;
  assert.throws(() => standaloneSvg(bare), /give width and height in pixels/);
});

Deno.test("places are written to a hundredth of a pixel, lettering and colours as they are", () => {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg") as SVGSVGElement;
  drawn.setAttribute("width", "10");
  drawn.setAttribute("height", "10");
  drawn.innerHTML = `<circle cx="1.23456" cy="7.00901" r="1.5" fill-opacity="0.125"></circle>` +
    `<path d="M1.23456,2h0.98765"></path><text x="0.123456">0.0123</text>`;
  assert.equal(
    standaloneSvg(drawn).text.replace(/^<svg[^>]*>/, ""),
    `<circle cx="1.23" cy="7.00" r="1.5" fill-opacity="0.125"/><path d="M1.23,2h0.98"/>` +
      `<text x="0.12">0.0123</text></svg>`,
  );
});
