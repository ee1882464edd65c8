import assert from "node:assert/strict";
import { drawFigure } from "#figures/plot-kit.ts";
import { figure3 } from "#figures/figure-3.ts";
import { figure6 } from "#figures/figure-6.ts";
import { CLASSES } from "#lib/catalogue/classes.ts";
import { CMP_BINS } from "#lib/scoring/cmp-distribution.ts";

const histogram = Array.from({ length: CMP_BINS }, (_, i) => i);

function figureOf(simulated: boolean) {
  const histograms = Object.fromEntries(CLASSES.map((name) => [name, histogram]));
  const data = { catalogue: "a test", simulated, histograms };
  return drawFigure({ ...figure6, load: () => Promise.resolve(data) });
}

Deno.test("a figure of simulated sources says so in the drawing, above what was drawn", async () => {
  const stamped = (await figureOf(true)).svg, plain = (await figureOf(false)).svg;
  assert.match(stamped.text, /SIMULATED SOURCES/);
  assert.doesNotMatch(plain.text, /SIMULATED SOURCES/);
  assert.equal(stamped.heightPx, plain.heightPx + 14);
  assert.match(stamped.text, new RegExp(`viewBox="0 -14 ${plain.widthPx} ${stamped.heightPx}"`));
});

Deno.test("a figure without sources is never called simulated", async () => {
  assert.doesNotMatch((await drawFigure(figure3)).svg.text, /SIMULATED/);
});
