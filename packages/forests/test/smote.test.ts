import assert from "node:assert/strict";
import { smote } from "../smote.ts";
import { matrixOf } from "./matrix-of.ts";

/** Pearson's chi-squared of counts against expected shares. */
function chiSquared(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, i) => sum + (count / total - shares[i]) ** 2 / shares[i], 0) *
    total;
}

/** A training set whose class 1 has the given rows and class 0 has `nCommon` rows far away. */
function imbalanced(nCommon: number, rare: readonly (readonly number[])[]) {
  const far = Array.from({ length: nCommon }, () => rare[0].map(() => 1e6));
  const matrix = matrixOf([...far, ...rare]);
  const labels = Int32Array.from({ length: matrix.nRows }, (_, row) => row < nCommon ? 0 : 1);
  return { matrix, labels, nClasses: 3 };
}

Deno.test("every class present grows to the largest, an absent class stays absent", () => {
  const { labels } = smote(imbalanced(50, [[0], [1], [2], [3], [4]]), { seed: 1 });
  const counts = [0, 1, 2].map((label) => labels.filter((value) => value === label).length);
  assert.deepEqual(counts, [50, 50, 0]);
});

Deno.test("the given rows come first, unchanged, and synthetic rows lie within their class", () => {
  const training = imbalanced(30, [[0, 5], [1, 6], [4, 9]]);
  const { matrix } = smote(training, { seed: 1 });
  assert.deepEqual(matrix.values.subarray(0, 66), training.matrix.values);
  for (let row = 33; row < matrix.nRows; row++) {
    const [a, b] = matrix.values.subarray(2 * row, 2 * row + 2);
    assert.ok(a >= 0 && a <= 4);
    // one gap for all columns: the rows lie on the line b = a + 5
    assert.ok(Math.abs(b - a - 5) < 1e-12);
  }
});

Deno.test("base rows, neighbours and gaps are drawn uniformly", () => {
  // row i is a_i in column i, so that a synthetic row tells its pair; rows 0-3 are everyone's
  // nearest, row 4 also the fourth neighbour of those
  const size = [1, 1.01, 1.02, 1.03, 1.04, 1.05];
  const rare = size.map((a, row) => size.map((_, column) => row === column ? a : 0));
  const nDraws = 24_000;
  const { matrix } = smote(imbalanced(nDraws + 6, rare), { neighbours: 4, seed: 7 });
  const counts = new Map<string, number>();
  const gaps = new Array<number>(10).fill(0);
  for (let row = nDraws + 12; row < matrix.nRows; row++) {
    const parts = [...matrix.values.subarray(6 * row, 6 * row + 6)];
    const [first, second] = parts.flatMap((part, column) => part > 0 ? [column] : []);
    counts.set(`${first}-${second}`, (counts.get(`${first}-${second}`) ?? 0) + 1);
    // row 5 is nobody's neighbour: here it is the base
    if (second === 5) gaps[Math.floor(10 * parts[first] / size[first])]++;
  }
  const pairs = [0, 1, 2, 3].flatMap((i) =>
    [1, 2, 3, 4, 5].filter((j) => j > i).map((j) => [`${i}-${j}`, j === 5 ? 1 / 24 : 2 / 24])
  ) as [string, number][];
  const observed = pairs.map(([pair]) => counts.get(pair) ?? 0);
  assert.equal(observed.reduce((a, b) => a + b, 0), nDraws);
  // 99.9 % points of chi-squared with 13 and 9 degrees of freedom
  assert.ok(chiSquared(observed, pairs.map(([, share]) => share)) < 34.5);
  assert.ok(chiSquared(gaps, new Array(10).fill(0.1)) < 27.9);
});

Deno.test("one neighbour and classes of two rows are enough", () => {
  // the nearest of 0, 1 and 5 are 1, 0 and 1: nothing lies between 0 and 5 but on those two ways
  const { matrix } = smote(imbalanced(200, [[0], [1], [5]]), { neighbours: 1, seed: 2 });
  const made = [...matrix.values.subarray(203)];
  assert.ok(made.every((value) => value >= 0 && value <= 5) && made.some((value) => value > 1));
  // from 5 towards 1, evenly: a third of the rows
  const far = made.filter((value) => value > 1).length;
  assert.ok(Math.abs(far / made.length - 1 / 3) < 0.12, `${far} of ${made.length}`);
  const two = smote(imbalanced(50, [[2], [4]]), { seed: 2 });
  assert.ok(two.matrix.values.subarray(52).every((value) => value >= 2 && value <= 4));
});

Deno.test("the seed decides the synthetic rows", () => {
  const training = imbalanced(40, [[0], [1], [5]]);
  const values = (seed: number) => smote(training, { seed }).matrix.values;
  assert.deepEqual(values(3), values(3));
  assert.notDeepEqual(values(3), values(4));
});

Deno.test("a missing value, sample weights and a class of one row are refused", () => {
  const training = imbalanced(9, [[0], [NaN]]);
  assert.throws(() => smote(training, { seed: 1 }), /row 10, column "a" is missing.*impute/s);
  const weights = new Float64Array(11).fill(1);
  const weighted = { ...imbalanced(9, [[0], [1]]), weights };
  assert.throws(() => smote(weighted, { seed: 1 }), /weights/);
  assert.throws(() => smote(imbalanced(9, [[0]]), { seed: 1 }), /class 1 has a single row/);
  const none = { neighbours: 0, seed: 1 };
  assert.throws(() => smote(imbalanced(9, [[0], [1]]), none), /neighbours are 0/);
});
