import type { Matrix } from "./matrix.ts";

/** What every model of the comparison can do. Models that hold WASM memory free it on dispose. */
export interface Classifier extends Disposable {
  /**
   * Class membership probabilities.
   *
   * @param matrix `[nRows x nFeatures]` with the columns the model was fitted on, in order.
   * @returns `[nRows x nClasses]`, row-major, each row summing to 1.
   */
  predictProbabilities(matrix: Matrix): Float64Array;
  /** The model as text, of models that are shipped. */
  save?(): string;
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

/** One learning algorithm with its parameters: a model comparison runs over a list of these. */
export interface Algorithm<Parameters = Record<string, unknown>> {
  readonly name: string;
  /** Fits one model. Deterministic in `seed`. */
  fit(training: TrainingSet, parameters: Parameters, options: FitOptions): Promise<Classifier>;
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
  isUsable: (value: number) => boolean = (value) => !Number.isNaN(value),
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
