import type { Matrix } from "../catalogue/matrix.ts";
import type { Transform } from "./step.ts";

/** What {@link scaleMinMax} learns. */
export interface ScaleMinMaxState {
  /** `[nColumns]` smallest value of each column; 0 for a column without values. */
  readonly min: readonly number[];
  /** `[nColumns]` largest minus smallest; 0 for a constant column. */
  readonly range: readonly number[];
}

/** Upper end of the scaled interval (paper, equation 2). */
const TOP = 10;

/**
 * Scales each column to 0-10 by the training rows' minimum and maximum (paper, equation 2).
 * Missing values (NaN) take no part and stay missing. Other rows may fall outside 0-10. A constant
 * column becomes 0. Not danfojs's MinMaxScaler: one NaN there turns its whole column into NaN.
 *
 * @throws RangeError from `apply` when the matrix has another number of columns than the state.
 */
export const scaleMinMax: Transform<ScaleMinMaxState> = {
  name: "scale-min-max",

  fit({ values, nRows, nColumns }: Matrix): ScaleMinMaxState {
    const min = new Array<number>(nColumns).fill(Infinity);
    const max = new Array<number>(nColumns).fill(-Infinity);
    for (let row = 0, i = 0; row < nRows; row++) {
      for (let column = 0; column < nColumns; column++, i++) {
        // a comparison with NaN is false: missing values take no part
        if (values[i] < min[column]) min[column] = values[i];
        if (values[i] > max[column]) max[column] = values[i];
      }
    }
    return {
      min: min.map((value) => value === Infinity ? 0 : value),
      range: max.map((value, column) => value === -Infinity ? 0 : value - min[column]),
    };
  },

  apply(matrix: Matrix, { min, range }: ScaleMinMaxState): Matrix {
    const { nRows, nColumns } = matrix;
    if (min.length !== nColumns) {
      throw new RangeError(
        `the matrix has ${nColumns} columns, the scaling was fitted on ${min.length}; ` +
          "give it the same features",
      );
    }
    const values = matrix.values.slice();
    for (let row = 0, i = 0; row < nRows; row++) {
      for (let column = 0; column < nColumns; column++, i++) {
        if (range[column] > 0) values[i] = TOP * ((values[i] - min[column]) / range[column]);
        else if (!Number.isNaN(values[i])) values[i] = 0;
      }
    }
    return { ...matrix, values };
  },
};
