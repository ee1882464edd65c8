/**
 * Thresholds of class-conditional conformal prediction (Vovk et al. 2005,
 * doi:10.1007/b106715, Mondrian): a class enters the set of a source when its probability reaches
 * the threshold of the class. The threshold of a class with n rows has the rank (n + 1) coverage
 * among the probabilities that its rows gave it, from the largest; between two of them it is
 * interpolated, which keeps the coverage of few rows to order 1/n^2 (Beran & Hall 1993, J. R. Stat.
 * Soc. B 55, 643), where rounding the rank up covers up to 1/(n + 1) too much. 0, so that the class
 * always enters, when n is too small for the coverage.
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
 * The threshold of one class, see {@link conformalThresholds}.
 *
 * @param own What the rows of the class gave it, in any order.
 */
export function thresholdOf(own: readonly number[], coverage: number): number {
  const rank = (own.length + 1) * coverage, k = Math.floor(rank);
  if (rank > own.length) return 0;
  const sorted = own.toSorted((a, b) => b - a);
  if (k < 1) return sorted[0];
  return k === rank ? sorted[k - 1] : sorted[k - 1] + (rank - k) * (sorted[k] - sorted[k - 1]);
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
