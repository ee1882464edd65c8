import { type Matrix, takeColumns, takeRows } from "../catalogue/matrix.ts";

/** What every model of the comparison can do. Models that hold WASM memory free it on dispose. */
export interface Classifier extends Disposable {
  /**
   * Class membership probabilities.
   *
   * @param matrix `[nRows x nFeatures]` with the columns the model was fitted on, in order.
   * @returns `[nRows x nClasses]`, row-major, each row summing to 1.
   */
  predictProbabilities(matrix: Matrix): Float64Array;
  /** The model as text that {@link Algorithm.load} reads back, to equal predictions. */
  save(): string;
}

/** Labelled rows to fit on. */
export interface TrainingSet {
  /** `[nRows x nFeatures]`. */
  readonly matrix: Matrix;
  /** `[nRows]` class indices in [0, nClasses). */
  readonly labels: Int32Array;
  readonly nClasses: number;
  /** `[nRows]` sample weights; all 1 when absent. */
  readonly weights?: Float64Array;
  /** How many of the last rows are altered copies of others: no class is larger for them. */
  readonly nCopies?: number;
}

/**
 * Altered copies of training rows (dimmed, absorbed, robbed of a survey): learnt from beside the
 * rows they were made of, never predicted, scored or counted.
 */
export interface TrainingCopies {
  /** `[nCopies x nFeatures]`, the columns of the training matrix. */
  readonly matrix: Matrix;
  /** `[nCopies]` row of the training matrix that each was made of, whose label it shares. */
  readonly parent: Int32Array;
  /** `[nCopies]` weight beside that of the parent, which is 1. */
  readonly weight: Float64Array;
}

/** Copies of two kinds, of the same rows and columns, as one. */
export function joinCopies(first: TrainingCopies, second: TrainingCopies): TrainingCopies {
  return {
    matrix: withRows(first.matrix, takeColumns(second.matrix, first.matrix.names)),
    parent: Int32Array.from([...first.parent, ...second.parent]),
    weight: Float64Array.from([...first.weight, ...second.weight]),
  };
}

/** A matrix with the rows of another of the same columns behind its own. */
function withRows(first: Matrix, rest: Matrix): Matrix {
  const values = new Float64Array(first.values.length + rest.values.length);
  values.set(first.values);
  values.set(rest.values, first.values.length);
  return { ...first, values, nRows: first.nRows + rest.nRows };
}

/** The copies of the given rows, for a training set of these rows in this order. */
export function copiesOf(
  { matrix, parent, weight }: TrainingCopies,
  rows: ArrayLike<number>,
): TrainingCopies {
  const place = new Map(Array.from(rows, (row, i) => [row, i]));
  const kept = Int32Array.from(parent.keys()).filter((copy) => place.has(parent[copy]));
  return {
    matrix: takeRows(matrix, kept),
    parent: kept.map((copy) => place.get(parent[copy])!),
    weight: Float64Array.from(kept, (copy) => weight[copy]),
  };
}

/**
 * A training set with the copies behind its rows.
 *
 * @throws RangeError for a parent that the training set does not have; TypeError for other columns.
 */
export function withCopies(training: TrainingSet, copies: TrainingCopies): TrainingSet {
  const { matrix, labels, weights = new Float64Array(matrix.nRows).fill(1) } = training;
  const orphan = copies.parent.find((row) => !(row >= 0 && row < matrix.nRows));
  if (orphan !== undefined) {
    throw new RangeError(`a copy is of row ${orphan}; the training set has ${matrix.nRows} rows`);
  }
  if (copies.matrix.names.join() !== matrix.names.join()) {
    throw new TypeError(
      `the copies have columns ${copies.matrix.names.join(", ")}; the training set has ` +
        `${matrix.names.join(", ")}: make copies of the same columns in the same order`,
    );
  }
  const { parent, weight } = copies;
  return {
    ...training,
    matrix: withRows(matrix, copies.matrix),
    labels: Int32Array.from([...labels, ...parent.map((row) => labels[row])]),
    weights: Float64Array.from([...weights, ...weight.map((w, i) => w * weights[parent[i]])]),
    nCopies: (training.nCopies ?? 0) + parent.length,
  };
}

/** One learning algorithm with its parameters: a model comparison runs over a list of these. */
export interface Algorithm<Parameters = Record<string, unknown>> {
  readonly name: string;
  /** Fits one model. Deterministic in `seed`. */
  fit(training: TrainingSet, parameters: Parameters, options: FitOptions): Promise<Classifier>;
  load(text: string): Promise<Classifier>;
  /** One line for tables and reports: the algorithm with the parameters that matter. */
  describe(parameters: Parameters): string;
}

