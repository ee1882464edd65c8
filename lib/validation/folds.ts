import { random, shuffle } from "@csc-classify/forests";

/**
 * Stratified folds: every class spread evenly over the folds, rows drawn at random.
 *
 * @param labels `[nRows]` class indices.
 * @returns `[nRows]` fold of each row, in [0, nFolds).
 * @throws RangeError when there are fewer rows than folds or fewer than two folds.
 */
export function stratifiedFolds(labels: Int32Array, nFolds: number, seed: number): Int32Array {
  checkFolds(labels.length, nFolds, "rows");
  const stream = random(seed, "stratified folds");
  const fold = new Int32Array(labels.length);
  let next = 0; // carried from class to class, so that fold sizes differ by one at most
  for (const rows of rowsByValue(labels).values()) {
    for (const row of shuffle(rows, stream)) fold[row] = next++ % nFolds;
  }
  return fold;
}

/**
 * Blocked folds: the rows of a group (a sky cell, a catalogue) share a fold, and the folds are
 * balanced by class as far as the groups allow. Greedy, largest groups first, each to the fold
 * where it makes the class shares most even; ties fall by lot.
 *
 * @param labels `[nRows]` class indices.
 * @param groups `[nRows]` group of each row, any integers.
 * @returns `[nRows]` fold of each row, in [0, nFolds); folds may be empty when a group dominates.
 * @throws RangeError when there are fewer groups than folds or fewer than two folds.
 */
export function blockedFolds(
  labels: Int32Array,
  groups: Int32Array,
  nFolds: number,
  seed: number,
): Int32Array {
  const rowsOfGroup = [...rowsByValue(groups).values()];
  checkFolds(rowsOfGroup.length, nFolds, "groups");
  const nClasses = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const classSize = new Float64Array(nClasses);
  for (const label of labels) classSize[label]++;

  shuffle(rowsOfGroup, random(seed, "blocked folds"));
  rowsOfGroup.sort((a, b) => b.length - a.length);

  const filled = Array.from({ length: nFolds }, () => new Float64Array(nClasses));
  const fold = new Int32Array(labels.length);
  for (const rows of rowsOfGroup) {
    const added = new Float64Array(nClasses);
    for (const row of rows) added[labels[row]]++;
    // the sum of squared class shares grows least where the group evens the folds most
    const cost = (shares: Float64Array) =>
      shares.reduce((sum, count, c) => {
        const before = count / classSize[c], after = (count + added[c]) / classSize[c];
        return classSize[c] ? sum + after * after - before * before : sum;
      }, 0);
    const costs = filled.map(cost);
    const chosen = costs.indexOf(Math.min(...costs));
    added.forEach((count, c) => filled[chosen][c] += count);
    for (const row of rows) fold[row] = chosen;
  }
  return fold;
}

/** Indices of the rows whose fold is, or is not, the given one. */
export function rowsOfFold(fold: Int32Array, which: number): { fit: Int32Array; held: Int32Array } {
  const rows = Int32Array.from(fold.keys());
  return {
    fit: rows.filter((row) => fold[row] !== which),
    held: rows.filter((row) => fold[row] === which),
  };
}

function rowsByValue(values: Int32Array): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  values.forEach((value, row) => {
    const list = rows.get(value);
    if (list) list.push(row);
    else rows.set(value, [row]);
  });
  return new Map([...rows].sort(([a], [b]) => a - b));
}

function checkFolds(available: number, nFolds: number, what: string): void {
  if (!Number.isInteger(nFolds) || nFolds < 2 || nFolds > available) {
    throw new RangeError(`${nFolds} folds of ${available} ${what}; use from 2 to ${available}`);
  }
}
