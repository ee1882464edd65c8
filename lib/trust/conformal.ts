import type { Iteration } from "../validation/cross-validate.ts";
import { rowsOfFold } from "../validation/folds.ts";
import { takeEntries } from "../catalogue/matrix.ts";

/**
 * Thresholds of class-conditional conformal prediction (Vovk et al. 2005,
 * doi:10.1007/b106715, Mondrian): a class enters the set of a source when its probability reaches
 * the threshold of the class. The threshold of a class with n rows is the k-th largest probability
 * that its rows gave it, k = ceil((n + 1) coverage); 0, so that the class always enters, when n is
 * too small for the coverage.
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
    const k = Math.ceil((own.length + 1) * coverage);
    return k > own.length ? 0 : own.sort((a, b) => b - a)[k - 1];
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

/**
 * Conformal sets of every row of a cross-validation, with the thresholds of a fold taken from the
 * other folds; with blocked folds, from other sky.
 *
 * @returns `[nRows x nClasses]`.
 */
export function conformalFolds(
  { fold, probabilities }: Iteration,
  labels: Int32Array,
  nClasses: number,
  coverage: number,
): Uint8Array {
  const sets = new Uint8Array(probabilities.length);
  for (const which of new Set(fold)) {
    const { fit, held } = rowsOfFold(fold, which);
    const thresholds = conformalThresholds(
      takeEntries(probabilities, fit, nClasses),
      takeEntries(labels, fit, 1),
      nClasses,
      coverage,
    );
    const own = conformalSets(takeEntries(probabilities, held, nClasses), thresholds);
    held.forEach((row, i) =>
      sets.set(own.subarray(i * nClasses, (i + 1) * nClasses), row * nClasses)
    );
  }
  return sets;
}

/** How the sets of the sources of one class turned out. */
export interface SetSummary {
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
