import type { Matrix } from "../catalogue/matrix.ts";

/**
 * Refuses a matrix that WASM code would misread.
 *
 * @param expected Columns of the model, in order; any when absent.
 * @throws RangeError for no rows, no columns, a wrong length or an infinite value; TypeError for
 * other columns than expected.
 */
export function checkMatrix(matrix: Matrix, expected?: readonly string[]): void {
  const { values, nRows, nColumns, names } = matrix;
  if (!(nRows > 0 && nColumns > 0)) {
    throw new RangeError(
      `a matrix of ${nRows} rows x ${nColumns} columns; expected at least 1 x 1`,
    );
  }
  if (values.length !== nRows * nColumns || names.length !== nColumns) {
    throw new RangeError(
      `a matrix of ${values.length} values and ${names.length} names; ` +
        `${nRows} rows x ${nColumns} columns need ${nRows * nColumns} values, ${nColumns} names`,
    );
  }
  if (expected) checkColumns(names, expected);
  for (let i = 0; i < values.length; i++) {
    if (values[i] === Infinity || values[i] === -Infinity) {
      throw new RangeError(
        `row ${Math.floor(i / nColumns)}, "${names[i % nColumns]}" is ${values[i]}; ` +
          "expected a finite number, or NaN where it is missing",
      );
    }
  }
}

function checkColumns(names: readonly string[], expected: readonly string[]): void {
  if (names.length !== expected.length) {
    throw new RangeError(`a matrix of ${names.length} columns; the model has ${expected.length}`);
  }
  const column = names.findIndex((name, i) => name !== expected[i]);
  if (column >= 0) {
    throw new TypeError(
      `column ${column} is "${names[column]}" where the model has "${expected[column]}"; ` +
        "take the columns in the model's order, e.g. with takeColumns",
    );
  }
}
