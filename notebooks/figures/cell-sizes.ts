import * as Plot from "@observablehq/plot";
import { type Figure, INK, plotTheme } from "./plot-kit.ts";
import { load, type SavedCellSizes, savedFile } from "./saves.ts";

type Row = SavedCellSizes["rows"][number];

/** Scores against the size of the sky cells that folds keep whole. */
export const cellSizes: Figure<SavedCellSizes> = {
  id: "cell-sizes",
  title: "How far away must the training sources be?",
  width: "page",
  inputs: [savedFile("cell-sizes")],
  load: () => load("cell-sizes"),
  caption: ({ sources }) =>
    `Weighted F1 (top) and macro F1 (bottom) of ${sources} ` +
    `against the side of the sky cells that the folds keep whole. At 0.01 degree the ` +
    `folds are nearly random; from about one Chandra field (0.3 degree) on, a source is judged ` +
    `without its neighbours.`,
  draw({ rows }, widthPx) {
    const colour = { domain: [...new Set(rows.map(({ model }) => model))], range: COLOURS };
    return Plot.plot({
      ...plotTheme(widthPx),
      height: 300,
      marginLeft: 40,
      marginBottom: 34,
      marginRight: 125,
      x: {
        type: "log",
        ticks: [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
        tickFormat: String,
        ...{ label: "cell side (degrees)", labelAnchor: "center", labelArrow: "none" },
      },
      y: { label: null, grid: true, nice: true },
      fy: { axis: null, domain: SCORES },
      color: colour,
      marks: [
        Plot.frame({ stroke: INK.grid }),
        Plot.text(SCORES, {
          ...{ text: (score: string) => `${score} (%)`, fy: (score: string) => score },
          ...{ frameAnchor: "bottom-left", dx: 6, dy: -6, fontWeight: 600 },
        }),
        Plot.line(rows, { x: "sizeDeg", y: "value", fy: "score", z: "model", stroke: "model" }),
        Plot.dot(rows, {
          x: "sizeDeg",
          y: "value",
          fy: "score",
          fill: "model",
          symbol: "model",
        }),
        Plot.text(
          rows,
          Plot.selectLast({
            ...{ x: "sizeDeg", y: "value", fy: "score", z: "model", text: (row: Row) => row.model },
            ...{ textAnchor: "start", dx: 7, fill: "model" },
          }),
        ),
      ],
    }) as unknown as SVGSVGElement;
  },
};

const COLOURS = ["#D55E00", "#0072B2"];
const SCORES = ["weighted F1", "macro F1"];
