import type { Matrix } from "../matrix.ts";
import { binColumns, type BinnedColumns, binRows, findEdges } from "../bin-columns.ts";
import { type Criterion, growTree } from "../grow-tree.ts";
import { leafOf, TreesBuilder } from "../trees.ts";

/** Grows one tree on all rows; the leaf of each row, by number. */
export function grown(
  matrix: Matrix,
  maxDepth: number,
  criterionOf: (columns: BinnedColumns) => Criterion,
) {
  const edges = findEdges(matrix);
  const columns = binColumns(matrix, edges);
  const builder = new TreesBuilder();
  const rows = Int32Array.from({ length: matrix.nRows }, (_, row) => row);
  growTree({ columns, rows, criterion: criterionOf(columns), maxDepth, builder });
  const trees = builder.build();
  const bins = binRows(matrix, edges);
  const leaves = Array.from(
    { length: matrix.nRows },
    (_, row) => leafOf(trees, 0, bins, row * matrix.nColumns),
  );
  return { trees, leaves };
}

/** How well a cut divides the rows: higher is better. */
type Rating = (left: readonly number[], right: readonly number[]) => number;

/** The rows of each leaf by trying every cut of every column, the plain way. */
export function grownByHand(
  matrix: Matrix,
  rows: readonly number[],
  depth: number,
  isDone: (rows: readonly number[]) => boolean,
  rate: Rating,
): (readonly number[])[] {
  if (depth === 0 || isDone(rows)) return [rows];
  let best = { rating: -Infinity, left: rows, right: rows };
  for (let column = 0; column < matrix.nColumns; column++) {
    const valueOf = (row: number) => matrix.values[row * matrix.nColumns + column];
    for (const cut of new Set(rows.map(valueOf))) {
      const left = rows.filter((row) => valueOf(row) <= cut);
      const right = rows.filter((row) => valueOf(row) > cut);
      if (right.length === 0) continue;
      const rating = rate(left, right);
      if (rating > best.rating) best = { rating, left, right };
    }
  }
  return [best.left, best.right].flatMap((part) =>
    grownByHand(matrix, part, depth - 1, isDone, rate)
  );
}

/** The same parts in whatever order: for each row, the first row of its part. */
export function partsOf(leaves: readonly number[]): number[] {
  return leaves.map((leaf) => leaves.indexOf(leaf));
}
