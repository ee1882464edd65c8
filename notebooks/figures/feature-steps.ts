import * as Plot from "@observablehq/plot";
import { type Figure, INK, plotTheme } from "./plot-kit.ts";
import { load, savedFile, type SavedSteps } from "./saves.ts";

/** Macro F1 of each step from the paper's pipeline to the better one. */
export const featureSteps: Figure<SavedSteps> = {
  id: "feature-steps",
  title: "What each step brings",
  width: "page",
  inputs: [savedFile("feature-steps")],
  load: () => load("feature-steps"),
  caption: ({ sources }) =>
    `Macro F1 of ${sources} on random (open, where run) and on ` +
    `blocked folds (filled; fields and hosts whole) as the pipeline grows from the paper's to the ` +
    `better one; each row contains those above. A step that only helps on random folds helps to ` +
    `remember, not to recognise.`,
  draw({ rows }, widthPx) {
    const data = rows.map((row) => ({ ...row, mean: row.macroF1.mean }));
    return Plot.plot({
      ...plotTheme(widthPx),
      height: 236,
      marginTop: 20,
      marginLeft: 215,
      marginBottom: 34,
      x: { label: "macro F1 (%)", labelAnchor: "center", labelArrow: "none", grid: true, inset: 8 },
      y: { domain: [...new Set(rows.map(({ step }) => step))], label: null },
      marks: [
        Plot.line(data, { x: "mean", y: "step", z: "folds", stroke: INK.grid, strokeWidth: 2 }),
        Plot.text(data.filter(({ step }) => step === rows[0].step), {
          ...{ x: "mean", y: "step", dy: -11, dx: -4, textAnchor: "start", fill: INK.text },
          text: ({ folds }: { folds: string }) =>
            folds === "blocked" ? "unseen sky" : "random folds",
        }),
        Plot.dot(data, {
          ...{ x: "mean", y: "step", r: 4, stroke: "#0072B2" },
          fill: ({ folds }: { folds: string }) => folds === "blocked" ? "#0072B2" : "white",
        }),
      ],
    }) as unknown as SVGSVGElement;
  },
};
