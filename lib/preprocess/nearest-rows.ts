/** Rows of a table to search in: `[nRows x nColumns]`, row-major, without missing values. */
export interface Points {
  readonly values: Float64Array;
  readonly nRows: number;
  readonly nColumns: number;
}

/**
 * The `k` rows nearest to a point by Euclidean distance, nearest first; ties go to the lower row.
 * Brute force: in 41 dimensions a tree would visit nearly every row as well.
 *
 * @param point Where the query starts in `query`, e.g. `row * nColumns`.
 * @param except A row to leave out, as the query point itself; -1 for none.
 * @returns Up to `k` row indices.
 */
export function nearestRows(
  { values, nRows, nColumns }: Points,
  query: Float64Array,
  point: number,
  k: number,
  except = -1,
): Int32Array {
  const rows = new Int32Array(k);
  const distances = new Float64Array(k).fill(Infinity);
  let found = 0;
  for (let row = 0; row < nRows; row++) {
    if (row === except) continue;
    const limit = distances[k - 1];
    let squared = 0;
    for (let column = 0, i = row * nColumns; column < nColumns && squared < limit; column++) {
      const difference = values[i + column] - query[point + column];
      squared += difference * difference;
    }
    if (!(squared < limit)) continue;
    let place = Math.min(found, k - 1);
    for (; place > 0 && distances[place - 1] > squared; place--) {
      distances[place] = distances[place - 1];
      rows[place] = rows[place - 1];
    }
    distances[place] = squared;
    rows[place] = row;
    if (found < k) found++;
  }
  return rows.subarray(0, found);
}
