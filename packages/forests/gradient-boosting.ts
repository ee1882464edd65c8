import type { Matrix } from "./matrix.ts";
import {
  type Algorithm,
  checkTraining,
  checkWholeNumbers,
  type Classifier,
  softmaxRows,
} from "./algorithm.ts";
import { binColumns, type BinEdges, binRows, findEdges } from "./bin-columns.ts";
import { growTree, takeTurns } from "./grow-tree.ts";
import { leafOf, type Trees, TreesBuilder } from "./trees.ts";
import { varianceCriterion } from "./variance-criterion.ts";

/** Parameters of {@link gradientBoosting}; the paper's by default. */
interface GradientBoostingParameters {
  /** Number of rounds, each of one tree per class; 100. */
  readonly rounds?: number;
  /** Most splits between root and leaf; 3. */
  readonly maxDepth?: number;
  /** Share of each Newton step taken, in (0, 1]; 0.1. */
  readonly learningRate?: number;
}

const DEFAULTS = { rounds: 100, maxDepth: 3, learningRate: 0.1 };

/**
 * Gradient boosted decision trees (Friedman 2001, doi:10.1214/aos/1013203451, algorithm 6; paper
 * section 3.1.2): each round fits one regression tree per class to the gradient of the multinomial
 * deviance, then sets its leaves by one Newton step, as scikit-learn's GradientBoostingClassifier.
 * No randomness: the seed has no effect. Missing values are refused: impute first. Throws
 * RangeError for parameters or training sets that make no sense.
 */
export const gradientBoosting: Algorithm<GradientBoostingParameters> = {
  name: "gbdt",

  async fit(training, parameters, { onProgress, signal }) {
    checkTraining(training);
    const { rounds, maxDepth, learningRate } = { ...DEFAULTS, ...parameters };
    checkWholeNumbers({ rounds, maxDepth });
    if (!(learningRate > 0 && learningRate <= 1)) {
      throw new RangeError(`learningRate is ${learningRate}; use a number in (0, 1]`);
    }
    const { matrix, labels, nClasses } = training, { nRows } = matrix;
    const weights = training.weights ?? new Float64Array(nRows).fill(1);
    const edges = findEdges(matrix), columns = binColumns(matrix, edges);
    const priors = logPriors(labels, weights, nClasses);
    /** `[nRows x nClasses]` raw scores, and what is true minus what they say. */
    const scores = startScores(priors, nRows), gradients = new Float64Array(scores.length);
    const builder = new TreesBuilder(), leaves: number[] = []; // what each adds to its class
    let label = 0; // the class whose tree is growing
    const makeLeaf = (all: Int32Array, start: number, end: number): number => {
      const rows = all.subarray(start, end);
      const value = learningRate * newtonStep(rows, targets, weights, nClasses);
      for (const row of rows) scores[row * nClasses + label] += value;
      return leaves.push(value) - 1;
    };
    const criterion = varianceCriterion({ columns, weights, maxDepth, makeLeaf });
    const rows = new Int32Array(nRows), turn = takeTurns(signal);
    const targets = criterion.targets = new Float64Array(nRows);
    for (let round = 0; round < rounds; round++) {
      await turn();
      softmaxRows(scores, nClasses, gradients);
      for (let i = 0; i < gradients.length; i++) gradients[i] = 0 - gradients[i];
      for (let row = 0; row < nRows; row++) gradients[row * nClasses + labels[row]] += 1;
      criterion.countRoots(gradients, nClasses); // all trees follow the round's start
      for (label = 0; label < nClasses; label++) {
        for (let row = 0; row < nRows; row++) {
          rows[row] = row;
          targets[row] = gradients[row * nClasses + label];
        }
        growTree({ columns, rows, criterion, maxDepth, builder });
      }
      onProgress?.((round + 1) / rounds);
    }
    return new GradientBoosting(builder.build(), edges, priors, Float64Array.from(leaves));
  },

  describe(parameters) {
    const { rounds, maxDepth, learningRate } = { ...DEFAULTS, ...parameters };
    return `GBDT: ${rounds} rounds of one tree per class to depth ${maxDepth}, ` +
      `learning rate ${learningRate}`;
  },
};

class GradientBoosting implements Classifier {
  constructor(
    /** Round by round, the classes in order. */
    readonly trees: Trees,
    readonly edges: BinEdges,
    /** `[nClasses]` raw scores before the first tree. */
    readonly priors: Float64Array,
    /** `[nLeaves]` what a leaf adds to its tree's class. */
    readonly leaves: Float64Array,
  ) {}

  predictProbabilities(matrix: Matrix): Float64Array {
    const { trees, leaves, priors } = this;
    const { nRows, nColumns } = matrix, nClasses = priors.length;
    const bins = binRows(matrix, this.edges);
    const scores = startScores(priors, nRows);
    // tree by tree, so that one tree's nodes stay in the processor's cache
    trees.roots.forEach((root, tree) => {
      for (let row = 0, out = tree % nClasses; row < nRows; row++, out += nClasses) {
        scores[out] += leaves[leafOf(trees, root, bins, row * nColumns)];
      }
    });
    return softmaxRows(scores, nClasses);
  }

  [Symbol.dispose](): void {}
}

/** Logarithm of each class's share of the weight; of a tiny share for a class without rows. */
function logPriors(labels: Int32Array, weights: Float64Array, nClasses: number): Float64Array {
  const shares = new Float64Array(nClasses);
  labels.forEach((label, row) => shares[label] += weights[row]);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => Math.log(Math.max(share / total, 1e-7)));
}

/** `[nRows x nClasses]` raw scores before the first tree: every row has those of the classes. */
function startScores(priors: Float64Array, nRows: number): Float64Array {
  const scores = new Float64Array(nRows * priors.length);
  for (let start = 0; start < scores.length; start += priors.length) scores.set(priors, start);
  return scores;
}

/**
 * Newton step of the multinomial deviance in a leaf (Friedman 2001, equation 37):
 * (K - 1) / K * sum(w r) / sum(w |r| (1 - |r|)), where r = y - p are the residuals, K the number of
 * classes and w the weights; 0 where the denominator vanishes.
 *
 * @param rows The leaf's rows.
 * @param residuals `[nRows]`.
 */
export function newtonStep(
  rows: Int32Array,
  residuals: Float64Array,
  weights: Float64Array,
  nClasses: number,
): number {
  let numerator = 0, denominator = 0;
  for (const row of rows) {
    const residual = residuals[row], size = Math.abs(residual);
    numerator += weights[row] * residual;
    denominator += weights[row] * size * (1 - size);
  }
  if (denominator < 1e-150) return 0;
  return (nClasses - 1) / nClasses * numerator / denominator;
}
