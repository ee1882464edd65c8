import assert from "node:assert/strict";
import { varianceCriterion } from "../variance-criterion.ts";
import { random } from "../random.ts";
import { matrixOf } from "./matrix-of.ts";
import { grown, grownByHand, partsOf } from "./grown.ts";

function regressed(
  matrix: ReturnType<typeof matrixOf>,
  targets: Float64Array,
  maxDepth: number,
  weights = new Float64Array(targets.length).fill(1),
) {
  let nLeaves = 0;
  return grown(matrix, maxDepth, (columns) => {
    const makeLeaf = () => nLeaves++;
    const criterion = varianceCriterion({ columns, weights, maxDepth, makeLeaf });
    criterion.targets = targets;
    return criterion;
  });
}

Deno.test("a tree cuts where the variance of the targets falls most", () => {
  // sum^2 / n, left plus right: 25 + 1/3 after row 0, 18 after row 1, 12 after row 2
  const { leaves } = regressed(matrixOf([[1], [2], [3], [4]]), Float64Array.of(5, 1, 0, 0), 1);
  assert.deepEqual(leaves, [0, 1, 1, 1]);
});

Deno.test("equal targets are not cut", () => {
  const { trees } = regressed(matrixOf([[1], [2], [3]]), Float64Array.of(0.1, 0.1, 0.1), 3);
  assert.equal(trees.child.length, 1);
});

Deno.test("a row of weight 3 counts as three rows", () => {
  const targets = [1, 0, 0, 1, 4], weights = [3, 1, 2, 1, 1];
  const once = matrixOf([[1], [2], [3], [4], [5]]);
  const often = weights.flatMap((weight, row) => new Array<number>(weight).fill(row));
  const weighted = regressed(once, Float64Array.from(targets), 2, Float64Array.from(weights));
  const repeated = regressed(
    matrixOf(often.map((row) => [row + 1])),
    Float64Array.from(often, (row) => targets[row]),
    2,
  );
  assert.deepEqual(often.map((row) => weighted.leaves[row]), repeated.leaves);
});

Deno.test("with histograms taken from parent minus sibling the tree is that of trying every cut", () => {
  const draw = random(5, "variance brute force");
  const matrix = matrixOf(
    Array.from({ length: 150 }, () => [draw.normal(), draw.normal(), draw.normal()]),
  );
  const targets = Float64Array.from(
    { length: 150 },
    (_, row) => Math.sin(3 * matrix.values[3 * row]) + matrix.values[3 * row + 1] * draw.uniform(),
  );
  const score = (rows: readonly number[]) =>
    rows.reduce((sum, row) => sum + targets[row], 0) ** 2 / rows.length;
  const expected = grownByHand(
    matrix,
    [...Array(150).keys()],
    4,
    (rows) => rows.length < 2,
    (left, right) => score(left) + score(right),
  );
  const leafOfRow = Array.from(
    { length: 150 },
    (_, row) => expected.findIndex((rows) => rows.includes(row)),
  );
  assert.deepEqual(partsOf(regressed(matrix, targets, 4).leaves), partsOf(leafOfRow));
});

Deno.test("a root counted together with another's gives the same tree to the bit", () => {
  const stream = random(5, "roots"), n = 200, maxDepth = 3;
  const draw = () => Float64Array.from({ length: n }, () => stream.normal());
  const matrix = matrixOf(Array.from({ length: n }, () => [stream.uniform(), stream.uniform()]));
  const targets = draw(), others = draw(), weights = draw().map((w) => 1 + w * w);
  const both = Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 ? others : targets)[i >> 1]);
  let nLeaves = 0;
  const together = grown(matrix, maxDepth, (columns) => {
    const makeLeaf = () => nLeaves++;
    const criterion = varianceCriterion({ columns, weights, maxDepth, makeLeaf });
    criterion.targets = targets;
    criterion.countRoots(both, 2);
    return criterion;
  });
  const alone = regressed(matrix, targets, maxDepth, weights);
  assert.ok(alone.trees.child.length > 7);
  assert.deepEqual(together.trees, alone.trees);
  assert.notDeepEqual(regressed(matrix, others, maxDepth, weights).trees, alone.trees);
});
