import type { Matrix } from "../catalogue/matrix.ts";
import {
  type Algorithm,
  checkTraining,
  checkWholeNumbers,
  type Classifier,
  decodeArray,
  encodeArray,
  softmaxRows,
  type TrainingSet,
} from "./classifier.ts";
import {
  binColumns,
  type BinEdges,
  type BinnedColumns,
  binRows,
  findEdges,
} from "./bin-columns.ts";
import { growTree, takeTurns } from "./grow-tree.ts";
import {
  leafOf,
  loadTrees,
  type SavedTrees,
  saveTrees,
  type Trees,
  TreesBuilder,
} from "./trees.ts";
import { VarianceCriterion } from "./variance-criterion.ts";

/** Parameters of {@link gradientBoosting}; the paper's by default. */
export interface GradientBoostingParameters {
  /** Number of rounds, each of one tree per class; 100. */
  readonly rounds?: number;
  /** Most splits between root and leaf; 3. */
  readonly maxDepth?: number;
  /** Share of each Newton step taken, in (0, 1]; 0.1. */
  readonly learningRate?: number;
}

const DEFAULTS = { rounds: 100, maxDepth: 3, learningRate: 0.1 };
const FORMAT = "csc-classify gradient boosting 1";

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
    const edges = findEdges(training.matrix);
    const boosting = new Boosting(training, edges, maxDepth, learningRate);
    const turn = takeTurns(signal);
    for (let round = 0; round < rounds; round++) {
      await turn();
      boosting.addRound();
      onProgress?.((round + 1) / rounds);
    }
    const { builder, priors, leaves } = boosting;
    return new GradientBoosting(builder.build(), edges, priors, Float64Array.from(leaves));
  },

  // deno-lint-ignore require-await -- the interface allows algorithms that load code first
  async load(text) {
    const saved = JSON.parse(text) as SavedBoosting;
    if (saved.format !== FORMAT) {
      throw new TypeError(`not a saved GBDT: format "${saved.format}", expected "${FORMAT}"`);
    }
    const { trees, edges } = loadTrees(saved);
    const priors = new Float64Array(decodeArray(saved.priors));
    return new GradientBoosting(trees, edges, priors, new Float64Array(decodeArray(saved.leaves)));
  },

  describe(parameters) {
    const { rounds, maxDepth, learningRate } = { ...DEFAULTS, ...parameters };
    return `GBDT: ${rounds} rounds of one tree per class to depth ${maxDepth}, ` +
      `learning rate ${learningRate}`;
  },
};

/** A fit under way. */
class Boosting {
  readonly builder = new TreesBuilder();
  /** Leaf values of all trees, learning rate included. */
  readonly leaves: number[] = [];
  /** `[nClasses]` raw scores before the first tree. */
  readonly priors: Float64Array;
  /** `[nRows x nClasses]`, row-major. */
  readonly #scores: Float64Array;
  readonly #probabilities: Float64Array;
  readonly #criterion: VarianceCriterion;
  readonly #columns: BinnedColumns;
  readonly #weights: Float64Array;
  #label = 0;

  constructor(
    readonly training: TrainingSet,
    edges: BinEdges,
    readonly maxDepth: number,
    readonly learningRate: number,
  ) {
    const { matrix, labels, nClasses } = training;
    this.#weights = training.weights ?? new Float64Array(matrix.nRows).fill(1);
    this.priors = logPriors(labels, this.#weights, nClasses);
    this.#columns = binColumns(matrix, edges);
    this.#scores = new Float64Array(matrix.nRows * nClasses);
    this.#probabilities = new Float64Array(matrix.nRows * nClasses);
    for (let i = 0; i < this.#scores.length; i++) this.#scores[i] = this.priors[i % nClasses];
    this.#criterion = new VarianceCriterion({
      columns: this.#columns,
      weights: this.#weights,
      maxDepth,
      makeLeaf: (rows, start, end) => this.#makeLeaf(rows, start, end),
    });
  }

  /** Adds one tree per class, all to the gradients at the round's start. */
  addRound(): void {
    const { labels, nClasses, matrix: { nRows } } = this.training;
    const probabilities = this.#probabilities;
    softmaxRows(this.#scores, nClasses, probabilities);
    const targets = this.#criterion.targets = new Float64Array(nRows);
    const rows = new Int32Array(nRows);
    for (this.#label = 0; this.#label < nClasses; this.#label++) {
      for (let row = 0; row < nRows; row++) {
        const isClass = labels[row] === this.#label ? 1 : 0;
        targets[row] = isClass - probabilities[row * nClasses + this.#label];
        rows[row] = row;
      }
      growTree({
        columns: this.#columns,
        rows,
        criterion: this.#criterion,
        maxDepth: this.maxDepth,
        builder: this.builder,
      });
    }
  }

  #makeLeaf(rows: Int32Array, start: number, end: number): number {
    const { nClasses } = this.training;
    const inLeaf = rows.subarray(start, end);
    const step = newtonStep(inLeaf, this.#criterion.targets, this.#weights, nClasses);
    const value = this.learningRate * step;
    for (const row of inLeaf) this.#scores[row * nClasses + this.#label] += value;
    return this.leaves.push(value) - 1;
  }
}

interface SavedBoosting extends SavedTrees {
  readonly format: typeof FORMAT;
  readonly priors: string;
  readonly leaves: string;
}

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
    const scores = new Float64Array(nRows * nClasses);
    for (let i = 0; i < scores.length; i++) scores[i] = priors[i % nClasses];
    // tree by tree, so that one tree's nodes stay in the processor's cache
    trees.roots.forEach((root, tree) => {
      for (let row = 0, out = tree % nClasses; row < nRows; row++, out += nClasses) {
        scores[out] += leaves[leafOf(trees, root, bins, row * nColumns)];
      }
    });
    softmaxRows(scores, nClasses, scores);
    return scores;
  }

  save(): string {
    const { trees, edges, priors, leaves } = this;
    const saved: SavedBoosting = {
      format: FORMAT,
      priors: encodeArray(priors),
      leaves: encodeArray(leaves),
      ...saveTrees(trees, edges),
    };
    return JSON.stringify(saved);
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
