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
    const key = row.join();
    let leaf = this.#index.get(key);
    if (leaf === undefined) {
      leaf = this.#rows.push(row) - 1;
      this.#index.set(key, leaf);
    }
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
