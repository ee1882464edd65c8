import * as Plot from "@observablehq/plot";
import { type Figure, INK, plotTheme } from "./plot-kit.ts";
import type { ReliabilityBin } from "#studies/calibration.ts";
import { load, savedFile, type SavedReliability } from "./saves.ts";

const COLUMNS = 3;

/** Reliability diagrams of the CMP and of each class, before and after calibration. */
export const reliabilityFigure: Figure<SavedReliability> = {
  id: "reliability",
  title: "Do the probabilities come true?",
  width: "page",
  inputs: [savedFile("reliability")],
  load: () => load("reliability"),
  caption: ({ sources }) =>
    `Share of sources for which a stated probability came true against the probability, for ` +
    `${sources} on folds of 1 degree sky cells: as the ` +
    `model gives it (orange circles) and calibrated within the folds (blue squares). CMP: the ` +
    `probability of the predicted class. On the diagonal promises are kept; below it the model ` +
    `promises too much. Bins of fewer than five sources are left out.`,
  draw({ panels }, widthPx) {
    const order = [...new Set(panels.map(({ of }) => of))];
    const place = (of: string) => ({
      fx: order.indexOf(of) % COLUMNS,
      fy: Math.floor(order.indexOf(of) / COLUMNS),
    });
    const points = panels.flatMap(({ of, stage, bins }) =>
      bins.filter(({ n }: ReliabilityBin) => n >= 5).map((bin) => ({ ...bin, stage, ...place(of) }))
    );
    const xy = { x: "probability", y: "share", fx: "fx", fy: "fy" };
    return Plot.plot({
      ...plotTheme(widthPx),
      height: Math.ceil(order.length / COLUMNS) * widthPx / COLUMNS * 0.9,
      marginLeft: 36,
      marginBottom: 34,
      x: { domain: [0, 1], ticks: 3, label: "probability", labelArrow: "none" },
      y: { domain: [0, 1], ticks: 3, label: "share that came true", labelArrow: "none" },
      fx: { axis: null },
      fy: { axis: null },
      color: { domain: ["as given", "calibrated"], range: ["#D55E00", "#0072B2"] },
      symbol: { domain: ["as given", "calibrated"], range: ["circle", "square"] },
      marks: [
        Plot.frame({ stroke: INK.grid }),
        Plot.link(order.map(place), {
          ...{ x1: 0, y1: 0, x2: 1, y2: 1, fx: "fx", fy: "fy" },
          ...{ stroke: INK.quiet, strokeDasharray: "2 2" },
        }),
        Plot.text(order.map((of) => ({ of, ...place(of) })), {
          ...{ text: "of", fx: "fx", fy: "fy", frameAnchor: "top-left", dx: 5, dy: 5 },
          fontWeight: 600,
        }),
        Plot.line(points, { ...xy, stroke: "stage" }),
        Plot.dot(points, { ...xy, fill: "stage", symbol: "stage", r: 2.6 }),
      ],
    }) as unknown as SVGSVGElement;
  },
};
