import assert from "node:assert/strict";
import { randomForest } from "../random-forest.ts";
import { matrixOf } from "./matrix-of.ts";
import { accuracy, toySet } from "./toy-set.ts";

const training = toySet(1), unseen = toySet(2);

Deno.test("a forest classifies unseen rows and its probabilities sum to 1", async () => {
  using forest = await randomForest.fit(training, { trees: 60 }, { seed: 1 });
  const probabilities = forest.predictProbabilities(unseen.matrix);
  for (let row = 0; row < 450; row++) {
    const sum = probabilities.subarray(3 * row, 3 * row + 3).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 1) < 1e-12);
  }
  // the Bayes classifier of these classes reaches 0.89
  assert.ok(accuracy(probabilities, unseen.labels) > 0.8);
});

Deno.test("by votes a membership is a share of the trees", async () => {
  const parameters = { trees: 8, maxDepth: 2, membership: "votes" } as const;
  using forest = await randomForest.fit(training, parameters, { seed: 1 });
  const probabilities = forest.predictProbabilities(unseen.matrix);
  assert.ok(probabilities.every((p) => Number.isInteger(8 * p)));
  const frequencies = { ...parameters, membership: "frequencies" } as const;
  using other = await randomForest.fit(training, frequencies, { seed: 1 });
  assert.notDeepEqual(other.predictProbabilities(unseen.matrix), probabilities);
});

Deno.test("the seed decides the forest, to the bit", async () => {
  const predict = async (seed: number) =>
    (await randomForest.fit(training, { trees: 5 }, { seed })).predictProbabilities(unseen.matrix);
  assert.deepEqual(await predict(7), await predict(7));
  assert.notDeepEqual(await predict(7), await predict(8));
});

Deno.test("no tree is deeper than asked", async () => {
  // one cut a tree gives two leaves: at most two distinct rows of probabilities
  using forest = await randomForest.fit(training, { trees: 1, maxDepth: 1 }, { seed: 3 });
  const probabilities = forest.predictProbabilities(unseen.matrix);
  const rows = Array.from({ length: 450 }, (_, row) => probabilities.slice(3 * row, 3 * row + 3));
  assert.equal(new Set(rows.map(String)).size, 2);
});

Deno.test("a class of weight 0 is never predicted", async () => {
  const weights = Float64Array.from(training.labels, (label) => label === 2 ? 0 : 1);
  using forest = await randomForest.fit({ ...training, weights }, { trees: 20 }, { seed: 1 });
  const probabilities = forest.predictProbabilities(unseen.matrix);
  assert.ok(probabilities.every((p, i) => i % 3 !== 2 || p === 0));
});

Deno.test("progress is told after each tree, and an aborted fit rejects with the reason", async () => {
  const done: number[] = [];
  const controller = new AbortController();
  const onProgress = (share: number) => {
    done.push(share);
    if (done.length === 3) controller.abort(new Error("enough"));
  };
  const options = { seed: 1, onProgress, signal: controller.signal };
  await assert.rejects(randomForest.fit(training, { trees: 10 }, options), /enough/);
  assert.deepEqual(done, [0.1, 0.2, 0.3]);
});

Deno.test("senseless parameters and training sets are refused", async () => {
  const refuse = (set: Partial<typeof training>, parameters: object, message: RegExp) =>
    assert.rejects(randomForest.fit({ ...training, ...set }, parameters, { seed: 1 }), message);
  await refuse({}, { trees: 0 }, /trees is 0; use a whole number from 1/);
  await refuse({}, { maxDepth: 2.5 }, /maxDepth is 2.5/);
  await refuse({ labels: Int32Array.of(1) }, {}, /450 rows have 1 labels/);
  await refuse({ nClasses: 2 }, {}, /row 2: label 2 is not in 0..1/);
  await refuse({ matrix: matrixOf([[NaN]]), labels: Int32Array.of(0) }, {}, /impute first/);
});