/** What a fit needs besides data and parameters. */
export interface FitOptions {
  readonly seed: number;
  /** Called after each round or tree with the share done, in (0, 1]. */
  readonly onProgress?: (done: number) => void;
  /** Cancels between rounds; the fit then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * The class of the highest probability of each row; the first of equals.
 *
 * @param probabilities `[nRows x nClasses]`, row-major.
 * @returns `[nRows]`.
 */
export function predictedLabels(probabilities: Float64Array, nClasses: number): Int32Array {
  const labels = new Int32Array(probabilities.length / nClasses);
  for (let row = 0; row < labels.length; row++) {
    const start = row * nClasses;
    let best = 0;
    for (let c = 1; c < nClasses; c++) {
      if (probabilities[start + c] > probabilities[start + best]) best = c;
    }
    labels[row] = best;
  }
  return labels;
}

/**
 * Checks the shapes and ranges of a training set before a long fit.
 *
 * @throws RangeError naming the first thing that does not fit.
 */
export function checkTraining({ matrix, labels, weights, nClasses }: TrainingSet): void {
  const { nRows, nColumns } = matrix;
  if (nRows === 0 || nColumns === 0) {
    throw new RangeError(`the training set is ${nRows} x ${nColumns}; it needs rows and columns`);
  }
  if (labels.length !== nRows || (weights && weights.length !== nRows)) {
    throw new RangeError(
      `${nRows} rows have ${labels.length} labels and ${weights?.length ?? nRows} weights; ` +
        "give one of each per row",
    );
  }
  const bad = labels.findIndex((label) => !(label >= 0 && label < nClasses));
  if (bad >= 0) {
    throw new RangeError(`row ${bad}: label ${labels[bad]} is not in 0..${nClasses - 1}`);
  }
  const light = weights?.findIndex((weight) => !(weight >= 0 && weight < Infinity)) ?? -1;
  if (light >= 0) {
    throw new RangeError(`row ${light}: weight ${weights![light]} is not a finite number >= 0`);
  }
}

/**
 * Refuses rows of another number of columns than a model or a step before it was fitted on.
 *
 * @throws RangeError.
 */
export function checkWidth({ nColumns }: Matrix, fitted: number): void {
  if (nColumns === fitted) return;
  throw new RangeError(
    `the matrix has ${nColumns} columns, the model was fitted on ${fitted}; ` +
      "give it the same features",
  );
}

/**
 * Refuses a matrix with a value that a model cannot take, naming the first.
 *
 * @param isUsable Says which values are taken: all but missing ones if absent.
 * @throws TypeError.
 */
export function checkPresent(
  { values, nColumns, names }: Matrix,
  isUsable = (value: number) => !Number.isNaN(value),
): void {
  const at = values.findIndex((value) => !isUsable(value));
  if (at < 0) return;
  const what = Number.isNaN(values[at]) ? "missing" : values[at];
  throw new TypeError(
    `row ${Math.floor(at / nColumns)}, column "${names[at % nColumns]}" is ${what}: ` +
      "all but LightGBM need finite values; impute first",
  );
}

/**
 * Checks parameters that must be whole numbers from 1.
 *
 * @throws RangeError naming the first that is not.
 */
export function checkWholeNumbers(parameters: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${name} is ${value}; use a whole number from 1`);
    }
  }
}

/**
 * Softmax of each row: exponentials over their sum, less the row's largest score against overflow.
 *
 * @param scores `[nRows x nClasses]`.
 * @param into Takes the probabilities, by default in place of the scores.
 */
export function softmaxRows(
  scores: Float64Array,
  nClasses: number,
  into: Float64Array = scores,
): Float64Array {
  for (let start = 0; start < scores.length; start += nClasses) {
    const end = start + nClasses;
    let largest = -Infinity, sum = 0;
    for (let i = start; i < end; i++) if (scores[i] > largest) largest = scores[i];
    for (let i = start; i < end; i++) sum += into[i] = Math.exp(scores[i] - largest);
    for (let i = start; i < end; i++) into[i] /= sum;
  }
  return into;
}

/** Base64 of an array's bytes, in the machine's order: little-endian on all that run this. */
export function encodeArray(array: ArrayBufferView): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let binary = "";
  // in pieces: String.fromCharCode takes a limited number of arguments
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(binary);
}

/** The bytes that {@link encodeArray} was given. */
export function decodeArray(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer;
}
