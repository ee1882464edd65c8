import type { Matrix } from "../catalogue/matrix.ts";
import type { TrainingSet } from "../models/classifier.ts";

/** A step fitted on training rows only and then applied to any rows, e.g. imputation. */
export interface Transform<State> {
  readonly name: string;
  /** Learns what the step needs from the training rows; the state is plain JSON. */
  fit(matrix: Matrix): State;
  /** A new matrix of the same shape. */
  apply(matrix: Matrix, state: State): Matrix;
}

/** A step that changes the training rows only and never sees a validation row, e.g. SMOTE. */
export interface Resampler {
  readonly name: string;
  /** Deterministic in `seed`. */
  resample(training: TrainingSet, seed: number): TrainingSet;
}
