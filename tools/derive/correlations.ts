/**
 * A correlation matrix near one that was estimated pair by pair and need not be positive definite:
 * negative eigenvalues are raised to a small one and the diagonal is made 1 again (Rousseeuw &
 * Molenberghs 1993, doi:10.1016/0378-3758(93)90088-M).
 *
 * @param correlations Rows of the lower triangle without the diagonal.
 * @returns The same form.
 */
export function nearestCorrelation(correlations: readonly (readonly number[])[]): number[][] {
  const n = correlations.length;
  const matrix = correlations.map((_, i) =>
    Array.from(
      { length: n },
      (_, j) => i === j ? 1 : correlations[Math.max(i, j)][Math.min(i, j)],
    )
  );
  const { values, vectors } = eigen(matrix);
  const raised = values.map((value) => Math.max(value, LEAST_EIGENVALUE));
  const entry = (i: number, j: number) =>
    raised.reduce((sum, value, k) => sum + value * vectors[i][k] * vectors[j][k], 0);
  const scale = matrix.map((_, i) => 1 / Math.sqrt(entry(i, i)));
  return correlations.map((row, i) => row.map((_, j) => entry(i, j) * scale[i] * scale[j]));
}

const LEAST_EIGENVALUE = 0.02;

/** Eigenvalues and, in columns, eigenvectors of a symmetric matrix, by Jacobi rotations. */
function eigen(symmetric: readonly (readonly number[])[]) {
  const n = symmetric.length;
  const a = symmetric.map((row) => [...row]);
  const vectors: number[][] = a.map((_, i) => a.map((_, j) => i === j ? 1 : 0));
  for (let sweep = 0; sweep < 50; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(a[p][q]) < 1e-14) continue;
        const theta = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]);
        const c = Math.cos(theta), s = Math.sin(theta);
        for (let k = 0; k < n; k++) {
          [a[k][p], a[k][q]] = [c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]];
        }
        for (let k = 0; k < n; k++) {
          [a[p][k], a[q][k]] = [c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]];
          [vectors[k][p], vectors[k][q]] = [
            c * vectors[k][p] - s * vectors[k][q],
            s * vectors[k][p] + c * vectors[k][q],
          ];
        }
      }
    }
  }
  return { values: a.map((row, i) => row[i]), vectors };
}
