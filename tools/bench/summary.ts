import { median } from "simple-statistics";
import { confusionMatrix, scores } from "#lib/validation/metrics.ts";
import { predictedLabels } from "@csc-classify/forests";
import { type BenchModel, type Measurement, MODELS, SAMPLE_OF } from "./models.ts";

/** One fold of one model on both sides. */
export interface Pair {
  readonly model: BenchModel;
  /** Classes of the held-out rows. */
  readonly truth: Int32Array;
  readonly ours: Measurement & { readonly probabilities: Float64Array };
  readonly python: Measurement & { readonly probabilities: Float64Array };
}

/** Per cent. */
type Score = Readonly<Record<"precision" | "recall" | "f1", number>>;

/** Medians over folds and scores over all held-out rows of one side. */
interface SideSummary extends Measurement {
  /** Weighted, then `[nClasses]`, per cent; absent for SMOTE, which classifies nothing. */
  readonly scores?: { readonly weighted: Score; readonly classes: readonly Score[] };
}

/** One row of the report. */
interface ModelSummary {
  readonly model: BenchModel;
  readonly ours: SideSummary;
  readonly python: SideSummary;
  /** Median over folds of our fit time over Python's, by the clock and by processor time. */
  readonly fitRatio: number;
  readonly fitCpuRatio: number;
  /** Seconds a fold of cross-validation costs with its oversampling and prediction. */
  readonly fold?: {
    /** Ours, by the clock: the whole run on all workers over its number of folds. */
    readonly ours: number;
    /** Python's on one thread: the sum of its medians. */
    readonly python: number;
    /** Native LightGBM's, by the clock: the whole run with as many threads as we have workers. */
    readonly nativeThreads?: number;
  };
}

/**
 * Medians, ratios and scores of each model; `foldSeconds` are ours in a whole run, `nativeThreads`
 * those of native LightGBM with a thread for each of our workers.
 */
export function summarise(
  pairs: readonly Pair[],
  classes: readonly string[],
  foldSeconds: ReadonlyMap<BenchModel, number> = new Map(),
  nativeThreads?: number,
): ModelSummary[] {
  const smote = pairs.filter(({ model }) => model === "smote").map((pair) =>
    pair.python.fitSeconds
  );
  return [...new Set(pairs.map(({ model }) => model))].map((model) => {
    const folds = pairs.filter((pair) => pair.model === model);
    const ratio = (key: "fitSeconds" | "fitCpuSeconds") =>
      median(folds.map(({ ours, python }) => ours[key] / python[key]));
    const python = summariseSide(folds, "python", classes.length);
    const oversampling = SAMPLE_OF[model] === "oversampled" && smote.length > 0 ? median(smote) : 0;
    const ours = foldSeconds.get(model);
    return {
      model,
      ours: summariseSide(folds, "ours", classes.length),
      python,
      fold: ours === undefined ? undefined : {
        ours,
        python: oversampling + python.fitSeconds + python.predictSeconds,
        ...(model === "lightgbm" && nativeThreads && { nativeThreads }),
      },
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
    scores: folds[0].model === "smote" ? undefined : heldOutScores(folds, side, nClasses),
  };
}

function heldOutScores(folds: readonly Pair[], side: "ours" | "python", nClasses: number) {
  const truth = folds.flatMap((pair) => [...pair.truth]);
  const predicted = folds.flatMap((pair) => [
    ...predictedLabels(pair[side].probabilities, nClasses),
  ]);
  const { weighted, classes } = scores(
    confusionMatrix(Int32Array.from(truth), Int32Array.from(predicted), nClasses),
  );
  const perCent = ({ precision, recall, f1 }: Score) => ({
    precision: 100 * precision,
    recall: 100 * recall,
    f1: 100 * f1,
  });
  return { weighted: perCent(weighted), classes: classes.map(perCent) };
}

/** Times, memory and scores of both sides as plain text tables. */
export function report(
  models: readonly ModelSummary[],
  classes: readonly string[],
  workers = 1,
): string {
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
  const runs = models.flatMap(({ model, fold }) =>
    fold
      ? [[
        MODELS[model].title,
        both(fold.ours, fold.python, 2),
        (fold.ours / fold.python).toFixed(3),
      ]]
      : []
  );
  const threads = models.flatMap(({ model, fold }) =>
    fold?.nativeThreads
      ? [[
        `${MODELS[model].title}, threads`,
        both(fold.ours, fold.nativeThreads, 2),
        (fold.ours / fold.nativeThreads).toFixed(3),
      ]]
      : []
  );
  const f1 = models.flatMap(({ model, ours, python }) =>
    ours.scores && python.scores
      ? [[
        MODELS[model].title,
        both(ours.scores.weighted.f1, python.scores.weighted.f1, 1),
        ...classes.map((_, c) => both(ours.scores!.classes[c].f1, python.scores!.classes[c].f1, 1)),
      ]]
      : []
  );
  return [
    "One fit on one thread: ours / Python, medians over folds",
    ...align([
      ["", "fit s", "ratio", "CPU ratio", "at most", "predict ms", "peak MiB"],
      ...times,
    ]),
    "",
    `A fold of a whole cross-validation: ours on ${workers} workers / Python on one thread, ` +
    `in "threads" on ${workers}`,
    ...align([["", "s a fold", "ratio"], ...runs, ...threads]),
    "",
    "F1 over all held-out rows, ours / Python, per cent",
    ...align([["", "weighted", ...classes], ...f1]),
  ].join("\n");
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  "));
}
