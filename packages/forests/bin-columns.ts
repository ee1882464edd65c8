import type { Matrix } from "./matrix.ts";
import { checkPresent, checkWidth } from "./algorithm.ts";

/** Most bins of a column: a bin fits a byte. */
const MAX_BINS = 256;

/**
 * Upper bounds of each column's bins, ascending: value `v` is in bin `b` when
 * `edges[b - 1] < v <= edges[b]`. `[nColumns]` arrays of at most 255.
 */
export type BinEdges = readonly Float64Array[];

/** A matrix cut into bins once per fit, so that a tree compares bytes. */
export interface BinnedColumns {
  /** `[nColumns x nRows]`, column by column. */
  readonly bins: Uint8Array;
  readonly edges: BinEdges;
  readonly nRows: number;
  readonly nColumns: number;
}

/**
 * Bin edges of each column: midpoints between neighbouring distinct values, all of them when there
 * are at most 256 values, which makes the splits exact; otherwise chosen so that bins hold about
 * equally many rows.
 *
 * @throws TypeError when a value is missing or infinite.
 */
export function findEdges(matrix: Matrix): BinEdges {
  checkPresent(matrix, Number.isFinite);
  const { values, nRows, nColumns } = matrix;
  const sorted = new Float64Array(nRows);
  return Array.from({ length: nColumns }, (_, column) => {
    for (let row = 0; row < nRows; row++) sorted[row] = values[row * nColumns + column];
    return edgesOfSorted(sorted.sort());
  });
}

/** Cuts the rows that the edges were found on. */
export function binColumns(matrix: Matrix, edges: BinEdges): BinnedColumns {
  const { values, nRows, nColumns } = matrix;
  const bins = new Uint8Array(nRows * nColumns);
  for (let row = 0, i = 0; row < nRows; row++) {
    for (let column = 0; column < nColumns; column++, i++) {
      bins[column * nRows + row] = binOf(values[i], edges[column]);
    }
  }
  return { bins, edges, nRows, nColumns };
}

/**
 * Cuts any rows, for prediction.
 *
 * @returns `[nRows x nColumns]` bins, row-major.
 * @throws RangeError when the number of columns differs; TypeError when a value is missing.
 */
export function binRows(matrix: Matrix, edges: BinEdges): Uint8Array {
  checkWidth(matrix, edges.length);
  checkPresent(matrix);
  const { values, nRows, nColumns } = matrix;
  const bins = new Uint8Array(nRows * nColumns);
  for (let row = 0, i = 0; row < nRows; row++) {
    for (let column = 0; column < nColumns; column++, i++) {
      bins[i] = binOf(values[i], edges[column]);
    }
  }
  return bins;
}

/** Number of edges below `value`, by bisection. */
function binOf(value: number, edges: Float64Array): number {
  let low = 0, high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > edges[middle]) low = middle + 1;
    else high = middle;
  }
  return low;
}

function edgesOfSorted(sorted: Float64Array): Float64Array {
  const { distinct, counts } = countDistinct(sorted);
  const exact = distinct.length <= MAX_BINS;
  // a value shared by many rows (an imputed mode) has a bin of its own; the others share the rest
  const common = sorted.length / MAX_BINS;
  const isCommon = (i: number) => counts[i] >= common;
  let rowsLeft = sorted.length, binsLeft = MAX_BINS;
  counts.forEach((count, i) => {
    if (isCommon(i)) rowsLeft -= count, binsLeft--;
  });
  const edges: number[] = [];
  let inBin = 0;
  for (let i = 0; i + 1 < distinct.length && edges.length < MAX_BINS - 1; i++) {
    if (!isCommon(i)) inBin += counts[i];
    const full = inBin * binsLeft >= rowsLeft;
    if (!(exact || full || isCommon(i) || isCommon(i + 1))) continue;
    edges.push(midpoint(distinct[i], distinct[i + 1]));
    if (inBin > 0) rowsLeft -= inBin, binsLeft = Math.max(1, binsLeft - 1);
    inBin = 0;
  }
  return Float64Array.from(edges);
}

function countDistinct(sorted: Float64Array): { distinct: number[]; counts: number[] } {
  const distinct: number[] = [], counts: number[] = [];
  for (const value of sorted) {
    if (value === distinct.at(-1)) counts[counts.length - 1]++;
    else distinct.push(value), counts.push(1);
  }
  return { distinct, counts };
}

/** Halfway, without overflow, and below `high` even when the two are neighbouring doubles. */
function midpoint(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle < high ? middle : low;
}
