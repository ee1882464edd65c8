import * as Plot from "@observablehq/plot";
import { CLASS_COLOURS, CLASSES, type SourceClass } from "#lib/catalogue/classes.ts";
import { addText, type Figure, FONT_PX, INK, panels, plotTheme } from "./plot-kit.ts";
import type { CmpDistribution } from "#lib/scoring/cmp-distribution.ts";
import { load, type SavedDistribution, savedFile } from "./saves.ts";

const COLUMNS = 4;
const LEFT = 16, BOTTOM = 18;

/** Figure 6: probability density of the class membership probability, class by class. */
export const figure6: Figure<SavedDistribution> = {
  id: "figure-6",
  title: "Probability density of the class membership probability",
  inputs: [savedFile("cmp-distribution")],
  width: "page",
  load: () => load("cmp-distribution"),
  simulated: ({ simulated }) => simulated,
  caption({ catalogue, simulated, histograms }) {
    const total = Object.values(histograms).flat().reduce((sum, n) => sum + n, 0);
    return `${total.toLocaleString("en")} ${simulated ? "SIMULATED" : "unidentified"} sources ` +
      `(${catalogue}) by predicted class; equations 7 and 8 with bins of 0.02, so that the area ` +
      `under each curve is 1. Dashed: the most probable CMP. The nearer the peak to 1, the more certain ` +
      `the classification; vertical scales differ between panels.`;
  },
  draw({ histograms }, widthPx) {
    const width = (widthPx - LEFT) / COLUMNS;
    const plots = CLASSES.map((name) => panel(name, Uint32Array.from(histograms[name]), width));
    const page = panels(plots, COLUMNS, { left: LEFT, bottom: BOTTOM });
    const height = Number(page.getAttribute("height"));
    const label = { fontSize: FONT_PX.label, fill: INK.text };
    const x = LEFT + (widthPx - LEFT) / 2;
    addText(page, "class membership probability (CMP)", { x, y: height - 5, ...label });
    const y = (height - BOTTOM) / 2;
    addText(page, "probability density", { x: 11, y, rotate: -90, ...label });
    return page;
  },
};

function panel(name: SourceClass, histogram: Uint32Array, width: number): SVGSVGElement {
  const density = probabilityDensity(histogram), peak = mostProbable(histogram);
  const edges = Array.from(density).flatMap((y, i) => [
    [i / density.length, y],
    [(i + 1) / density.length, y],
  ]);
  const total = histogram.reduce((sum, n) => sum + n, 0);
  const top = Math.max(...density, 1) * 1.3;
  return Plot.plot({
    ...plotTheme(width),
    height: 0.86 * width,
    marginLeft: 24,
    marginRight: 8,
    marginTop: 8,
    marginBottom: 22,
    x: { domain: [0, 1], ticks: 4, tickFormat: (x: number) => String(x), label: null, tickSize: 3 },
    y: { domain: [0, top], ticks: 4, label: null, tickSize: 3 },
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
        Plot.ruleX([peak], {
          y1: 0,
          y2: top * 0.78,
          stroke: INK.mark,
          strokeWidth: 1,
          strokeDasharray: "4 2.5",
        }),
        Plot.text([peak], {
          x: peak,
          y: top * 0.78,
          text: () => peak.toFixed(2),
          textAnchor: peak > 0.8 ? "end" : "middle",
          dx: peak > 0.8 ? -1 : 0,
          dy: -6,
          fill: INK.mark,
        }),
      ]),
      Plot.text([name], {
        frameAnchor: "top-left",
        dx: 5,
        dy: 5,
        fontSize: FONT_PX.label,
        fontWeight: 600,
        text: () => name,
      }),
      Plot.text([total], {
        frameAnchor: "top-left",
        dx: 5,
        dy: 18,
        fill: INK.quiet,
        text: () => `n = ${total.toLocaleString("en")}`,
      }),
    ],
  }) as unknown as SVGSVGElement;
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

/** The histograms of a distribution by class name, as the figure keeps them. */
export function histogramsByClass(
  { histograms }: Pick<CmpDistribution, "histograms">,
): Record<SourceClass, number[]> {
  const byClass = CLASSES.map((name, i) => [name, [...histograms[i]]] as const);
  return Object.fromEntries(byClass) as Record<SourceClass, number[]>;
}
