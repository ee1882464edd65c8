import * as Plot from "@observablehq/plot";
import { CLASSES } from "#lib/catalogue/classes.ts";
import type { CrossValidation } from "#lib/validation/cross-validate.ts";
import { confusionMatrix, predictedLabels } from "#lib/validation/metrics.ts";
import { INK, plotTheme } from "./plot-kit.ts";

/** One panel of a confusion figure. */
export interface ConfusionPanel {
  readonly title: string;
  /** `[nClasses][nClasses]` counts, row = true class. */
  readonly counts: readonly (readonly number[])[];
}

/**
 * Confusion matrices one above the other, each row normalised to the true class, in per cent
 * (Figures 2 and 5): true class on the vertical axis, predicted class on the horizontal one.
 */
export function confusionPlot(panels: readonly ConfusionPanel[], widthPx: number): SVGSVGElement {
  const cells = panels.flatMap(({ title, counts }) =>
    normaliseRows(counts).flatMap((row, i) =>
      row.map((share, j) => ({
        panel: title,
        truth: CLASSES[i],
        predicted: CLASSES[j],
        percent: 100 * share,
      }))
    )
  );
  const titles = panels.map(({ title }) => title);
  const channels = { x: "predicted", y: "truth", fy: "panel" };
  const marginLeft = 56, marginRight = 4, panelHeight = (widthPx - marginLeft - marginRight) * 0.86;
  return Plot.plot({
    ...plotTheme(widthPx),
    height: panels.length * (panelHeight + 24) + 44,
    marginLeft,
    marginRight,
    marginTop: 20,
    marginBottom: 42,
    x: { domain: CLASSES, label: null, tickSize: 0, tickRotate: -45, padding: 0 },
    y: { domain: CLASSES, label: null, tickSize: 0, padding: 0 },
    fy: { domain: titles, axis: null, padding: 0.09 },
    // the square root brings out the small off-diagonal shares that the text discusses
    color: { type: "sqrt", domain: [0, 100], range: ["#ffffff", "#08519c"], interpolate: "lab" },
    marks: [
      Plot.cell(cells, { ...channels, fill: "percent", stroke: INK.grid, strokeWidth: 0.5 }),
      Plot.text(cells, {
        ...channels,
        text: ({ percent }) => percent < 0.05 ? "0" : percent.toFixed(percent < 9.95 ? 1 : 0),
        fill: ({ percent }) => percent > 30 ? "white" : INK.text,
        fontSize: widthPx < 400 ? 9 : 11,
      }),
      Plot.text(titles, {
        fy: (title) => title,
        text: (title) => title,
        frameAnchor: "top-left",
        dy: -13,
        fontWeight: 600,
        textAnchor: "start",
      }),
    ],
  }) as unknown as SVGSVGElement;
}

/** Confusion counts summed over iterations: `[nClasses][nClasses]`, row = true class. */
export function totalCounts(
  { iterations }: Pick<CrossValidation, "iterations">,
  labels: Int32Array,
): number[][] {
  const nClasses = CLASSES.length;
  return iterations.map(({ probabilities }) =>
    confusionMatrix(labels, predictedLabels(probabilities, nClasses), nClasses)
  ).reduce((sum, counts) => sum.map((row, i) => row.map((count, j) => count + counts[i][j])));
}

/** A confusion matrix with each row divided by its sum: shares of each true class (Figures 2, 5). */
export function normaliseRows(counts: readonly (readonly number[])[]): number[][] {
  return counts.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => total ? count / total : 0);
  });
}
