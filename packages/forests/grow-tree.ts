import type { BinnedColumns } from "./bin-columns.ts";
import type { TreesBuilder } from "./trees.ts";

/** A node in growth: the rows of one part of the tree's row list. */
export interface GrowingNode {
  /** Part of the row list: [start, end). */
  readonly start: number;
  readonly end: number;
  /** Splits above the node; 0 at the root. */
  readonly depth: number;
  readonly parent?: GrowingNode;
  /** The other child of the parent, once the parent is split. */
  sibling?: GrowingNode;
  /** Place of the node in the trees. */
  readonly id: number;
}

/** A split: rows whose bin of `column` is at most `bin` go left. */
export interface Split {
  readonly column: number;
  readonly bin: number;
}

/** What distinguishes one kind of tree from another. Both calls see each node once. */
export interface Criterion {
  /** The best split of a node; undefined where none helps. */
  findSplit(node: GrowingNode, rows: Int32Array): Split | undefined;
  /** Makes the leaf of a node that is not split; returns its number. */
  makeLeaf(node: GrowingNode, rows: Int32Array): number;
}

/** What {@link growTree} works with. */
interface GrowOptions {
  readonly columns: BinnedColumns;
  /** Rows of the tree; reordered in place so that each node's rows are together. */
  readonly rows: Int32Array;
  readonly criterion: Criterion;
  readonly maxDepth: number;
  /** Takes the nodes. */
  readonly builder: TreesBuilder;
}

/** Grows one tree, depth first, left before right. */
export function growTree({ columns, rows, criterion, maxDepth, builder }: GrowOptions): void {
  const scratch = new Int32Array(rows.length);
  const stack: GrowingNode[] = [{ start: 0, end: rows.length, depth: 0, id: builder.addRoot() }];
  for (let node = stack.pop(); node; node = stack.pop()) {
    const split = node.depth < maxDepth ? criterion.findSplit(node, rows) : undefined;
    const middle = split ? partition(rows, scratch, node, columns, split) : node.start;
    // a side may be empty where a sum of weights came out as rounding instead of 0
    if (!split || middle === node.start || middle === node.end) {
      builder.setLeaf(node.id, criterion.makeLeaf(node, rows));
      continue;
    }
    const id = builder.setSplit(node.id, split.column, split.bin);
    const depth = node.depth + 1, parent = node;
    const left: GrowingNode = { start: node.start, end: middle, depth, parent, id };
    const right: GrowingNode = { start: middle, end: node.end, depth, parent, id: id + 1 };
    [left.sibling, right.sibling] = [right, left];
    stack.push(right, left);
  }
}

/** Moves a node's left rows before its right rows, both in order; returns where the right begin. */
function partition(
  rows: Int32Array,
  scratch: Int32Array,
  { start, end }: GrowingNode,
  { bins, nRows }: BinnedColumns,
  { column, bin }: Split,
): number {
  const offset = column * nRows;
  let left = start, right = 0;
  for (let i = start; i < end; i++) {
    const row = rows[i];
    // both writes, one advance: no branch to mispredict
    const goesRight = bins[offset + row] > bin ? 1 : 0;
    rows[left] = row;
    scratch[right] = row;
    left += 1 - goesRight;
    right += goesRight;
  }
  for (let i = 0; i < right; i++) rows[left + i] = scratch[i];
  return left;
}

/** Milliseconds of work before other tasks of the thread get a turn. */
const SLICE_MS = 100;

/**
 * A function to await between pieces of long work: now and then it lets timers, messages and
 * cancellation through.
 *
 * @throws The reason of `signal` once that is aborted.
 */
export function takeTurns(signal?: AbortSignal): () => Promise<void> | void {
  let last = performance.now();
  return () => {
    signal?.throwIfAborted();
    if (performance.now() - last < SLICE_MS) return;
    return new Promise((resolve) =>
      setTimeout(() => {
        last = performance.now();
        resolve();
      })
    );
  };
}
