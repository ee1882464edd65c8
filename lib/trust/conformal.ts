import { quantile } from "simple-statistics";
import { random } from "../run/random.ts";

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
    return thresholdOf(own, coverage);
  });
}

function thresholdOf(own: readonly number[], coverage: number): number {
  const k = Math.ceil((own.length + 1) * coverage);
  return k > own.length ? 0 : own.toSorted((a, b) => b - a)[k - 1];
}

/** What {@link resampledThresholds} needs. */
export interface ResampledOptions {
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
