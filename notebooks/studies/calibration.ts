import pl, { type DataFrame } from "nodejs-polars";
import { predictedLabels, takeEntries } from "@csc-classify/forests";
import type { Iteration } from "#lib/validation/cross-validate.ts";
import { rowsOfFold } from "#lib/validation/folds.ts";
import type { Calibrator } from "./calibrators.ts";

/** How far stated probabilities may be taken at their word. Lower is better. */
interface CalibrationScores {
  /**
   * Expected calibration error of the class membership probability (Guo et al. 2017,
   * https://proceedings.mlr.press/v70/guo17a.html): mean over equal-width bins, weighted by rows,
   * of |share right - mean probability|.
   */
  readonly ece: number;
  /** Mean squared distance between the probabilities and the truth, 0 to 2 (Brier 1950). */
  readonly brier: number;
  /** Mean of -ln of the probability given to the truth, which is taken as at least 1e-15. */
  readonly logScore: number;
}

/** Equal-width bins of a probability. */
const BINS = 15;

/**
 * Scores of a prediction table.
 *
 * @param probabilities `[nRows x nClasses]`, row-major.
 * @param labels `[nRows]` true class indices.
 */
export function calibrationScores(
  probabilities: Float64Array,
  labels: Int32Array,
  nClasses: number,
  bins = BINS,
): CalibrationScores {
  const predicted = predictedLabels(probabilities, nClasses);
  const top = Float64Array.from(predicted, (c, row) => probabilities[row * nClasses + c]);
  const right = Array.from(predicted, (c, row) => c === labels[row]);
  const ece = reliability(top, right, bins).reduce(
    (sum, { n, share, probability }) => sum + n / labels.length * Math.abs(share - probability),
    0,
  );
  let brier = 0, logScore = 0;
  labels.forEach((label, row) => {
    for (let c = 0; c < nClasses; c++) {
      brier += (probabilities[row * nClasses + c] - (c === label ? 1 : 0)) ** 2;
    }
    logScore -= Math.log(Math.max(1e-15, probabilities[row * nClasses + label]));
  });
  return { ece, brier: brier / labels.length, logScore: logScore / labels.length };
}

/**
 * The expected calibration error of {@link calibrationScores} for each group of predictions.
 *
 * @param predictions Columns `cmp` (probability of the class predicted), `right` and those of `by`.
 * @returns Columns of `by`, and `ECE`.
 */
export function calibrationErrors(predictions: DataFrame, by: readonly string[]): DataFrame {
  const [cmp, right] = [pl.col("cmp"), pl.col("right").cast(pl.Float64)];
  const bin = cmp.mul(BINS).floor().clip(0, BINS - 1).alias("bin");
  // polars sums rows and groups in any order, on which the last bits depend: hence 12 decimals, in order
  const gap = cmp.mean().minus(right.mean()).abs().round(12).mul(pl.len()).alias("gap");
  const perBin = predictions.lazy().withColumns(bin).groupBy([...by, "bin"])
    .agg(gap, pl.len().alias("n")).sort("bin").collectSync();
  return perBin.groupBy([...by]).agg(pl.col("gap").sum().div(pl.col("n").sum()).alias("ECE"))
    .sort([...by]);
}

/** One bin of a reliability diagram. */
interface ReliabilityBin {
  readonly n: number;
  /** Mean stated probability of the rows of the bin. */
  readonly probability: number;
  /** Share of them for which it came true. */
  readonly share: number;
}

/**
 * Reliability diagram of one probability: rows in equal-width bins; empty bins are left out.
 *
 * @param probability `[nRows]` in [0, 1].
 * @param cameTrue `[nRows]`.
 */
