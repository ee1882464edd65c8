import type { Random } from "../run/random.ts";
import type { BinnedColumns } from "./bin-columns.ts";
import type { Criterion, GrowingNode, Split } from "./grow-tree.ts";

/** What {@link GiniCriterion} works with. */
export interface GiniOptions {
  readonly columns: BinnedColumns;
  /** `[nRows]` class indices in [0, nClasses). */
  readonly labels: Int32Array;
  readonly nClasses: number;
  /** Columns tried at a node; more when those are constant there. */
  readonly nTried: number;
  /** Numbers a leaf by its class weights. `[nClasses]`, reused: copy what is kept. */
  readonly makeLeaf: (classWeights: Float64Array) => number;
}

/**
 * Breiman's split for classification: among a few random columns, the cut with the least weighted
 * Gini impurity, that is the greatest sum(left_c^2) / left + sum(right_c^2) / right over the class
 * weights on either side. Call `begin` before each tree.
 */
export class GiniCriterion implements Criterion {
  readonly #options: GiniOptions;
  #weights = new Float64Array() as Float64Array;
  #stream?: Random;
  /** Columns, those already tried at the present node first. */
  readonly #order: Int32Array;
  /** `[nClasses]` weight of each class in the node. */
  readonly #classWeights: Float64Array;
  /** Number of each class among those present in the node, and their weights. */
  readonly #compact: Int32Array;
  readonly #total: Float64Array;
  readonly #left: Float64Array;
  #nPresent = 0;
  /** The node that those are of: a leaf is weighed once, not again when it is made. */
  #weighed?: GrowingNode;
  /** `[rows of the node]` number of the class, and weight: gathered once a node. */
  readonly #rowClass: Int32Array;
  readonly #rowWeight: Float64Array;
  /** `[bin][class present]` weights of one column; the bins in use as a bit set. Left clear. */
  readonly #histogram: Float64Array;
  readonly #used = new Int32Array(8);
  /** Best cut of the last column searched. */
  #score = 0;
  #bin = 0;

  constructor(options: GiniOptions) {
    const { columns, labels, nClasses } = options;
    this.#options = options;
    this.#order = new Int32Array(columns.nColumns);
    this.#classWeights = new Float64Array(nClasses);
    this.#compact = new Int32Array(nClasses);
    this.#total = new Float64Array(nClasses);
    this.#left = new Float64Array(nClasses);
    this.#rowClass = new Int32Array(labels.length);
    this.#rowWeight = new Float64Array(labels.length);
    this.#histogram = new Float64Array(256 * nClasses);
  }

  /**
   * Readies for one tree.
   *
   * @param weights `[nRows]` how often a row is in the bootstrap sample, times its sample weight.
   * @param stream Chooses the columns.
   */
  begin(weights: Float64Array, stream: Random): void {
    this.#weights = weights;
    this.#stream = stream;
    this.#weighed = undefined;
    for (let column = 0; column < this.#order.length; column++) this.#order[column] = column;
  }

  findSplit(node: GrowingNode, rows: Int32Array): Split | undefined {
    this.#weigh(node, rows);
    if (this.#nPresent < 2) return undefined;
    const { start, end } = node;
    this.#gather(rows, start, end);
    const { nTried } = this.#options, stream = this.#stream!;
    const order = this.#order;
    let best = -1, bestBin = 0, bestColumn = -1;
    for (let tried = 0; tried < order.length && (tried < nTried || best < 0); tried++) {
      const choice = tried + Math.floor(stream.uniform() * (order.length - tried));
      const column = order[choice];
      order[choice] = order[tried];
      order[tried] = column;
      this.#count(rows, start, end, column);
      this.#scan();
      if (this.#score > best) {
        best = this.#score;
        bestBin = this.#bin;
        bestColumn = column;
      }
    }
    return best < 0 ? undefined : { column: bestColumn, bin: bestBin };
  }

  makeLeaf(node: GrowingNode, rows: Int32Array): number {
    this.#weigh(node, rows);
    return this.#options.makeLeaf(this.#classWeights);
  }

  /** Sums the node's weight by class and numbers the classes present. */
  #weigh(node: GrowingNode, rows: Int32Array): void {
    if (node === this.#weighed) return;
    this.#weighed = node;
    const { start, end } = node;
    const { labels } = this.#options, weights = this.#weights, sums = this.#classWeights;
    sums.fill(0);
    for (let i = start; i < end; i++) sums[labels[rows[i]]] += weights[rows[i]];
    let nPresent = 0;
    for (let label = 0; label < sums.length; label++) {
      if (sums[label] === 0) continue;
      this.#total[nPresent] = sums[label];
      this.#compact[label] = nPresent++;
    }
    this.#nPresent = nPresent;
  }

  #gather(rows: Int32Array, start: number, end: number): void {
    const { labels } = this.#options, weights = this.#weights, compact = this.#compact;
    const rowClass = this.#rowClass, rowWeight = this.#rowWeight;
    for (let i = start, at = 0; i < end; i++, at++) {
      const row = rows[i];
      rowClass[at] = compact[labels[row]];
      rowWeight[at] = weights[row];
    }
  }

  /** Fills the histogram with the node's rows in one column. */
  #count(rows: Int32Array, start: number, end: number, column: number): void {
    const { bins, nRows } = this.#options.columns;
    const histogram = this.#histogram, used = this.#used, nPresent = this.#nPresent;
    const rowClass = this.#rowClass, rowWeight = this.#rowWeight;
    const offset = column * nRows;
    for (let i = start, at = 0; i < end; i++, at++) {
      const bin = bins[offset + rows[i]];
      histogram[bin * nPresent + rowClass[at]] += rowWeight[at];
      used[bin >> 5] |= 1 << (bin & 31);
    }
  }

  /**
   * Moves the used bins from right to left, rating each cut between them, and clears the
   * histogram. The score stays -1 when the node has one bin only.
   */
  #scan(): void {
    const left = this.#left, total = this.#total, nPresent = this.#nPresent;
    const histogram = this.#histogram, used = this.#used;
    let rightWeight = 0;
    for (let c = 0; c < nPresent; c++) {
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
        for (let c = 0, i = bin * nPresent; c < nPresent; c++, i++) {
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
    this.#score = best;
    // halfway through the empty bins between, as CART cuts halfway between values
    this.#bin = (bestBelow + bestAbove - 1) >> 1;
  }
}
