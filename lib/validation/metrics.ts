import { mean, sampleStandardDeviation } from "simple-statistics";

/** Scores of one class, in [0, 1]. 0 where the denominator is 0, as in scikit-learn. */
interface ClassScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Rows that truly belong to the class. */
  readonly support: number;
}

/** Scores of one set of predictions, in [0, 1] ([-1, 1] for MCC). */
export interface Scores {
  readonly classes: readonly ClassScores[];
  /** Means weighted by support (Table 6). */
  readonly weighted: Omit<ClassScores, "support">;
  /** Unweighted means over classes. */
  readonly macro: Omit<ClassScores, "support">;
  readonly accuracy: number;
  /** Mean recall of the classes that occur. */
  readonly balancedAccuracy: number;
  /** Multiclass Matthews correlation coefficient (Gorodkin 2004, doi:10.1016/j.compbiolchem.2004.09.006). */
  readonly mcc: number;
}

/**
 * Counts of (true, predicted) pairs.
 *
 * @param truth `[nRows]` class indices.
 * @param predicted `[nRows]` class indices.
 * @returns `[nClasses][nClasses]`: row = true class, column = predicted class.
 * @throws RangeError when the lengths differ.
 */
export function confusionMatrix(
  truth: Int32Array,
  predicted: Int32Array,
  nClasses: number,
): number[][] {
  if (truth.length !== predicted.length) {
    throw new RangeError(
      `${truth.length} true labels, ${predicted.length} predicted; must be equal`,
    );
  }
  const counts = Array.from({ length: nClasses }, () => new Array<number>(nClasses).fill(0));
  truth.forEach((label, row) => counts[label][predicted[row]]++);
  return counts;
}

/** All scores of a confusion matrix (equations 3-6; MCC in its multiclass form). */
export function scores(counts: readonly (readonly number[])[]): Scores {
  const nClasses = counts.length;
  const truth = counts.map(sum);
  const predicted = truth.map((_, c) => sum(counts.map((row) => row[c])));
  const total = sum(truth), right = sum(counts.map((row, c) => row[c]));
  const classes = counts.map((row, c) => {
    const precision = ratio(row[c], predicted[c]), recall = ratio(row[c], truth[c]);
    const f1 = ratio(2 * row[c], predicted[c] + truth[c]);
    return { precision, recall, f1, support: truth[c] };
  });
  const average = (weights: readonly number[]) => {
    const of = (score: "precision" | "recall" | "f1") =>
      sum(classes.map((scores, c) => scores[score] * weights[c])) / sum(weights);
    return { precision: of("precision"), recall: of("recall"), f1: of("f1") };
  };
  const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((x, i) => x * b[i]));
  return {
    classes,
    weighted: average(truth),
    macro: average(new Array(nClasses).fill(1)),
    accuracy: ratio(right, total),
    balancedAccuracy: mean(classes.filter((c) => c.support > 0).map((c) => c.recall)),
    mcc: ratio(
      right * total - dot(truth, predicted),
      Math.sqrt((total ** 2 - dot(predicted, predicted)) * (total ** 2 - dot(truth, truth))),
    ),
  };
}

/** A quantity over iterations. */
interface Spread {
  readonly mean: number;
  /** Sample standard deviation; undefined for a single iteration. */
  readonly sigma?: number;
}

/** Mean and sample standard deviation over iterations. */
export function spread(values: readonly number[]): Spread {
  return values.length > 1
    ? { mean: mean([...values]), sigma: sampleStandardDeviation([...values]) }
    : { mean: values[0] };
}

function ratio(numerator: number, denominator: number): number {
  return denominator ? numerator / denominator : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
