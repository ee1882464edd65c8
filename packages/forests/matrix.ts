/** A dense table of numbers, the form every model takes. Missing values are NaN. */
export interface Matrix {
  /** `[nRows x nColumns]`, row-major. */
  readonly values: Float64Array;
  readonly nRows: number;
  readonly nColumns: number;
  /** `[nColumns]` feature names, in column order. */
  readonly names: readonly string[];
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
export function takeEntries<T extends Float64Array | Int32Array | Uint8Array>(
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
