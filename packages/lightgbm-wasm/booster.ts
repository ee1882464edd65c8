import { checkWidth, type Classifier, type Matrix } from "@csc-classify/forests";
import { checkParameters, type LightgbmParameters, toParameterText } from "./parameters.ts";
import { Handle, type Heap } from "./heap.ts";

const FLOAT64 = 1;
const SPLIT = 0;
/** What LGBM_BoosterPredictForMat can give. */
const PREDICT = { normal: 0, raw: 1, contributions: 3 } as const;
/** Most output values of one call, 2 MiB: large tables are scored in blocks of rows. */
const BLOCK_VALUES = 1 << 18;

/** A trained model in WASM memory. */
export class Booster implements Classifier {
  /** Raw scores a row: the classes, or 1 for `binary` and `regression`. */
  readonly nClasses: number;
  /** `[nFeatures]` names, in the order of the columns. */
  readonly names: readonly string[];

  constructor(readonly handle: Handle, names: readonly string[]) {
    this.names = names;
    this.nClasses = this.#count("BoosterGetNumClasses");
  }

  /**
   * Reads a model text, of this library or of the official one.
   *
   * @throws LightgbmError when it is not such a text; TypeError when it lacks feature names.
   */
  static fromText(heap: Heap, text: string): Booster {
    const names = /^feature_names=(.+)$/m.exec(text)?.[1].split(" ");
    if (!text.startsWith("tree\n") || !names) {
      throw new TypeError(
        `not a LightGBM model: the text begins "${text.slice(0, 40)}"; expected "tree", and a ` +
          'line "feature_names=..."',
      );
    }
    using scope = heap.scope();
    const rounds = scope.room(4), out = scope.room(4);
    heap.call("BoosterLoadModelFromString", scope.text(text), rounds, out);
    return new Booster(new Handle(heap, "Booster", heap.int32(out)), names);
  }

  /** Boosting rounds grown. */
  get rounds(): number {
    return this.#count("BoosterGetCurrentIteration");
  }

  /**
   * Class membership probabilities; for `regression` the prediction itself.
   *
   * @param matrix `[nRows x nFeatures]`, the columns of {@link names}; NaN is missing.
   * @returns `[nRows x nClasses]`, row-major; `[nRows]` of class 1 for `binary`.
   */
  predictProbabilities(matrix: Matrix): Float64Array {
    return this.#predict(matrix, PREDICT.normal, this.nClasses);
  }

  /** Sums of leaf values, before the softmax; shapes as {@link predictProbabilities}. */
  rawScores(matrix: Matrix): Float64Array {
    return this.#predict(matrix, PREDICT.raw, this.nClasses);
  }

  /**
   * TreeSHAP (Lundberg et al. 2020, doi:10.1038/s42256-019-0138-9): what each feature adds to a
   * row's raw score.
   *
   * @returns `[nRows x nClasses x (nFeatures + 1)]`, the mean score last in each class; the
   * entries of a class sum to its raw score.
   */
  contributions(matrix: Matrix): Float64Array {
    return this.#predict(matrix, PREDICT.contributions, this.nClasses * (this.names.length + 1));
  }

  /** `[nFeatures]`: how often each feature splits, or its total gain. */
  importance(kind: "split" | "gain"): Float64Array {
    const { heap, address } = this.handle;
    using scope = heap.scope();
    const out = scope.room(8 * this.names.length);
    heap.call("BoosterFeatureImportance", address, 0, kind === "gain" ? 1 : 0, out);
    return heap.float64(out, this.names.length);
  }

  /** The model as text, which the official library reads too. */
  save(): string {
    const { heap, address } = this.handle;
    using scope = heap.scope();
    const needed = scope.room(8);
    const write = (bytes: number, out: number) =>
      heap.call("BoosterSaveModelToString", address, 0, -1, SPLIT, BigInt(bytes), needed, out);
    write(0, 0);
    const bytes = heap.int64(needed);
    const out = scope.room(bytes);
    write(bytes, out);
    return heap.text(out);
  }

  [Symbol.dispose](): void {
    this.handle[Symbol.dispose]();
  }

  #count(name: string): number {
    using scope = this.handle.heap.scope();
    const out = scope.room(4);
    this.handle.heap.call(name, this.handle.address, out);
    return this.handle.heap.int32(out);
  }

  #predict(matrix: Matrix, kind: number, width: number): Float64Array {
    checkMatrix(matrix, this.names);
    const { heap, address } = this.handle;
    const { values, nRows, nColumns } = matrix;
    const block = Math.max(1, Math.min(nRows, Math.floor(BLOCK_VALUES / width)));
    const result = new Float64Array(nRows * width);
    using scope = heap.scope();
    const data = scope.room(8 * block * nColumns), out = scope.room(8 * block * width);
    const length = scope.room(8), options = scope.text("num_threads=1 verbosity=-1");
    const rowMajor = 1, allRounds = [0, -1];
    for (let row = 0; row < nRows; row += block) {
      const rows = Math.min(block, nRows - row);
      heap.write(data, values.subarray(row * nColumns, (row + rows) * nColumns));
      const shape = [FLOAT64, rows, nColumns, rowMajor];
      heap.call(
        "BoosterPredictForMat",
        address,
        data,
        ...shape,
        kind,
        ...allRounds,
        options,
        length,
        out,
      );
      result.set(heap.float64(out, rows * width), row * width);
    }
    return result;
  }
}

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

const FLOAT32 = 0;

/** Binned training rows in WASM memory, for any number of trainings with the same binning. */
export class Dataset implements Disposable {
  /** The C object. */
  readonly handle: Handle;

  /**
   * Copies and bins the rows.
   *
   * @throws TypeError or RangeError naming what is wrong with shape, values or parameters.
   */
  constructor(heap: Heap, readonly options: DatasetOptions) {
    const { matrix, labels, weights, parameters = {} } = options;
    checkMatrix(matrix);
    checkNames(matrix.names);
    checkColumn("labels", labels, matrix.nRows, -Infinity);
    if (weights) checkColumn("weights", weights, matrix.nRows, 0);
    checkParameters(parameters);
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
    scope.copy(values),
    FLOAT64,
    nRows,
    nColumns,
    rowMajor,
    text,
    reference,
    out,
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

/**
 * Refuses a matrix that WASM code would misread.
 *
 * @param expected Columns of the model, in order; any when absent.
 * @throws RangeError for no rows, no columns, a wrong length or an infinite value; TypeError for
 * other columns than expected.
 */
function checkMatrix(matrix: Matrix, expected?: readonly string[]): void {
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
  if (expected) {
    checkWidth(matrix, expected.length);
    checkColumns(names, expected);
  }
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
  const column = names.findIndex((name, i) => name !== expected[i]);
  if (column >= 0) {
    throw new TypeError(
      `column ${column} is "${names[column]}" where the model has "${expected[column]}"; ` +
        "take the columns in the model's order, e.g. with takeColumns",
    );
  }
}
