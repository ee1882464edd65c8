import type { Random } from "../run/random.ts";
import type { BinnedColumns } from "./bin-columns.ts";
import type { Criterion, GrowingNode, Split } from "./grow-tree.ts";

/** What {@link GiniCriterion} works with. */
export interface GiniOptions {
  readonly columns: BinnedColumns;
  /** `[nRows]` class indices in [0, nClasses). */
  readonly labels: Int32Array;
  readonly nClasses: number;
  /** `[nRows]` weights: how often a row is in the bootstrap sample, times its sample weight. */
  readonly weights: Float64Array;
  /** Columns tried at a node; more when those are constant there. */
  readonly nTried: number;
  /** Chooses the columns. */
  readonly stream: Random;
  /** Numbers a leaf by its class weights. `[nClasses]`, reused: copy what is kept. */
  readonly makeLeaf: (classWeights: Float64Array) => number;
}

/**
 * Breiman's split for classification: among a few random columns, the cut with the least weighted
 * Gini impurity, that is the greatest L = sum(left_c^2) / left + sum(right_c^2) / right over class
 * weights. Both sums of squares are updated row by row while rows move from right to left.
 */
export class GiniCriterion implements Criterion {
  readonly #options: GiniOptions;
  /** Columns, those already tried at the present node first. */
  readonly #order: Int32Array;
  readonly #total: Float64Array;
  readonly #left: Float64Array;
  readonly #right: Float64Array;
  /** `[rows of the node]` class and weight, gathered once a node. */
  readonly #nodeLabels: Int32Array;
  readonly #nodeWeights: Float64Array;
  /** Rows of each bin as linked lists, 0 ending one, and the bins in use as a bit set. */
  readonly #head = new Int32Array(256);
  readonly #next: Int32Array;
  readonly #used = new Int32Array(8);
  /** Best cut of the last column searched. */
  #score = 0;
  #bin = 0;

  constructor(options: GiniOptions) {
    const { columns, labels, nClasses } = options;
    this.#options = options;
    this.#order = Int32Array.from({ length: columns.nColumns }, (_, column) => column);
    this.#total = new Float64Array(nClasses);
    this.#left = new Float64Array(nClasses);
    this.#right = new Float64Array(nClasses);
    this.#nodeLabels = new Int32Array(labels.length + 1);
    this.#nodeWeights = new Float64Array(labels.length + 1);
    this.#next = new Int32Array(labels.length + 1);
  }

  findSplit({ start, end }: GrowingNode, rows: Int32Array): Split | undefined {
    if (this.#gather(rows, start, end) < 2) return undefined;
    const { nTried, stream } = this.#options;
    const order = this.#order;
    let best = -1, bestBin = 0, bestColumn = -1;
    for (let tried = 0; tried < order.length && (tried < nTried || best < 0); tried++) {
      const choice = tried + Math.floor(stream.uniform() * (order.length - tried));
      const column = order[choice];
      order[choice] = order[tried];
      order[tried] = column;
      this.#search(rows, start, end, column);
      if (this.#score > best) {
        best = this.#score;
        bestBin = this.#bin;
        bestColumn = column;
      }
    }
    return best < 0 ? undefined : { column: bestColumn, bin: bestBin };
  }

  makeLeaf({ start, end }: GrowingNode, rows: Int32Array): number {
    this.#gather(rows, start, end);
    return this.#options.makeLeaf(this.#total);
  }

  /** Collects the node's classes and weights; returns how many classes it has. */
  #gather(rows: Int32Array, start: number, end: number): number {
    const { labels, weights } = this.#options;
    const nodeLabels = this.#nodeLabels, nodeWeights = this.#nodeWeights, total = this.#total;
    total.fill(0);
    for (let i = start, at = 1; i < end; i++, at++) {
      const row = rows[i], label = labels[row], weight = weights[row];
      nodeLabels[at] = label;
      nodeWeights[at] = weight;
      total[label] += weight;
    }
    let nPresent = 0;
    for (let c = 0; c < total.length; c++) if (total[c] > 0) nPresent++;
    return nPresent;
  }

  /** Finds the best cut of one column; the score is -1 when the node has it constant. */
  #search(rows: Int32Array, start: number, end: number, column: number): void {
    const { columns: { bins, nRows } } = this.#options;
    const head = this.#head, next = this.#next, used = this.#used;
    const offset = column * nRows;
    for (let i = start, at = 1; i < end; i++, at++) {
      const bin = bins[offset + rows[i]];
      next[at] = head[bin];
      head[bin] = at;
      used[bin >> 5] |= 1 << (bin & 31);
    }
    this.#scan();
  }

  /** Moves the rows bin by bin from right to left, rating each cut between used bins. */
  #scan(): void {
    const left = this.#left, right = this.#right, total = this.#total;
    const head = this.#head, next = this.#next, used = this.#used;
    const nodeLabels = this.#nodeLabels, nodeWeights = this.#nodeWeights;
    let leftWeight = 0, rightWeight = 0, leftSquares = 0, rightSquares = 0;
    for (let c = 0; c < total.length; c++) {
      left[c] = 0;
      const weight = right[c] = total[c];
      rightWeight += weight;
      rightSquares += weight * weight;
    }
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
        for (let at = head[bin]; at !== 0; at = next[at]) {
          const label = nodeLabels[at], weight = nodeWeights[at];
          leftSquares += weight * (2 * left[label] + weight);
          rightSquares += weight * (weight - 2 * right[label]);
          left[label] += weight;
          right[label] -= weight;
          leftWeight += weight;
          rightWeight -= weight;
        }
        head[bin] = 0;
      }
    }
    this.#score = best;
    // halfway through the empty bins between, as CART cuts halfway between values
    this.#bin = (bestBelow + bestAbove - 1) >> 1;
  }
}
