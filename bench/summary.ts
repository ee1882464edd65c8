import { median } from "simple-statistics";
import { confusionMatrix, predictedLabels, scores } from "#lib/validation/metrics.ts";
import { type BenchModel, type Measurement, MODELS } from "./models.ts";

/** One fold of one model on both sides. */
export interface Pair {
  readonly model: BenchModel;
  /** Classes of the held-out rows. */
  readonly truth: Int32Array;
  readonly ours: Measurement & { readonly probabilities: Float64Array };
  readonly python: Measurement & { readonly probabilities: Float64Array };
}

/** Medians over folds and scores over all held-out rows of one side. */
export interface SideSummary extends Measurement {
  /** Weighted, then `[nClasses]`, per cent; absent for SMOTE, which classifies nothing. */
  readonly f1?: { readonly weighted: number; readonly classes: readonly number[] };
}

/** One row of the report. */
export interface ModelSummary {
  readonly model: BenchModel;
  readonly ours: SideSummary;
  readonly python: SideSummary;
  /** Median over folds of our fit time over Python's, by the clock and by processor time. */
  readonly fitRatio: number;
  readonly fitCpuRatio: number;
}

/** Medians, ratios and scores of each model. */
export function summarise(pairs: readonly Pair[], classes: readonly string[]): ModelSummary[] {
  return [...new Set(pairs.map(({ model }) => model))].map((model) => {
    const folds = pairs.filter((pair) => pair.model === model);
    const ratio = (key: "fitSeconds" | "fitCpuSeconds") =>
      median(folds.map(({ ours, python }) => ours[key] / python[key]));
    return {
      model,
      ours: summariseSide(folds, "ours", classes.length),
      python: summariseSide(folds, "python", classes.length),
      fitRatio: ratio("fitSeconds"),
      fitCpuRatio: ratio("fitCpuSeconds"),
    };
  });
}

function summariseSide(
  folds: readonly Pair[],
  side: "ours" | "python",
  nClasses: number,
): SideSummary {
  const middle = (key: keyof Measurement) => median(folds.map((pair) => pair[side][key]));
  return {
    fitSeconds: middle("fitSeconds"),
    fitCpuSeconds: middle("fitCpuSeconds"),
    predictSeconds: middle("predictSeconds"),
    peakBytes: middle("peakBytes"),
    f1: folds[0].model === "smote" ? undefined : f1Scores(folds, side, nClasses),
  };
}

function f1Scores(folds: readonly Pair[], side: "ours" | "python", nClasses: number) {
  const truth = folds.flatMap((pair) => [...pair.truth]);
  const predicted = folds.flatMap((pair) => [
    ...predictedLabels(pair[side].probabilities, nClasses),
  ]);
  const { weighted, classes } = scores(
    confusionMatrix(Int32Array.from(truth), Int32Array.from(predicted), nClasses),
  );
  return { weighted: 100 * weighted.f1, classes: classes.map(({ f1 }) => 100 * f1) };
}

/** Times, memory and scores of both sides as plain text tables. */
export function report(models: readonly ModelSummary[], classes: readonly string[]): string {
  const both = (ours: number, python: number, digits: number) =>
    `${ours.toFixed(digits)} / ${python.toFixed(digits)}`;
  const times = models.map(({ model, ours, python, ...ratios }) => [
    MODELS[model].title,
    both(ours.fitSeconds, python.fitSeconds, 2),
    ratios.fitRatio.toFixed(3),
    ratios.fitCpuRatio.toFixed(3),
    MODELS[model].limit?.toFixed(3) ?? "",
    both(1000 * ours.predictSeconds, 1000 * python.predictSeconds, 0),
    both(ours.peakBytes / 2 ** 20, python.peakBytes / 2 ** 20, 0),
  ]);
  const f1 = models.flatMap(({ model, ours, python }) =>
    ours.f1 && python.f1
      ? [[
        MODELS[model].title,
        both(ours.f1.weighted, python.f1.weighted, 1),
        ...classes.map((_, c) => both(ours.f1!.classes[c], python.f1!.classes[c], 1)),
      ]]
      : []
  );
  return [
    "Ours / Python, medians over folds",
    ...align([
      ["", "fit s", "ratio", "CPU ratio", "at most", "predict ms", "peak MiB"],
      ...times,
    ]),
    "",
    "F1 over all held-out rows, ours / Python, per cent",
    ...align([["", "weighted", ...classes], ...f1]),
  ].join("\n");
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  "));
}
