/** The authors' exponent of {@link classWeights}. */
const AUTHORS_LAMBDA = 0.07;

/**
 * Sample weights by class (paper section 3.4). With a number `lambda`, exp(lambda N / N_class), as
 * the authors' code has it; with `"balanced"`, N / (nPresent N_class), which gives every class
 * present the same total; with `{ power }`, (N / N_class)^power, which stays bounded when a fold
 * leaves few rows of a class.
 *
 * @param labels `[nRows]` class indices in [0, nClasses).
 * @returns `[nRows]` weights.
 * @throws RangeError when a weight is not finite: the class is too rare for that `lambda`.
 */
export function classWeights(
  labels: Int32Array,
  nClasses: number,
  lambda: number | "balanced" | { readonly power: number } = AUTHORS_LAMBDA,
): Float64Array {
  const counts = new Float64Array(nClasses);
  for (const label of labels) counts[label]++;
  const nPresent = counts.filter((count) => count > 0).length;
  const weights = counts.map((count, label) => {
    if (count === 0) return 0;
    const ratio = labels.length / count;
    const weight = lambda === "balanced"
      ? ratio / nPresent
      : typeof lambda === "number"
      ? Math.exp(lambda * ratio)
      : ratio ** lambda.power;
    if (!Number.isFinite(weight)) {
      throw new RangeError(
        `class ${label} has ${count} of ${labels.length} rows: with lambda ${lambda} its weight ` +
          `is ${weight}; use a smaller lambda or "balanced"`,
      );
    }
    return weight;
  });
  return Float64Array.from(labels, (label) => weights[label]);
}
