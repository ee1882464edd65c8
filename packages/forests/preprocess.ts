import type { Matrix } from "./matrix.ts";
import { checkWidth } from "./algorithm.ts";

/** A step fitted on training rows only and then applied to any rows, e.g. imputation. */
export interface Transform<State> {
  /** Learns what the step needs from the training rows; the state is plain JSON. */
  fit(matrix: Matrix): State;
  /** A new matrix of the same shape. */
  apply(matrix: Matrix, state: State): Matrix;
}

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
    checkWidth(matrix, min.length);
    const { nRows, nColumns } = matrix;
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

/** What {@link imputeMode} learns. */
interface ImputeModeState {
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
    checkWidth(matrix, modes.length);
    const { nRows, nColumns } = matrix;
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

/**
 * Weight of a row of a class with N_class of N: exp(lambda N / N_class), with the authors' lambda
 * 0.07, or (N / N_class)^power, which stays bounded when a fold leaves few rows of a class.
 */
export type ClassWeight = { readonly lambda: number } | { readonly power: number };

/**
 * Sample weights by class (paper section 3.4).
 *
 * @param labels `[nRows]` class indices in [0, nClasses).
 * @param counted Labels that N and N_class are counted in; `labels` if absent.
 * @returns `[nRows]` weights.
 * @throws RangeError when a weight is not finite: the class is too rare for that `lambda`.
 */
export function classWeights(
  labels: Int32Array,
  nClasses: number,
  rule: ClassWeight,
  counted: Int32Array = labels,
): Float64Array {
  const counts = new Float64Array(nClasses);
  for (const label of counted) counts[label]++;
  const weights = counts.map((count, label) => {
    if (count === 0) return 0;
    const ratio = counted.length / count;
    const weight = "lambda" in rule ? Math.exp(rule.lambda * ratio) : ratio ** rule.power;
    if (!Number.isFinite(weight)) {
      throw new RangeError(
        `class ${label} has ${count} of ${counted.length} rows: by ${JSON.stringify(rule)} its ` +
          `weight is ${weight}; use a smaller lambda, or a power`,
      );
    }
    return weight;
  });
  return Float64Array.from(labels, (label) => weights[label]);
}
