import assert from "node:assert/strict";
import { random } from "@csc-classify/forests";
import { parseTrees, rawScores } from "@csc-classify/lightgbm-wasm";
import { treeScorer } from "@csc-classify/lightgbm-wasm/trees";

/** More than 16, so that what a row lacks takes more than one letter. */
const COLUMNS = 20;

/** Trees of so many leaves, grown at random: any leaf is split next, at any column and value. */
function modelOf(leaves: readonly number[], seed: number): string {
  const stream = random(seed, "tree-scorer");
  const trees = leaves.map((n, t) => {
    const left: number[] = [], right: number[] = [];
    for (let node = 0; node < n - 1; node++) {
      // LightGBM's way: the leaf that is split stays at the left, the new one has the next number
      const split = node === 0 ? 0 : stream.integer(node + 1);
      for (const kids of [left, right]) {
        const at = kids.indexOf(~split);
        if (at >= 0) kids[at] = node;
      }
      left.push(~split);
      right.push(~(node + 1));
    }
    const many = (length: number, of: () => number) => Array.from({ length }, of).join(" ");
    return [
      `Tree=${t}`,
      `num_leaves=${n}`,
      "num_cat=0",
      `split_feature=${many(n - 1, () => stream.integer(COLUMNS))}`,
      `threshold=${many(n - 1, () => stream.integer(7) - 3)}`,
      // missing is NaN and goes left or right, or there was none in training
      `decision_type=${many(n - 1, () => [2, 8, 10][stream.integer(3)])}`,
      `left_child=${left.join(" ")}`,
      `right_child=${right.join(" ")}`,
      `leaf_value=${many(n, () => stream.normal())}`,
      `leaf_count=${many(n, () => 1)}`,
      `internal_count=${many(n - 1, () => 2)}`,
    ].join("\n");
  });
  return `tree\nnum_tree_per_iteration=2\nfeature_names=${NAMES}\n\n${trees.join("\n\n")}\n`;
}

const NAMES = Array.from({ length: COLUMNS }, (_, i) => `c${i}`).join(" ");
const VALUES = [
  NaN,
  NaN,
  NaN,
  -Infinity,
  -4,
  -3,
  -1.5,
  -0,
  0,
  1,
  2.5,
  3,
  Infinity,
  5e-324,
  -5e-324,
];

for (
  const [leaves, words] of [
    [[12, 2, 32, 1, 31, 7], "up to 32 leaves"],
    [[3, 33, 12, 60], "more leaves"],
  ] as const
) {
  Deno.test(`trees of ${words} give every row the scores of those who go down them`, () => {
    for (let seed = 0; seed < 10; seed++) {
      const trees = parseTrees(modelOf(leaves, seed)), stream = random(seed, "rows"), nRows = 1500;
      const values = Float64Array.from(
        { length: nRows * COLUMNS },
        () => VALUES[stream.integer(VALUES.length)],
      );
      const scores = treeScorer(trees), expected = rawScores(trees, values, nRows);
      assert.deepEqual(scores(values, nRows), expected);
      // by now it knows a thousand ways of what rows lack, and not all
      assert.deepEqual(scores(values, nRows), expected);
    }
  });
}
