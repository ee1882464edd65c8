import type { Matrix } from "../matrix.ts";

/** A matrix of literal rows; columns are named a, b, c... */
export function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  const nColumns = rows[0].length;
  const names = Array.from({ length: nColumns }, (_, i) => String.fromCharCode(97 + i));
  return { values: Float64Array.from(rows.flat()), nRows: rows.length, nColumns, names };
}
