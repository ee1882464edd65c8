import type { BinnedColumns } from "./bin-columns.ts";
import type { Criterion, GrowingNode, Split } from "./grow-tree.ts";

/** Bins of a column in a histogram; each holds a sum of targets, then a sum of weights. */
const BINS = 256;

/** What {@link VarianceCriterion} works with. */
export interface VarianceOptions {
  readonly columns: BinnedColumns;
  /** `[nRows]` sample weights. */
  readonly weights: Float64Array;
  /** No histogram is kept for nodes at this depth. */
  readonly maxDepth: number;
  /** Numbers the leaf of the rows in [start, end). */
  readonly makeLeaf: (rows: Int32Array, start: number, end: number) => number;
}

/**
 * Least-squares split for regression: over all columns, the cut that lowers the weighted variance
 * of the targets most (Friedman 2001, section 4.4), found in histograms. Only the smaller child's
 * histogram is counted; its sibling's is the parent's minus that.
 */
export class VarianceCriterion implements Criterion {
  /** `[nRows]` what the next tree is to predict. */
  targets: Float64Array = new Float64Array();
  readonly #options: VarianceOptions;
  readonly #histograms = new Map<GrowingNode, Float64Array>();
  readonly #free: Float64Array[] = [];
  /** `[2 x rows of the node]` target times weight and weight, gathered once a node. */
  readonly #gathered: Float64Array;

  constructor(options: VarianceOptions) {
    this.#options = options;
    this.#gathered = new Float64Array(2 * options.columns.nRows);
  }

  findSplit(node: GrowingNode, rows: Int32Array): Split | undefined {
    const histogram = this.#histogramOf(node, rows);
    const split = this.#search(histogram);
    if (!split || node.depth + 1 === this.#options.maxDepth) this.#release(node, histogram);
    return split;
  }

  makeLeaf({ start, end }: GrowingNode, rows: Int32Array): number {
    return this.#options.makeLeaf(rows, start, end);
  }

  #histogramOf(node: GrowingNode, rows: Int32Array): Float64Array {
    const known = this.#histograms.get(node);
    if (known) return known;
    const { parent, sibling } = node;
    if (!parent || !sibling) return this.#count(node, rows);
    const nodeIsSmaller = node.end - node.start <= sibling.end - sibling.start;
    const [smaller, larger] = nodeIsSmaller ? [node, sibling] : [sibling, node];
    const counted = this.#count(smaller, rows);
    const rest = this.#histograms.get(parent)!;
    for (let i = 0; i < rest.length; i++) rest[i] -= counted[i];
    this.#histograms.delete(parent);
    this.#histograms.set(larger, rest);
    return nodeIsSmaller ? counted : rest;
  }

  #count(node: GrowingNode, rows: Int32Array): Float64Array {
    const { columns: { bins, nRows, nColumns }, weights } = this.#options;
    const { targets } = this, gathered = this.#gathered;
    const { start, end } = node;
    for (let i = start, at = 0; i < end; i++, at += 2) {
      const row = rows[i];
      gathered[at] = targets[row] * weights[row];
      gathered[at + 1] = weights[row];
    }
    const histogram = this.#free.pop()?.fill(0) ?? new Float64Array(nColumns * BINS * 2);
    for (let column = 0; column < nColumns; column++) {
      addRows(
        histogram.subarray(column * BINS * 2, (column + 1) * BINS * 2),
        bins.subarray(column * nRows, (column + 1) * nRows),
        gathered,
        rows,
        start,
        end,
      );
    }
    this.#histograms.set(node, histogram);
    return histogram;
  }

  #release(node: GrowingNode, histogram: Float64Array): void {
    this.#histograms.delete(node);
    this.#free.push(histogram);
  }

  #search(histogram: Float64Array): Split | undefined {
    let sum = 0, weight = 0;
    for (let i = 0; i < 2 * BINS; i += 2) {
      sum += histogram[i];
      weight += histogram[i + 1];
    }
    // a gain within rounding is none
    let best = sum * sum / weight + 1e-12 * weight;
    let column = -1, below = 0, above = 0;
    for (let first = 0; first < histogram.length; first += 2 * BINS) {
      let left = 0, leftWeight = 0, previous = -1;
      for (let bin = 0; bin < BINS; bin++) {
        const binWeight = histogram[first + 2 * bin + 1];
        if (binWeight <= 0) continue;
        if (previous >= 0) {
          const right = sum - left;
          const score = left * left / leftWeight + right * right / (weight - leftWeight);
          if (score > best) {
            best = score;
            column = first / (2 * BINS);
            below = previous;
            above = bin;
          }
        }
        left += histogram[first + 2 * bin];
        leftWeight += binWeight;
        previous = bin;
      }
    }
    // halfway through the empty bins between, as CART cuts halfway between values
    return column < 0 ? undefined : { column, bin: (below + above - 1) >> 1 };
  }
}

/** Adds the rows in [start, end) of the node to one column's histogram. */
function addRows(
  histogram: Float64Array,
  bins: Uint8Array,
  gathered: Float64Array,
  rows: Int32Array,
  start: number,
  end: number,
): void {
  for (let i = start, at = 0; i < end; i++, at += 2) {
    const bin = bins[rows[i]] << 1;
    histogram[bin] += gathered[at];
    histogram[bin + 1] += gathered[at + 1];
  }
}
