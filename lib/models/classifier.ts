import type { Matrix } from "../catalogue/matrix.ts";

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
