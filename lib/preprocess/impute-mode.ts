import type { Matrix } from "../catalogue/matrix.ts";
import type { Transform } from "./step.ts";

/** What {@link imputeMode} learns. */
export interface ImputeModeState {
  /** `[nColumns]` value that replaces a missing one. */
  readonly modes: readonly number[];
}

/**
 * Replaces missing values (NaN) by the column's mode (paper section 3.3): the smallest of the
 * most frequent values, as scikit-learn's `SimpleImputer(strategy="most_frequent")` has it.
 * A column without any value in the training rows has no mode: it becomes 0 throughout, so that
 * it is constant and no model can split on it.
 *
 * @throws RangeError from `apply` when the matrix has another number of columns than the state.
 */
export const imputeMode: Transform<ImputeModeState> = {
  name: "impute-mode",

  fit({ values, nRows, nColumns }: Matrix): ImputeModeState {
    const modes = Array.from({ length: nColumns }, (_, column) => {
      const present = new Float64Array(nRows);
      let nPresent = 0;
      for (let row = 0; row < nRows; row++) {
        const value = values[row * nColumns + column];
        if (!Number.isNaN(value)) present[nPresent++] = value;
      }
      return modeOfSorted(present.subarray(0, nPresent).sort());
    });
    return { modes };
  },

  apply(matrix: Matrix, { modes }: ImputeModeState): Matrix {
    const { nRows, nColumns } = matrix;
    if (modes.length !== nColumns) {
      throw new RangeError(
        `the matrix has ${nColumns} columns, the imputation was fitted on ${modes.length}; ` +
          "give it the same features",
      );
    }
    const values = matrix.values.slice();
    for (let row = 0, i = 0; row < nRows; row++) {
      for (let column = 0; column < nColumns; column++, i++) {
        if (Number.isNaN(values[i])) values[i] = modes[column];
      }
    }
    return { ...matrix, values };
  },
};

function modeOfSorted(sorted: Float64Array): number {
  let mode = 0, most = 0;
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    if (end - start > most) {
      most = end - start;
      mode = sorted[start];
    }
  }
  return mode;
}
