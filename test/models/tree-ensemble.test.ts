import assert from "node:assert/strict";
import { type Booster, parseTrees, rawScores, treeShap } from "@csc-classify/lightgbm-wasm";
import { lightgbm } from "#lib/models/lightgbm.ts";
import { LIGHTGBM_BUILD } from "#lib/models/load-lightgbm.ts";
import { random, softmaxRows } from "@csc-classify/forests";

const built = await Deno.stat(LIGHTGBM_BUILD.module).then(() => true, () => false);

/** A small model on columns with and without missing values, and awkward rows to score. */
async function example() {
  const stream = random(1, "tree-ensemble");
  const nRows = 600, nColumns = 5, names = ["a", "b", "c", "d", "e"];
  const cell = (column: number) =>
    column > 1 && stream.uniform() < 0.3 ? NaN : Math.round(8 * stream.normal()) / 8;
  const table = (n: number) => ({
    values: Float64Array.from({ length: n * nColumns }, (_, i) => cell(i % nColumns)),
    nRows: n,
    nColumns,
    names,
  });
  const matrix = table(nRows);
  const labels = Int32Array.from({ length: nRows }, (_, row) => {
    const [a, b, c] = matrix.values.subarray(row * nColumns);
    return Number.isNaN(c) ? 2 : a + b > 0 ? 1 : 0;
  });
  const parameters = { num_iterations: 12, num_leaves: 8 };
  const training = { matrix, labels, nClasses: 3 };
  const model = await lightgbm.fit(training, parameters, { seed: 1 }) as Booster;
  const rows = table(200);
  rows.values.set([NaN, NaN, NaN, NaN, NaN, 1e300, -1e300, 0, -0, 5e-324]);
  return { model, rows, trees: parseTrees(model.save()) };
}

Deno.test({
  name: "raw scores equal LightGBM's to the bit, missing and extreme values included",
  ignore: !built,
  async fn() {
    const { model, rows, trees } = await example();
    using _ = model;
    assert.deepEqual(rawScores(trees, rows.values, rows.nRows), model.rawScores(rows));
  },
});

Deno.test({
  name: "probabilities equal LightGBM's to the last bit of exp",
  ignore: !built,
  async fn() {
    const { model, rows, trees } = await example();
    using _ = model;
    const ours = softmaxRows(rawScores(trees, rows.values, rows.nRows), 3);
    const theirs = model.predictProbabilities(rows);
    ours.forEach((p, i) => assert.ok(Math.abs(p - theirs[i]) <= 2 * Number.EPSILON * p));
  },
});

Deno.test({
  name: "TreeSHAP equals LightGBM's contributions, and its parts sum to the raw score",
  ignore: !built,
  async fn() {
    const { model, rows, trees } = await example();
    using _ = model;
    const theirs = model.contributions(rows), raw = model.rawScores(rows);
    const width = rows.nColumns + 1;
    for (const row of [0, 1, 2, 50, 199]) {
      const values = rows.values.subarray(row * rows.nColumns, (row + 1) * rows.nColumns);
      for (let label = 0; label < 3; label++) {
        const ours = treeShap(trees, values, label);
        const start = (row * 3 + label) * width;
        ours.forEach((phi, i) => assert.ok(Math.abs(phi - theirs[start + i]) < 1e-12));
        const sum = ours.reduce((total, phi) => total + phi, 0);
        assert.ok(Math.abs(sum - raw[row * 3 + label]) < 1e-12);
      }
    }
  },
});

Deno.test("a tree of hand: missing values go where the model text says", () => {
  // one class, one node: x <= 1.5 -> 10, else 20; NaN-aware, default right (8) or left (10)
  const text = (type: number) =>
    "tree\nnum_tree_per_iteration=1\nfeature_names=x\n\nTree=0\nnum_leaves=2\nnum_cat=0\n" +
    `split_feature=0\nthreshold=1.5\ndecision_type=${type}\nleft_child=-1\nright_child=-2\n` +
    "leaf_value=10 20\nleaf_count=3 1\ninternal_count=4\nis_linear=0\n";
  const values = Float64Array.of(1.5, 1.5000000000000002, NaN);
  assert.deepEqual([...rawScores(parseTrees(text(8)), values, 3)], [10, 20, 20]);
  assert.deepEqual([...rawScores(parseTrees(text(10)), values, 3)], [10, 20, 10]);
  // no missing values in training (2): NaN counts as 0
  assert.deepEqual([...rawScores(parseTrees(text(2)), values, 3)], [10, 20, 10]);
  // Shapley by hand: mean = 0.75 * 10 + 0.25 * 20
  assert.deepEqual([...treeShap(parseTrees(text(8)), Float64Array.of(9), 0)], [7.5, 12.5]);
});

Deno.test("categorical and zero-as-missing models are refused", () => {
  const text = "tree\nnum_tree_per_iteration=1\n\nTree=0\nnum_cat=1\n";
  assert.throws(() => parseTrees(text), /categorical/);
});

Deno.test("a model text whose trees are none is refused: no row goes round in a circle for ever", () => {
  const parts = {
    num_leaves: "3",
    num_cat: "0",
    split_feature: "0 1",
    threshold: "1 2",
    decision_type: "8 8",
    left_child: "1 -1",
    right_child: "-3 -2",
    leaf_value: "1 2 3",
    leaf_count: "5 5 5",
    internal_count: "15 10",
  };
  const text = (changes: Partial<typeof parts> = {}, head = "num_tree_per_iteration=1") =>
    `tree\n${head}\nfeature_names=a b\n\nTree=0\n` +
    Object.entries({ ...parts, ...changes }).map((entry) => entry.join("=")).join("\n") + "\n";
  const rows = Float64Array.of(0, 0, 0, 3, 2, 0);
  assert.deepEqual([...rawScores(parseTrees(text()), rows, 3)], [1, 2, 3]);
  const wrong: [changes: Partial<typeof parts>, message: RegExp][] = [
    [{ left_child: "0 -1" }, /tree 0 .* node 0 leads back to 0/],
    [{ left_child: "1 0" }, /node 1 leads back to 0/],
    [{ left_child: "1 1" }, /node 1 leads back to 1/],
    [{ left_child: "1 -2" }, /two ways lead to -2/],
    [{ left_child: "2 -1" }, /node 0 leads to 2, which is not there/],
    [{ left_child: "1 -4" }, /node 1 leads to -4, which is not there/],
    [{ left_child: "1 0.5" }, /node 1 leads to 0\.5/],
    [{ left_child: "1" }, /not of one length/],
    [{ leaf_value: "1 2" }, /not of one length/],
    [{ split_feature: "0 2" }, /a column that is none of the 2/],
    [{ split_feature: "0 -1" }, /a column that is none of the 2/],
    [{ leaf_value: "1 nan 3" }, /no number/],
    [{ leaf_value: "1 1e999 3" }, /no number/],
    [{ threshold: "1 x" }, /no number/],
    [{ leaf_count: "5 inf 5" }, /no number/],
  ];
  for (const [changes, message] of wrong) {
    assert.throws(() => parseTrees(text(changes)), (error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, message, JSON.stringify(changes));
      return true;
    });
  }
  for (const head of ["", "num_tree_per_iteration=0", "num_tree_per_iteration=2"]) {
    assert.throws(() => parseTrees(text({}, head)), /is no divisor/);
  }
});
