import * as Plot from "@observablehq/plot";
import { CLASS_COLOURS, CLASSES, type SourceClass } from "@csc-classify/chandra-sources";
import type { CmpDistribution } from "#lib/scoring/cmp-distribution.ts";
import { FONT_PX, INK } from "./fonts.ts";

/** Panels of Figure 6 in a row. */
const COLUMNS = 4;

/**
 * Figure 6: the probability density of the class membership probability, a panel a class, its most
 * probable value marked; equations 7 and 8, so that the area under each curve is 1.
 */
export function densityPanels(distribution: Pick<CmpDistribution, "histograms">) {
  const panels = CLASSES.map((name, c) => panel(name, c, distribution.histograms[c]));
  return { columns: COLUMNS, panels };
}

function panel(name: SourceClass, c: number, histogram: Uint32Array): Plot.PlotOptions {
  const density = probabilityDensity(histogram), peak = mostProbable(histogram);
  const edges = Array.from(density).flatMap((y, i) => [
    [i / density.length, y],
    [(i + 1) / density.length, y],
  ]);
  const total = histogram.reduce((sum, n) => sum + n, 0), top = Math.max(...density, 1) * 1.3;
  const isLeft = c % COLUMNS === 0, isLow = c >= CLASSES.length - COLUMNS;
  const words = { frameAnchor: "top-left", dx: 5 } as const;
  return {
    height: 150,
    marginLeft: 36,
    marginRight: 6,
    marginTop: 8,
    marginBottom: 32,
    x: { domain: [0, 1], ticks: 4, tickFormat: String, label: isLow ? "CMP" : null, tickSize: 3 },
    y: { domain: [0, top], ticks: 4, label: isLeft ? "probability density" : null, tickSize: 3 },
    marks: [
      Plot.frame({ stroke: INK.quiet, strokeWidth: 0.6 }),
      Plot.areaY(edges, {
        x: ([x]) => x,
        y1: 0, // without it Plot stacks the two points of an edge
        y2: ([, y]) => y,
        fill: CLASS_COLOURS[name],
        fillOpacity: 0.22,
      }),
      Plot.line(edges, { stroke: CLASS_COLOURS[name], strokeWidth: 1.3 }),
      ...(total === 0 ? [] : [
        Plot.ruleX([peak], { y1: 0, y2: top * 0.78, stroke: INK.mark, strokeDasharray: "4 2.5" }),
        Plot.text([peak], {
          x: peak,
          y: top * 0.78,
          text: () => peak.toFixed(2),
          textAnchor: peak > 0.8 ? "end" : "middle",
          dy: -6,
          fill: INK.mark,
        }),
      ]),
      Plot.text([name], {
        ...words,
        dy: 5,
        fontSize: FONT_PX.label,
        fontWeight: 600,
        text: () => name,
      }),
      Plot.text([total], {
        ...words,
        dy: 18,
        fill: INK.quiet,
        text: () => `n = ${total.toLocaleString("en")}`,
      }),
    ],
  };
}

/**
 * Probability density of a histogram over [0, 1], equation 8: n_i / (sum n dx); its integral,
 * equation 7, is 1. All zero for an empty histogram.
 */
export function probabilityDensity(histogram: Uint32Array): Float64Array {
  const total = histogram.reduce((sum, n) => sum + n, 0);
  return Float64Array.from(histogram, (n) => total === 0 ? 0 : n * histogram.length / total);
}

/** Centre of the highest bin of a histogram over [0, 1], the first of equals; NaN when empty. */
export function mostProbable(histogram: Uint32Array): number {
  const highest = Math.max(...histogram);
  return highest === 0 ? NaN : (histogram.indexOf(highest) + 0.5) / histogram.length;
}
