import {
  type Algorithm,
  checkPresent,
  checkTraining,
  checkWholeNumbers,
  checkWidth,
  type Classifier,
  type Matrix,
  nearestRows,
  type TrainingSet,
} from "@csc-classify/forests";

/** Parameters of {@link nearestNeighbours}. */
interface NearestNeighboursParameters {
  /** How many neighbours vote; 5, scikit-learn's default. */
  readonly neighbours?: number;
}

const DEFAULTS = { neighbours: 5 };

/**
 * k-nearest neighbours, which the paper tried and dropped (section 3): the membership of a row is
 * the share of each class, by sample weight, among the nearest training rows. Euclidean distance
 * over the columns as they are: scale first. Missing values are refused: impute first. Not the
 * ml-knn package: that names a class without its probability, and its k-d tree visits nearly every
 * row in 41 dimensions anyway.
 */
export const nearestNeighbours: Algorithm<NearestNeighboursParameters> = {
  name: "nearest-neighbours",

  // deno-lint-ignore require-await -- the interface allows algorithms that take long to fit
  async fit(training, parameters, { onProgress, signal }) {
    signal?.throwIfAborted();
    checkTraining(training);
    const { matrix } = training;
    const { neighbours } = { ...DEFAULTS, ...parameters };
    checkWholeNumbers({ neighbours });
    checkPresent(matrix);
    const weights = training.weights ?? new Float64Array(matrix.nRows).fill(1);
    onProgress?.(1);
    return new NearestNeighbours({ ...training, weights }, neighbours);
  },

  describe(parameters) {
    return `${{ ...DEFAULTS, ...parameters }.neighbours}-nearest neighbours`;
  },
};

export default nearestNeighbours;

class NearestNeighbours implements Classifier {
  constructor(
    readonly training: Required<Omit<TrainingSet, "nCopies">>,
    readonly neighbours: number,
  ) {}

  predictProbabilities(matrix: Matrix): Float64Array {
    const { matrix: known, labels, weights, nClasses } = this.training;
    checkWidth(matrix, known.nColumns);
    checkPresent(matrix);
    const probabilities = new Float64Array(matrix.nRows * nClasses);
    for (let row = 0; row < matrix.nRows; row++) {
      const start = row * matrix.nColumns;
      const near = nearestRows(known, matrix.values, start, this.neighbours);
      let total = 0;
      for (const neighbour of near) total += weights[neighbour];
      for (const neighbour of near) {
        probabilities[row * nClasses + labels[neighbour]] += weights[neighbour] / total;
      }
    }
    return probabilities;
  }

  [Symbol.dispose](): void {}
}
