import { type Matrix, takeColumns, takeRows, type TrainingSet } from "@csc-classify/forests";

/**
 * Altered copies of training rows (dimmed, absorbed, blanked of a survey): learnt from beside the
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

/** Copies that a model is asked about where it has not seen their parents. */
export type AskedCopies = Pick<TrainingCopies, "matrix" | "parent">;

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
