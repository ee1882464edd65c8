import type { Matrix } from "./matrix.ts";
import { type Random, random } from "./random.ts";
import { checkPresent, type TrainingSet } from "./algorithm.ts";

/** Settings of {@link smote}. */
interface SmoteOptions {
  /** k, the neighbours to interpolate towards; the paper's 4 by default. */
  readonly neighbours?: number;
  readonly seed: number;
}

/**
 * Synthetic minority oversampling (Chawla et al. 2002, doi:10.1613/jair.953; paper section 3.4):
 * brings every class present up to the largest. A synthetic row is `x + gap * (neighbour - x)`,
 * where `x` is a random row of the class, the neighbour one of its `k` nearest in the class, and
 * the gap one uniform number in [0, 1) for all columns, as imbalanced-learn draws them. A class of
 * `k` rows or fewer has all its other rows as neighbours. Distances weigh the columns as they
 * are: scale first.
 *
 * The given rows come first, unchanged, then the synthetic ones, class by class.
 *
 * @throws TypeError when a value is missing or the training set carries sample weights.
 * @throws RangeError when `k` is no positive integer or a class to oversample has a single row.
 */
export function smote(
  training: TrainingSet,
  { neighbours: k = 4, seed }: SmoteOptions,
): TrainingSet {
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(`SMOTE's neighbours are ${k}; use a whole number from 1`);
  }
  const { matrix, labels, nClasses, weights } = training;
  if (weights) {
    throw new TypeError("SMOTE got sample weights; balance by SMOTE or by weights, not by both");
  }
  checkPresent(matrix);
  const rowsOfClass = Array.from({ length: nClasses }, (): number[] => []);
  labels.forEach((label, row) => rowsOfClass[label].push(row));
  const largest = Math.max(...rowsOfClass.map((rows) => rows.length));
  const missing = rowsOfClass.map((rows) => rows.length > 0 ? largest - rows.length : 0);
  const nRows = matrix.nRows + missing.reduce((sum, count) => sum + count, 0);

  const values = new Float64Array(nRows * matrix.nColumns);
  const allLabels = new Int32Array(nRows);
  values.set(matrix.values);
  allLabels.set(labels);
  let end = matrix.nRows;
  missing.forEach((count, label) => {
    const block = values.subarray(end * matrix.nColumns, (end + count) * matrix.nColumns);
    const rows = rowsOfClass[label];
    if (count > 0) synthesise(block, training, rows, k, random(seed, "smote", label));
    allLabels.fill(label, end, end += count);
  });
  return { matrix: { ...matrix, values, nRows }, labels: allLabels, nClasses };
}

/** Fills `block` with synthetic rows of the class that `rows` lists. */
function synthesise(
  block: Float64Array,
  { matrix, labels }: TrainingSet,
  rows: readonly number[],
  k: number,
  stream: Random,
): void {
  if (rows.length < 2) {
    throw new RangeError(
      `class ${labels[rows[0]]} has a single row, SMOTE needs two to interpolate between; ` +
        "add rows, drop the class or leave SMOTE out",
    );
  }
  const { nColumns } = matrix;
  const values = new Float64Array(rows.length * nColumns);
  rows.forEach((row, i) => {
    values.set(matrix.values.subarray(row * nColumns, (row + 1) * nColumns), i * nColumns);
  });
  const points = { values, nRows: rows.length, nColumns };
  const neighboursOf = new Array<Int32Array | undefined>(rows.length);
  const nNeighbours = Math.min(k, rows.length - 1);
  for (let out = 0; out < block.length; out += nColumns) {
    const base = stream.integer(rows.length);
    // found when first drawn: most rows of the larger classes never are
    const near = neighboursOf[base] ??= nearestRows(points, values, base * nColumns, k, base);
    const neighbour = near[stream.integer(nNeighbours)];
    const gap = stream.uniform();
    for (let column = 0; column < nColumns; column++) {
      const from = values[base * nColumns + column];
      block[out + column] = from + gap * (values[neighbour * nColumns + column] - from);
    }
  }
}

/**
 * The `k` rows of a table without missing values that are nearest to a point by Euclidean distance,
 * nearest first; ties go to the lower row.
 * Brute force: in 41 dimensions a tree would visit nearly every row as well.
 *
 * @param point Where the query starts in `query`, e.g. `row * nColumns`.
 * @param except A row to leave out, as the query point itself; -1 for none.
 * @returns Up to `k` row indices.
 */
export function nearestRows(
  { values, nRows, nColumns }: Omit<Matrix, "names">,
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
