import * as Plot from "@observablehq/plot";
import { type Figure, INK, plotTheme } from "./plot-kit.ts";
import { load, savedFile, type SavedTuning } from "./saves.ts";

/** Best score so far of each search against what its trials have cost. */
export const tuningCurves: Figure<SavedTuning> = {
  id: "tuning-curves",
  title: "What a search finds, and what it costs",
  width: "page",
  inputs: [savedFile("tuning")],
  load: () => load("tuning"),
  caption: ({ sources, rows }) =>
    `Macro F1 of the best settings so far on the inner folds of ${sources}, against the cost of all ` +
    `trials before, one line an outer fold (${
      new Set(rows.map(({ line }) => line)).size
    } searches; ` +
    `a dot is a trial that improved). Cost 1 is 100 rounds of 31 leaves, the authors' own. Levels of ` +
    `different panels are of different folds: what a search gains is the rise of its line, and ` +
    `whether that gain is real is told by outer folds alone.`,
  draw({ rows }, widthPx) {
    const panels = [...new Set(rows.map(({ inner }) => inner))];
    return Plot.plot({
      ...plotTheme(widthPx),
      height: 210,
      marginLeft: 40,
      marginBottom: 34,
      x: {
        ...{ type: "sqrt", label: "cost, in fits of the authors' settings", inset: 4, ticks: 6 },
        ...{ labelAnchor: "center", labelArrow: "none" },
      },
      y: { label: null, grid: true, nice: true },
      fx: { axis: null, domain: panels },
      marks: [
        Plot.frame({ stroke: INK.grid }),
        Plot.text(panels, {
          ...{ text: (panel: string) => `macro F1 (%), ${panel}`, fx: (panel: string) => panel },
          ...{ frameAnchor: "bottom-right", dx: -6, dy: -6, fontWeight: 600 },
        }),
        Plot.line(rows, {
          ...{ x: "cost", y: "best", fx: "inner", z: "line", curve: "step-after" },
          stroke: "#0072B2",
        }),
        Plot.dot(rows.filter(({ improved }) => improved), {
          ...{ x: "cost", y: "best", fx: "inner", r: 2, fill: "#0072B2" },
        }),
      ],
    }) as unknown as SVGSVGElement;
  },
};