export function reliability(
  probability: Float64Array,
  cameTrue: readonly boolean[],
  bins = BINS,
): ReliabilityBin[] {
  const n = new Float64Array(bins), sum = new Float64Array(bins), right = new Float64Array(bins);
  probability.forEach((p, row) => {
    const bin = Math.min(bins - 1, Math.floor(p * bins));
    n[bin]++;
    sum[bin] += p;
    if (cameTrue[row]) right[bin]++;
  });
  return Array.from(n, (count, bin) => ({
    n: count,
    probability: sum[bin] / count,
    share: right[bin] / count,
  })).filter(({ n }) => n > 0);
}

/**
 * Calibrated predictions of a cross-validation: what calibrates a fold is fitted on the held-out
 * predictions of the other folds, so that no row had a part in its own calibration.
 *
 * @param labels `[nRows]` true class indices.
 * @returns `[nRows x nClasses]`.
 */
export function calibrateFolds(
  { fold, probabilities }: Iteration,
  labels: Int32Array,
  nClasses: number,
  calibrator: Calibrator,
): Float64Array {
  const result = new Float64Array(probabilities.length);
  for (const which of new Set(fold)) {
    const { fit, held } = rowsOfFold(fold, which);
    const others = takeEntries(probabilities, fit, nClasses);
    const calibrate = calibrator.fit(others, takeEntries(labels, fit, 1), nClasses);
    const calibrated = calibrate(takeEntries(probabilities, held, nClasses));
    held.forEach((row, i) =>
      result.set(calibrated.subarray(i * nClasses, (i + 1) * nClasses), row * nClasses)
    );
  }
  return result;
}

/** Sources whose number the training mix counts as beside a field's own. */
const PRIOR_SOURCES = 20;

/**
 * Probabilities for the sources of one field, corrected to the field's own mix of classes by
 * expectation-maximisation (Saerens, Latinne & Decaestecker 2002, doi:10.1162/089976602753284446):
 * the mix is the mean of the corrected probabilities, and probabilities are weighed by the mix over
 * that of the training set, until neither changes. The training mix counts as 20 sources more, so
 * that a field of few sources keeps most of it.
 *
 * @param probabilities `[nRows x nClasses]` calibrated to the training mix.
 * @param mix `[nClasses]` shares of the training set.
 * @returns `[nRows x nClasses]` and the field's `[nClasses]` mix.
 */
export function toFieldMix(
  probabilities: Float64Array,
  mix: ArrayLike<number>,
): { probabilities: Float64Array; mix: Float64Array } {
  const n = mix.length, nRows = probabilities.length / n;
  let own = Float64Array.from(mix), result = probabilities;
  for (let step = 0; step < 500; step++) {
    const sums = Float64Array.from(mix, (share) => share * PRIOR_SOURCES);
    result = probabilities.map((p, i) => mix[i % n] > 0 ? p * own[i % n] / mix[i % n] : 0);
    for (let start = 0; start < result.length; start += n) {
      const row = result.subarray(start, start + n);
      const sum = row.reduce((total, p) => total + p, 0);
      for (let c = 0; c < n; c++) sums[c] += row[c] /= sum;
    }
    const next = sums.map((sum) => sum / (nRows + PRIOR_SOURCES));
    const change = next.reduce((most, share, c) => Math.max(most, Math.abs(share - own[c])), 0);
    own = next;
    if (change < 1e-9) break;
  }
  return { probabilities: result, mix: own };
}

/**
 * {@link toFieldMix} of every field by itself; sources of fields with fewer than `least` keep what
 * they have.
 *
 * @param groups `[nRows]` field of each source.
 * @returns `[nRows x nClasses]`.
 */
export function correctFields(
  probabilities: Float64Array,
  groups: Int32Array,
  mix: ArrayLike<number>,
  least: number,
): Float64Array {
  const result = probabilities.slice(), n = mix.length;
  for (const rows of Map.groupBy(groups.keys(), (row) => groups[row]).values()) {
    if (rows.length < least) continue;
    const { probabilities: own } = toFieldMix(takeEntries(probabilities, rows, n), mix);
    rows.forEach((row, i) => result.set(own.subarray(i * n, (i + 1) * n), row * n));
  }
  return result;
}
