import type { Matrix } from "./matrix.ts";
import { type Random, random } from "./random.ts";
import { binColumns, type BinEdges, binRows, findEdges } from "./bin-columns.ts";
import { type Algorithm, checkTraining, checkWholeNumbers, type Classifier } from "./algorithm.ts";
import { giniCriterion } from "./gini-criterion.ts";
import { growTree, takeTurns } from "./grow-tree.ts";
import { leafOf, LeafTable, type Trees, TreesBuilder } from "./trees.ts";

/** Parameters of {@link randomForest}; the paper's by default. */
interface RandomForestParameters {
  /** Number of trees; 400. */
  readonly trees?: number;
  /** Most splits between root and leaf; 30. */
  readonly maxDepth?: number;
  /** Columns tried at a node; the integer part of the square root of their number. */
  readonly columnsPerNode?: number;
  /**
   * What a tree says of a row: the class frequencies of its leaf (default, as scikit-learn) or one
   * vote for the most frequent class (as the paper words it, section 3.1.1).
   */
  readonly membership?: "frequencies" | "votes";
}

const DEFAULTS = { trees: 400, maxDepth: 30, membership: "frequencies" } as const;

/**
 * Random forest (Breiman 2001, doi:10.1023/A:1010933404324; paper section 3.1.1): each tree grows
 * on a bootstrap sample, trying a few random columns a node, until its leaves are pure or at
 * `maxDepth`. Sample weights multiply the bootstrap counts. Missing values are refused: impute
 * first. Throws RangeError for parameters or training sets that make no sense.
 */
export const randomForest: Algorithm<RandomForestParameters> = {
  name: "random-forest",

  async fit(training, parameters, { seed, onProgress, signal }) {
    checkTraining(training);
    const { matrix, labels, nClasses } = training;
    const { trees: nTrees, maxDepth, membership } = { ...DEFAULTS, ...parameters };
    const nTried = parameters.columnsPerNode ?? Math.floor(Math.sqrt(matrix.nColumns));
    checkWholeNumbers({ trees: nTrees, maxDepth, columnsPerNode: nTried });

    const edges = findEdges(matrix);
    const columns = binColumns(matrix, edges);
    const builder = new TreesBuilder();
    const leaves = new LeafTable(membership);
    const makeLeaf = (classWeights: Float64Array) => leaves.add(classWeights);
    const criterion = giniCriterion({ columns, labels, nClasses, nTried, makeLeaf });
    const turn = takeTurns(signal);
    for (let tree = 0; tree < nTrees; tree++) {
      await turn();
      // a stream for each tree: a forest's first trees do not depend on how many follow
      const stream = random(seed, "random forest", tree);
      const { rows, weights } = bootstrap(matrix.nRows, stream, training.weights);
      criterion.begin(weights, stream);
      growTree({ columns, rows, criterion, maxDepth, builder });
      onProgress?.((tree + 1) / nTrees);
    }
    return new RandomForest(builder.build(), edges, nClasses, leaves.build());
  },

  describe(parameters) {
    const { trees, maxDepth, membership } = { ...DEFAULTS, ...parameters };
    const columns = parameters.columnsPerNode ?? "sqrt(p)";
    return `random forest: ${trees} trees to depth ${maxDepth}, ${columns} features a node, ` +
      `membership by ${membership}`;
  },
};

class RandomForest implements Classifier {
  constructor(
    readonly trees: Trees,
    readonly edges: BinEdges,
    readonly nClasses: number,
    /** `[nLeaves x nClasses]` class frequencies. */
    readonly leaves: Float64Array,
  ) {}

  predictProbabilities(matrix: Matrix): Float64Array {
    const { trees, leaves, nClasses } = this;
    const { nRows, nColumns } = matrix;
    const bins = binRows(matrix, this.edges);
    const probabilities = new Float64Array(nRows * nClasses);
    // tree by tree, so that one tree's nodes stay in the processor's cache
    for (const root of trees.roots) {
      for (let row = 0; row < nRows; row++) {
        const leaf = leafOf(trees, root, bins, row * nColumns) * nClasses;
        for (let c = 0, out = row * nClasses; c < nClasses; c++, out++) {
          probabilities[out] += leaves[leaf + c];
        }
      }
    }
    for (let i = 0; i < probabilities.length; i++) probabilities[i] /= trees.roots.length;
    return probabilities;
  }

  [Symbol.dispose](): void {}
}

/**
 * Draws as many rows as there are, with replacement, each with the same chance.
 *
 * @returns the distinct rows drawn that have weight, ascending, and `[nRows]` how often each row
 * was drawn, times its sample weight.
 */
export function bootstrap(
  nRows: number,
  stream: Random,
  sampleWeights?: Float64Array,
): { rows: Int32Array; weights: Float64Array } {
  const weights = new Float64Array(nRows);
  for (let draw = 0; draw < nRows; draw++) weights[Math.floor(stream.uniform() * nRows)]++;
  sampleWeights?.forEach((weight, row) => weights[row] *= weight);
  const rows = new Int32Array(nRows);
  let nDistinct = 0; // a loop, for it is run for every tree
  for (let row = 0; row < nRows; row++) if (weights[row] > 0) rows[nDistinct++] = row;
  return { rows: rows.slice(0, nDistinct), weights };
}
