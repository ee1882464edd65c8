import { quantile } from "simple-statistics";
import { random, takeEntries } from "@csc-classify/forests";
import { thresholdOf } from "#lib/trust/fit-decision.ts";
import type { Iteration } from "#lib/validation/cross-validate.ts";
import { rowsOfFold } from "#lib/validation/folds.ts";

/**
 * Thresholds of class-conditional conformal prediction, see `thresholdOf`.
 *
 * @param probabilities `[nRows x nClasses]` of rows the model has not seen.
 * @param labels `[nRows]` true class indices.
 * @param coverage Share of the sources of each class whose set is to hold the class, e.g. 0.95.
 * @returns `[nClasses]`.
 */
export function conformalThresholds(
  probabilities: Float64Array,
  labels: Int32Array,
  nClasses: number,
  coverage: number,
): Float64Array {
  return Float64Array.from({ length: nClasses }, (_, c) => {
    const own: number[] = [];
    labels.forEach((label, row) => {
      if (label === c) own.push(probabilities[row * nClasses + c]);
    });
    return thresholdOf(own, coverage);
  });
}

/**
 * Conformal sets.
 *
 * @param thresholds `[nClasses]`, see {@link conformalThresholds}.
 * @returns `[nRows x nClasses]`: 1 where the class is in the set of the row.
 */
export function conformalSets(
  probabilities: Float64Array,
  thresholds: Float64Array,
): Uint8Array {
  const n = thresholds.length;
  return Uint8Array.from(probabilities, (p, i) => p >= thresholds[i % n] ? 1 : 0);
}

/** What {@link resampledThresholds} needs. */
interface ResampledOptions {
  /** `[nRows x nClasses]` of rows the model has not seen. */
  readonly probabilities: Float64Array;
  /** `[nRows]` true class indices. */
  readonly labels: Int32Array;
  readonly nClasses: number;
  /** As in {@link conformalThresholds}. */
  readonly coverage: number;
  /** `[nRows]` sky cells or hosts: what is drawn anew, whole. */
  readonly groups: Int32Array;
  readonly seed: number;
}

const DRAWS = 200;
/** Share of the redrawn skies whose thresholds are lower. */
const CAUTION = 0.2;

/**
 * Thresholds that allow for the sources of a field being alike: the fields of each class are drawn
 * with replacement 200 times, and of the thresholds found the one is taken that 20 per cent are
 * below. A class of few fields thereby gets larger sets than its number of sources would ask for.
 *
 * @returns `[nClasses]`.
 */
export function resampledThresholds(
  { probabilities, labels, nClasses, coverage, groups, seed }: ResampledOptions,
): Float64Array {
  return Float64Array.from({ length: nClasses }, (_, c) => {
    const fields = new Map<number, number[]>();
    labels.forEach((label, row) => {
      if (label !== c) return;
      const field = fields.get(groups[row]) ?? [];
      field.push(probabilities[row * nClasses + c]);
      fields.set(groups[row], field);
    });
    const lists = [...fields.values()], stream = random(seed, "thresholds", c);
    if (lists.length === 0) return 0;
    const drawn = Array.from({ length: DRAWS }, () => {
      const own = lists.flatMap(() => lists[stream.integer(lists.length)]);
      return thresholdOf(own, coverage);
    });
    return quantile(drawn, CAUTION);
  });
}

/**
 * Conformal sets of every row of a cross-validation, with the thresholds of a fold taken from the
 * other folds; with blocked folds, from other sky.
 *
 * @param resampled Groups and seed of {@link resampledThresholds}; plain thresholds if absent.
 * @returns `[nRows x nClasses]`.
 */
export function conformalFolds(
  { fold, probabilities }: Iteration,
  labels: Int32Array,
  nClasses: number,
  coverage: number,
  resampled?: Pick<ResampledOptions, "groups" | "seed">,
): Uint8Array {
  const sets = new Uint8Array(probabilities.length);
  for (const which of new Set(fold)) {
    const { fit, held } = rowsOfFold(fold, which);
    const known = takeEntries(probabilities, fit, nClasses), truth = takeEntries(labels, fit, 1);
    const thresholds = resampled
      ? resampledThresholds({
        probabilities: known,
        labels: truth,
        nClasses,
        coverage,
        seed: resampled.seed,
        groups: takeEntries(resampled.groups, fit, 1),
      })
      : conformalThresholds(known, truth, nClasses, coverage);
    const own = conformalSets(takeEntries(probabilities, held, nClasses), thresholds);
    held.forEach((row, i) =>
      sets.set(own.subarray(i * nClasses, (i + 1) * nClasses), row * nClasses)
    );
  }
  return sets;
}

/** How the sets of the sources of one class turned out. */
interface SetSummary {
  /** Sources of the class. */
  readonly n: number;
  /** Those whose set holds the class. */
  readonly covered: number;
  readonly meanSize: number;
  /** Those with a set of one class. */
  readonly single: number;
  /** Those with a set of no class: unlike every class. */
  readonly empty: number;
}

/** Summaries of sets by true class: `[nClasses]`. */
export function setSummaries(
  sets: Uint8Array,
  labels: Int32Array,
  nClasses: number,
): SetSummary[] {
  return Array.from({ length: nClasses }, (_, c) => {
    let n = 0, covered = 0, size = 0, single = 0, empty = 0;
    labels.forEach((label, row) => {
      if (label !== c) return;
      const set = sets.subarray(row * nClasses, (row + 1) * nClasses);
      const members = set.reduce((sum, member) => sum + member, 0);
      n++;
      covered += set[c];
      size += members;
      if (members === 1) single++;
      if (members === 0) empty++;
    });
    return { n, covered, meanSize: size / n, single, empty };
  });
}
