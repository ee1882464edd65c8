import assert from "node:assert/strict";
import { giniCriterion } from "../gini-criterion.ts";
import { random } from "../random.ts";
import { matrixOf } from "./matrix-of.ts";
import { grown, grownByHand, partsOf } from "./grown.ts";

const stream = () => random(1, "gini test");

/** One tree that tries all columns; also the class weights of each leaf. */
function gini(
  matrix: ReturnType<typeof matrixOf>,
  labels: Int32Array,
  weights: Float64Array,
  maxDepth = 99,
) {
  const leafWeights: number[][] = [];
  const result = grown(matrix, maxDepth, (columns) => {
    const criterion = giniCriterion({
      columns,
      labels,
      nClasses: 3,
      nTried: matrix.nColumns,
      makeLeaf: (classWeights) => leafWeights.push([...classWeights]) - 1,
    });
    criterion.begin(weights, stream());
    return criterion;
  });
  return { ...result, leafWeights };
}

const ones = (n: number) => new Float64Array(n).fill(1);

Deno.test("a tree cuts where the Gini impurity is least, until its leaves are pure", () => {
  // sum of squares over weight, left plus right: 3 after row 0, 3.67 after row 1, 2.67, 3
  const matrix = matrixOf([[1], [2], [3], [4], [5]]);
  const { trees, leaves, leafWeights } = gini(matrix, Int32Array.of(0, 0, 1, 1, 0), ones(5));
  assert.deepEqual([...trees.child], [1, ~0, 3, ~1, ~2]);
  assert.deepEqual([trees.bin[0], trees.bin[2]], [1, 3]);
  assert.deepEqual(leaves, [0, 0, 1, 1, 2]);
  assert.deepEqual(leafWeights, [[2, 0, 0], [0, 2, 0], [1, 0, 0]]);
});

Deno.test("weights move the cut and add up in the leaves", () => {
  // after row 0: 1 + (8^2 + 9^2) / 17 = 9.5; after row 1: 1 + 8; after row 2: (9^2 + 1) / 10 + 8
  const matrix = matrixOf([[1], [2], [3], [4]]);
  const heavy = gini(matrix, Int32Array.of(0, 1, 0, 1), Float64Array.of(1, 1, 8, 8), 1);
  assert.deepEqual(heavy.leaves, [0, 0, 0, 1]);
  assert.deepEqual(heavy.leafWeights, [[9, 1, 0], [0, 8, 0]]);
});

Deno.test("a cut lies halfway through the bins that are empty in its node", () => {
  // after the first cut, by column b, the left node holds a = 0 and a = 6 of the bins 0..6
  const rows = [[0, 0], [6, 0], ...[1, 2, 3, 4, 5].map((a) => [a, 1])];
  const { trees } = gini(matrixOf(rows), Int32Array.of(0, 1, 2, 2, 2, 2, 2), ones(7));
  assert.deepEqual([trees.column[0], trees.column[1], trees.bin[1]], [1, 0, 2]);
});

Deno.test("the tree is the one that trying every cut gives", () => {
  const draw = random(3, "gini brute force");
  const matrix = matrixOf(
    Array.from({ length: 120 }, () => [draw.normal(), draw.normal(), draw.normal()]),
  );
  const labels = Int32Array.from(
    { length: 120 },
    (_, row) => Math.floor(Math.abs(matrix.values[3 * row] + draw.normal())) % 3,
  );
  const counts = (rows: readonly number[]) =>
    [0, 1, 2].map((label) => rows.filter((row) => labels[row] === label).length);
  const squares = (rows: readonly number[]) =>
    counts(rows).reduce((sum, count) => sum + count * count, 0) / rows.length;
  const expected = grownByHand(
    matrix,
    [...Array(120).keys()],
    5,
    (rows) => counts(rows).includes(rows.length),
    (left, right) => squares(left) + squares(right),
  );
  const leafOfRow = Array.from(
    { length: 120 },
    (_, row) => expected.findIndex((rows) => rows.includes(row)),
  );
  assert.deepEqual(partsOf(gini(matrix, labels, ones(120), 5).leaves), partsOf(leafOfRow));
});

Deno.test("rows that no column tells apart share a leaf", () => {
  const matrix = matrixOf([[1, 2], [1, 2], [1, 2]]);
  const { leafWeights } = gini(matrix, Int32Array.of(0, 1, 1), ones(3));
  assert.deepEqual(leafWeights, [[1, 2, 0]]);
});
