import type { Random } from "./random.ts";
import type { BinnedColumns } from "./bin-columns.ts";
import type { Criterion, GrowingNode } from "./grow-tree.ts";

/** What {@link giniCriterion} works with. */
interface GiniOptions {
  readonly columns: BinnedColumns;
  /** `[nRows]` class indices in [0, nClasses). */
  readonly labels: Int32Array;
  readonly nClasses: number;
  /** Columns tried at a node; more when those are constant there. */
  readonly nTried: number;
  /** Numbers a leaf by its class weights. `[nClasses]`, reused: copy what is kept. */
  readonly makeLeaf: (classWeights: Float64Array) => number;
}

/** See {@link giniCriterion}. */
interface GiniCriterion extends Criterion {
  /**
   * Readies for one tree.
   *
   * @param weights `[nRows]` how often a row is in the bootstrap sample, times its sample weight.
   * @param stream Chooses the columns.
   */
  begin(weights: Float64Array, stream: Random): void;
}

/**
 * Breiman's split for classification: among a few random columns, the cut with the least weighted
 * Gini impurity, that is the greatest sum(left_c^2) / left + sum(right_c^2) / right over the class
 * weights on either side. Call `begin` before each tree.
 */
export function giniCriterion(
  { columns: { bins, nRows, nColumns }, labels, nClasses, nTried, makeLeaf }: GiniOptions,
): GiniCriterion {
  let weights: Float64Array = new Float64Array(), uniform = () => 0;
  /** Columns, those already tried at the present node first. */
  const order = new Int32Array(nColumns);
  /** `[nClasses]` weight of each class in the node. */
  const classWeights = new Float64Array(nClasses);
  /** Number of each class among those present in the node, and their weights. */
  const compact = new Int32Array(nClasses), total = new Float64Array(nClasses);
  const left = new Float64Array(nClasses);
  let nPresent = 0;
  /** The node that those are of: a leaf is weighed once, not again when it is made. */
  let weighed: GrowingNode | undefined;
  /** `[rows of the node]` number of the class, and weight: gathered once a node. */
  const rowClass = new Int32Array(nRows), rowWeight = new Float64Array(nRows);
  /** `[bin][class present]` weights of one column; the bins in use as a bit set. Left clear. */
  const histogram = new Float64Array(256 * nClasses), used = new Int32Array(8);
  /** Best cut of the last column searched. */
  let cutScore = 0, cutBin = 0;

  /** Sums the node's weight by class and numbers the classes present. */
  function weigh(node: GrowingNode, rows: Int32Array): void {
    if (node === weighed) return;
    weighed = node;
    classWeights.fill(0);
    for (let i = node.start; i < node.end; i++) classWeights[labels[rows[i]]] += weights[rows[i]];
    nPresent = 0;
    for (let label = 0; label < nClasses; label++) {
      if (classWeights[label] === 0) continue;
      total[nPresent] = classWeights[label];
      compact[label] = nPresent++;
    }
  }

  function gather(rows: Int32Array, start: number, end: number): void {
    for (let i = start, at = 0; i < end; i++, at++) {
      const row = rows[i];
      rowClass[at] = compact[labels[row]];
      rowWeight[at] = weights[row];
    }
  }

  /** Fills the histogram with the node's rows in one column. */
  function count(rows: Int32Array, start: number, end: number, column: number): void {
    const offset = column * nRows, stride = nPresent;
    for (let i = start, at = 0; i < end; i++, at++) {
      const bin = bins[offset + rows[i]];
      histogram[bin * stride + rowClass[at]] += rowWeight[at];
      used[bin >> 5] |= 1 << (bin & 31);
    }
  }

  /**
   * Moves the used bins from right to left, rating each cut between them, and clears the
   * histogram. The score stays -1 when the node has one bin only.
   */
  function scan(): void {
    const present = nPresent;
    let rightWeight = 0;
    for (let c = 0; c < present; c++) {
      left[c] = 0;
      rightWeight += total[c];
    }
    let leftWeight = 0, leftSquares = 0, rightSquares = 0;
    let best = -1, bestBelow = 0, bestAbove = 0, previous = -1;
    for (let word = 0; word < 8; word++) {
      let bits = used[word];
      used[word] = 0;
      while (bits !== 0) {
        const bin = (word << 5) + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        if (previous >= 0) {
          const score = leftSquares / leftWeight + rightSquares / rightWeight;
          if (score > best) {
            best = score;
            bestBelow = previous;
            bestAbove = bin;
          }
        }
        previous = bin;
        leftSquares = rightSquares = 0;
        for (let c = 0, i = bin * present; c < present; c++, i++) {
          const moved = histogram[i];
          histogram[i] = 0;
          const onLeft = left[c] += moved;
          const onRight = total[c] - onLeft;
          leftSquares += onLeft * onLeft;
          rightSquares += onRight * onRight;
          leftWeight += moved;
          rightWeight -= moved;
        }
      }
    }
    cutScore = best;
    // halfway through the empty bins between, as CART cuts halfway between values
    cutBin = (bestBelow + bestAbove - 1) >> 1;
  }

  return {
    begin(ofTree, stream) {
      weights = ofTree;
      uniform = stream.uniform;
      weighed = undefined;
      for (let column = 0; column < nColumns; column++) order[column] = column;
    },
    findSplit(node, rows) {
      weigh(node, rows);
      if (nPresent < 2) return undefined;
      gather(rows, node.start, node.end);
      let best = -1, bin = 0, column = -1;
      for (let tried = 0; tried < nColumns && (tried < nTried || best < 0); tried++) {
        const choice = tried + Math.floor(uniform() * (nColumns - tried));
        const drawn = order[choice];
        order[choice] = order[tried];
        order[tried] = drawn;
        count(rows, node.start, node.end, drawn);
        scan();
        if (cutScore > best) [best, bin, column] = [cutScore, cutBin, drawn];
      }
      return best < 0 ? undefined : { column, bin };
    },
    makeLeaf(node, rows) {
      weigh(node, rows);
      return makeLeaf(classWeights);
    },
  };
}
