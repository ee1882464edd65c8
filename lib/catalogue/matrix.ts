import type { DataFrame } from "nodejs-polars";

/** A dense table of numbers, the form every model takes. Missing values are NaN. */
export interface Matrix {
  /** `[nRows x nColumns]`, row-major. */
  readonly values: Float64Array;
  readonly nRows: number;
  readonly nColumns: number;
  /** `[nColumns]` feature names, in column order. */
  readonly names: readonly string[];
}

/**
 * The named numeric columns of a frame as a matrix; null becomes NaN.
 *
 * @throws TypeError naming a column that the frame lacks.
 */
export function toMatrix(frame: DataFrame, names: readonly string[]): Matrix {
  const nRows = frame.height, nColumns = names.length;
  const values = new Float64Array(nRows * nColumns);
  names.forEach((name, column) => {
    if (!frame.columns.includes(name)) {
      throw new TypeError(`the table has no column "${name}"; it has ${frame.columns.join(", ")}`);
    }
    const cells = frame.getColumn(name).toArray() as (number | boolean | null)[];
    for (let row = 0; row < nRows; row++) {
      const cell = cells[row];
      values[row * nColumns + column] = cell === null || cell === undefined ? NaN : Number(cell);
    }
  });
  return { values, nRows, nColumns, names };
}

/** The rows of `matrix` at the given indices, in the given order, copied. */
export function takeRows(matrix: Matrix, rows: ArrayLike<number>): Matrix {
  const { nColumns, names } = matrix;
  const values = new Float64Array(rows.length * nColumns);
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i] * nColumns;
    values.set(matrix.values.subarray(start, start + nColumns), i * nColumns);
  }
  return { values, nRows: rows.length, nColumns, names };
}

/**
 * The named columns of `matrix`, in the given order, copied.
 *
 * @throws TypeError naming a column that the matrix lacks.
 */
export function takeColumns(matrix: Matrix, names: readonly string[]): Matrix {
  const columns = names.map((name) => {
    const column = matrix.names.indexOf(name);
    if (column < 0) {
      throw new TypeError(`no column "${name}"; the matrix has ${matrix.names.join(", ")}`);
    }
    return column;
  });
  const values = new Float64Array(matrix.nRows * columns.length);
  for (let row = 0, out = 0; row < matrix.nRows; row++) {
    for (const column of columns) values[out++] = matrix.values[row * matrix.nColumns + column];
  }
  return { values, nRows: matrix.nRows, nColumns: columns.length, names };
}

/** The entries of the given rows of a row-major table of `width` columns, copied. */
export function takeEntries<T extends Float64Array | Int32Array>(
  values: T,
  rows: ArrayLike<number>,
  width: number,
): T {
  const taken = values.slice(0, 0).constructor as new (n: number) => T;
  const result = new taken(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    for (let c = 0; c < width; c++) result[i * width + c] = values[rows[i] * width + c];
  }
  return result;
}
