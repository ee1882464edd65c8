import type { Matrix } from "../catalogue/matrix.ts";
import { checkMatrix } from "./check-matrix.ts";
import { Handle, type Heap } from "./heap.ts";
import { checkParameters, type LightgbmParameters, toParameterText } from "./parameters.ts";

/** What a {@link Dataset} is made from. */
export interface DatasetOptions {
  /** `[nRows x nFeatures]`, row-major; NaN is missing. Its column names become the model's. */
  readonly matrix: Matrix;
  /** `[nRows]` classes from 0, or targets of a regression. */
  readonly labels: ArrayLike<number>;
  /** `[nRows]` sample weights, finite and not negative; all 1 when absent. Kept as float32. */
  readonly weights?: ArrayLike<number>;
  /** Those of the training: some, such as `max_bin`, decide how the values are binned. */
  readonly parameters?: LightgbmParameters;
}

const FLOAT32 = 0, FLOAT64 = 1;

/** Binned training rows in WASM memory, for any number of trainings with the same binning. */
export class Dataset implements Disposable {
  /** The C object. */
  readonly handle: Handle;
  readonly labels: ArrayLike<number>;
  readonly names: readonly string[];
  readonly parameters: LightgbmParameters;

  /**
   * Copies and bins the rows.
   *
   * @throws TypeError or RangeError naming what is wrong with shape, values or parameters.
   */
  constructor(heap: Heap, { matrix, labels, weights, parameters = {} }: DatasetOptions) {
    checkMatrix(matrix);
    checkNames(matrix.names);
    checkColumn("labels", labels, matrix.nRows, -Infinity);
    if (weights) checkColumn("weights", weights, matrix.nRows, 0);
    checkParameters(parameters);
    this.labels = labels;
    this.names = matrix.names;
    this.parameters = parameters;
    this.handle = create(heap, matrix, parameters);
    try {
      setNames(this.handle, matrix.names);
      setColumn(this.handle, "label", labels);
      if (weights) setColumn(this.handle, "weight", weights);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.handle[Symbol.dispose]();
  }
}

function create(heap: Heap, matrix: Matrix, parameters: LightgbmParameters): Handle {
  using scope = heap.scope();
  const out = scope.room(4);
  const { values, nRows, nColumns } = matrix;
  const text = scope.text(toParameterText(parameters));
  const rowMajor = 1, reference = 0;
  heap.call(
    "DatasetCreateFromMat",
    ...[scope.copy(values), FLOAT64, nRows, nColumns, rowMajor, text, reference, out],
  );
  return new Handle(heap, "Dataset", heap.int32(out));
}

function setNames({ heap, address }: Handle, names: readonly string[]): void {
  using scope = heap.scope();
  const pointers = scope.copy(Int32Array.from(names, (name) => scope.text(name)));
  heap.call("DatasetSetFeatureNames", address, pointers, names.length);
}

function setColumn({ heap, address }: Handle, field: string, values: ArrayLike<number>): void {
  using scope = heap.scope();
  const column = scope.copy(Float32Array.from(values));
  heap.call("DatasetSetField", address, scope.text(field), column, values.length, FLOAT32);
}

function checkNames(names: readonly string[]): void {
  names.forEach((name, column) => {
    // LightGBM turns blanks into underscores and cannot write the others into its model text
    if (name === "" || /[\s",:[\]{}]/.test(name)) {
      throw new TypeError(
        `feature ${column} is named "${name}"; a name has no blank and none of " , : [ ] { }`,
      );
    }
    if (names.indexOf(name) !== column) {
      throw new TypeError(`features ${names.indexOf(name)} and ${column} are both named "${name}"`);
    }
  });
}

function checkColumn(what: string, values: ArrayLike<number>, nRows: number, least: number): void {
  if (values.length !== nRows) {
    throw new RangeError(`${values.length} ${what} for ${nRows} rows; expected one a row`);
  }
  for (let row = 0; row < nRows; row++) {
    if (!(values[row] >= least && Number.isFinite(Math.fround(values[row])))) {
      const expected = least === 0 ? "a finite number from 0" : "a finite number";
      throw new RangeError(`${what}: row ${row} is ${values[row]}; expected ${expected}`);
    }
  }
}
