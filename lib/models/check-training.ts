import type { TrainingSet } from "./classifier.ts";

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
