/**
 * Class probabilities of raw scores: exp(score) / sum(exp(scores)), row by row.
 *
 * @param scores `[nRows x nClasses]`.
 * @param into Takes the result; may be `scores` itself.
 */
export function softmaxRows(scores: Float64Array, nClasses: number, into: Float64Array): void {
  for (let start = 0; start < scores.length; start += nClasses) {
    let largest = -Infinity, sum = 0;
    for (let i = start; i < start + nClasses; i++) if (scores[i] > largest) largest = scores[i];
    for (let i = start; i < start + nClasses; i++) sum += into[i] = Math.exp(scores[i] - largest);
    for (let i = start; i < start + nClasses; i++) into[i] /= sum;
  }
}

/**
 * Newton step of the multinomial deviance in a leaf (Friedman 2001, equation 37):
 * (K - 1) / K * sum(w r) / sum(w |r| (1 - |r|)), where r = y - p are the residuals, K the number of
 * classes and w the weights; 0 where the denominator vanishes.
 *
 * @param rows The leaf's rows.
 * @param residuals `[nRows]`.
 */
export function newtonStep(
  rows: Int32Array,
  residuals: Float64Array,
  weights: Float64Array,
  nClasses: number,
): number {
  let numerator = 0, denominator = 0;
  for (const row of rows) {
    const residual = residuals[row], size = Math.abs(residual);
    numerator += weights[row] * residual;
    denominator += weights[row] * size * (1 - size);
  }
  if (denominator < 1e-150) return 0;
  return (nClasses - 1) / nClasses * numerator / denominator;
}
