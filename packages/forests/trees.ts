/**
 * Binary trees in flat arrays, one after the other. The two children of a node are neighbours:
 * a row goes to `child` when its bin is at most `bin`, else to `child + 1`. At a leaf, `child` is
 * the bitwise complement of the leaf's number, thus negative.
 */
export interface Trees {
  /** `[nTrees]` node where each tree starts. */
  readonly roots: Int32Array;
  /** `[nNodes]` column that a node splits on. */
  readonly column: Uint16Array;
  /** `[nNodes]` last bin that goes left. */
  readonly bin: Uint8Array;
  /** `[nNodes]` left child, or ~leaf. */
  readonly child: Int32Array;
}

/** Collects nodes while trees grow. */
export class TreesBuilder {
  readonly #roots: number[] = [];
  readonly #column: number[] = [];
  readonly #bin: number[] = [];
  readonly #child: number[] = [];

  /** Starts a tree; returns its root. */
  addRoot(): number {
    this.#roots.push(this.#child.length);
    return this.#add();
  }

  /** Makes `node` a leaf. */
  setLeaf(node: number, leaf: number): void {
    this.#child[node] = ~leaf;
  }

  /** Makes `node` a split; returns the left child, the right one is the next. */
  setSplit(node: number, column: number, bin: number): number {
    this.#column[node] = column;
    this.#bin[node] = bin;
    const child = this.#child[node] = this.#add();
    this.#add();
    return child;
  }

  /** The trees so far. */
  build(): Trees {
    return {
      roots: Int32Array.from(this.#roots),
      column: Uint16Array.from(this.#column),
      bin: Uint8Array.from(this.#bin),
      child: Int32Array.from(this.#child),
    };
  }

  /** A node that is neither leaf nor split yet. */
  #add(): number {
    this.#column.push(0);
    this.#bin.push(0);
    return this.#child.push(0) - 1;
  }
}

/** Leaf that a row, given as bins starting at `start`, falls into. */
export function leafOf(trees: Trees, root: number, bins: Uint8Array, start: number): number {
  const { column, bin, child } = trees;
  let node = root, next = child[node];
  while (next >= 0) {
    node = bins[start + column[node]] > bin[node] ? next + 1 : next;
    next = child[node];
  }
  return ~next;
}

/** Class frequencies of a forest's leaves, equal ones held once: most leaves are of one class. */
export class LeafTable {
  readonly #rows: Float64Array[] = [];
  /** Leaf of each class alone: the quick way for most leaves. */
  readonly #pure: number[] = [];
  readonly #index = new Map<string, number>();

  /** @param membership Whether a leaf keeps its class frequencies or votes for the largest. */
  constructor(readonly membership: "frequencies" | "votes") {}

  /**
   * Number of the leaf with these class weights.
   *
   * @param classWeights `[nClasses]`; copied.
   */
  add(classWeights: Float64Array): number {
    const only = onlyClass(classWeights);
    if (only >= 0) {
      return this.#pure[only] ??= this.#rows.push(oneHot(classWeights.length, only)) - 1;
    }
    const row = this.membership === "votes" ? vote(classWeights) : normalise(classWeights);
    const key = row.join(), leaf = this.#index.get(key) ?? this.#rows.push(row) - 1;
    this.#index.set(key, leaf);
    return leaf;
  }

  /** `[nLeaves x nClasses]`, each row summing to 1. */
  build(): Float64Array {
    const nClasses = this.#rows[0]?.length ?? 0;
    const table = new Float64Array(this.#rows.length * nClasses);
    this.#rows.forEach((row, leaf) => table.set(row, leaf * nClasses));
    return table;
  }
}

function normalise(weights: Float64Array): Float64Array {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** The lowest of the most frequent classes takes all. */
function vote(weights: Float64Array): Float64Array {
  return oneHot(weights.length, weights.indexOf(Math.max(...weights)));
}

function oneHot(nClasses: number, label: number): Float64Array {
  const row = new Float64Array(nClasses);
  row[label] = 1;
  return row;
}

/** The only class with weight, or -1. */
function onlyClass(weights: Float64Array): number {
  let only = -1;
  for (let label = 0; label < weights.length; label++) {
    if (weights[label] === 0) continue;
    if (only >= 0) return -1;
    only = label;
  }
  return only;
}
