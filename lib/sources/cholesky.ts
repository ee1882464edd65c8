/**
 * Lower triangular factor of a correlation matrix given by its lower triangle without diagonal.
 * A matrix estimated pair by pair need not be positive definite: it is then drawn towards the
 * identity by as little as makes it so.
 *
 * @returns `[n (n + 1) / 2]` rows of the factor, one after another.
 */
export function cholesky(correlations: readonly (readonly number[])[]): Float64Array {
  for (let shrink = 0; shrink <= 1; shrink += 0.01) {
    const factor = tryCholesky(correlations, 1 - shrink);
    if (factor) return factor;
  }
  throw new Error("correlations beyond 1: not a correlation matrix");
}

function tryCholesky(correlations: readonly (readonly number[])[], scale: number) {
  const factor = new Float64Array(correlations.length * (correlations.length + 1) / 2);
  const row = (i: number) => i * (i + 1) / 2;
  for (let i = 0; i < correlations.length; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1 : scale * correlations[i][j];
      for (let k = 0; k < j; k++) sum -= factor[row(i) + k] * factor[row(j) + k];
      if (i === j && sum < 1e-6) return undefined;
      factor[row(i) + j] = i === j ? Math.sqrt(sum) : sum / factor[row(j) + j];
    }
  }
  return factor;
}
