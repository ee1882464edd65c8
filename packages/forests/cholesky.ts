/**
 * Lower triangular factor L of a symmetric positive definite matrix, L Lᵀ (Cholesky).
 *
 * @param n Rows of the matrix.
 * @param entry Gives the entry of a row and a column, of its lower triangle alone.
 * @param least What a pivot must exceed.
 * @returns `[n (n + 1) / 2]` rows of the factor, one after another; for a matrix that is not positive
 * definite the number of the row whose pivot shows it.
 */
export function choleskyFactor(
  n: number,
  entry: (row: number, column: number) => number,
  least = 0,
): Float64Array | number {
  const factor = new Float64Array(n * (n + 1) / 2);
  const start = (row: number) => row * (row + 1) / 2;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = entry(i, j);
      for (let k = 0; k < j; k++) sum -= factor[start(i) + k] * factor[start(j) + k];
      if (i === j && !(sum > least)) return i;
      factor[start(i) + j] = i === j ? Math.sqrt(sum) : sum / factor[start(j) + j];
    }
  }
  return factor;
}
