/** Class frequencies of a forest's leaves, equal ones held once: most leaves are of one class. */
export class LeafTable {
  readonly #rows: Float64Array[] = [];
  readonly #index = new Map<string, number>();

  /** @param membership Whether a leaf keeps its class frequencies or votes for the largest. */
  constructor(readonly membership: "frequencies" | "votes") {}

  /**
   * Number of the leaf with these class weights.
   *
   * @param classWeights `[nClasses]`; copied.
   */
  add(classWeights: Float64Array): number {
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
  const winner = weights.indexOf(Math.max(...weights));
  return weights.map((_, label) => label === winner ? 1 : 0);
}
