import type { BinnedColumns } from "./bin-columns.ts";
import type { Criterion, GrowingNode, Split } from "./grow-tree.ts";

/** Bins of a column in a histogram; each holds a sum of targets, then a sum of weights. */
const BINS = 256;

/** What {@link varianceCriterion} works with. */
interface VarianceOptions {
  readonly columns: BinnedColumns;
  /** `[nRows]` sample weights. */
  readonly weights: Float64Array;
  /** No histogram is kept for nodes at this depth. */
  readonly maxDepth: number;
  /** Numbers the leaf of the rows in [start, end). */
  readonly makeLeaf: (rows: Int32Array, start: number, end: number) => number;
}

/** See {@link varianceCriterion}. */
interface VarianceCriterion extends Criterion {
  /** `[nRows]` what the next tree is to predict. */
  targets: Float64Array;
  /** Counts the roots of the next trees together, of targets `[nRows x nTrees]`: a bin is read once. */
  countRoots(targets: Float64Array, nTrees: number): void;
}

/**
 * Least-squares split for regression: over all columns, the cut that lowers the weighted variance
 * of the targets most (Friedman 2001, section 4.4), found in histograms. Only the smaller child's
 * histogram is counted; its sibling's is the parent's minus that.
 */
export function varianceCriterion(
  { columns: { bins, nRows, nColumns }, weights, maxDepth, makeLeaf }: VarianceOptions,
): VarianceCriterion {
  const histograms = new Map<GrowingNode, Float64Array>(), free: Float64Array[] = [];
  const roots: Float64Array[] = [], size = nColumns * BINS * 2;
  /** `[2 x rows of the node]` target times weight and weight, gathered once a node. */
  const gathered = new Float64Array(2 * nRows);

  function histogramOf(node: GrowingNode, rows: Int32Array): Float64Array {
    const { parent, sibling } = node;
    if (!parent && roots.length > 0) histograms.set(node, roots.shift()!);
    const known = histograms.get(node);
    if (known) return known;
    if (!parent || !sibling) return count(node, rows);
    const nodeIsSmaller = node.end - node.start <= sibling.end - sibling.start;
    const [smaller, larger] = nodeIsSmaller ? [node, sibling] : [sibling, node];
    const counted = count(smaller, rows), rest = histograms.get(parent)!;
    for (let i = 0; i < rest.length; i++) rest[i] -= counted[i];
    histograms.delete(parent);
    histograms.set(larger, rest);
    return nodeIsSmaller ? counted : rest;
  }

  function count(node: GrowingNode, rows: Int32Array): Float64Array {
    const { start, end } = node, { targets } = criterion;
    for (let i = start, at = 0; i < end; i++, at += 2) {
      const row = rows[i];
      gathered[at] = targets[row] * weights[row];
      gathered[at + 1] = weights[row];
    }
    const histogram = free.pop()?.fill(0) ?? new Float64Array(size);
    for (let column = 0; column < nColumns; column++) {
      const own = histogram.subarray(column * BINS * 2, (column + 1) * BINS * 2);
      const ofColumn = bins.subarray(column * nRows, (column + 1) * nRows);
      addRows(own, ofColumn, gathered, rows, start, end);
    }
    histograms.set(node, histogram);
    return histogram;
  }

  const criterion: VarianceCriterion = {
    targets: new Float64Array(),
    countRoots(targets, nTrees) {
      for (let tree = 0; tree < nTrees; tree++) roots[tree] = free.pop() ?? new Float64Array(size);
      for (let column = 0; column < nColumns; column++) {
        const sums = new Float64Array(BINS * nTrees), sumWeights = new Float64Array(BINS);
        for (let row = 0, i = 0; row < nRows; row++) {
          const bin = bins[column * nRows + row], weight = weights[row], end = (bin + 1) * nTrees;
          sumWeights[bin] += weight;
          for (let at = bin * nTrees; at < end; at++, i++) sums[at] += targets[i] * weight;
        }
        for (let i = 0, at = 2 * column * BINS; i < sums.length; i++) {
          roots[i % nTrees][at] = sums[i];
          roots[i % nTrees][at + 1] = sumWeights[at / 2 % BINS];
          if (i % nTrees === nTrees - 1) at += 2;
        }
      }
    },
    findSplit(node, rows) {
      const histogram = histogramOf(node, rows), split = bestCut(histogram);
      if (split && node.depth + 1 < maxDepth) return split;
      histograms.delete(node);
      free.push(histogram);
      return split;
    },
    makeLeaf: ({ start, end }, rows) => makeLeaf(rows, start, end),
  };
  return criterion;
}

/** The best cut of a node by its histogram; undefined where none helps. */
function bestCut(histogram: Float64Array): Split | undefined {
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
