import assert from "node:assert/strict";
import { gradientBoosting } from "../gradient-boosting.ts";
import { matrixOf } from "./matrix-of.ts";
import { accuracy, toySet } from "./toy-set.ts";

const training = toySet(1), unseen = toySet(2);

Deno.test("one round on four rows gives the probabilities worked out by hand", async () => {
  // priors log 1/4 and log 3/4; residuals of class 0: 0.75, -0.25, -0.25, -0.25; cut after row 0;
  // leaves 1/2 * 0.75 / (0.75 * 0.25) = 2 and 1/2 * -0.75 / (3 * 0.25 * 0.75) = -2/3, class 1 the
  // negatives; learning rate 0.1
  const set = {
    matrix: matrixOf([[1], [2], [3], [4]]),
    labels: Int32Array.of(0, 1, 1, 1),
    nClasses: 2,
  };
  using model = await gradientBoosting.fit(set, { rounds: 1, maxDepth: 1 }, { seed: 1 });
  const probabilities = model.predictProbabilities(matrixOf([[1.4], [1.6]]));
  const expected = [1 / (1 + 3 * Math.exp(-0.4)), 1 / (1 + 3 * Math.exp(0.4 / 3))];
  assert.ok(Math.abs(probabilities[0] - expected[0]) < 1e-14);
  assert.ok(Math.abs(probabilities[2] - expected[1]) < 1e-14);
});

Deno.test("boosting classifies unseen rows and its probabilities sum to 1", async () => {
  using model = await gradientBoosting.fit(training, { rounds: 40 }, { seed: 1 });
  const probabilities = model.predictProbabilities(unseen.matrix);
  for (let row = 0; row < 450; row++) {
    const sum = probabilities.subarray(3 * row, 3 * row + 3).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 1) < 1e-12);
  }
  // the Bayes classifier of these classes reaches 0.89
  assert.ok(accuracy(probabilities, unseen.labels) > 0.8);
});

Deno.test("a row of weight 2 counts as two rows", async () => {
  const twice = Int32Array.from({ length: 100 }, (_, i) => i % 60);
  const rows = (list: ArrayLike<number>) =>
    Array.from(list, (row) => [...training.matrix.values.subarray(4 * row, 4 * row + 4)]);
  const weights = Float64Array.from({ length: 60 }, (_, row) => row < 40 ? 2 : 1);
  const labels = (list: Int32Array) => list.map((row) => training.labels[row]);
  const once = Int32Array.from({ length: 60 }, (_, row) => row);
  const sets = [
    { matrix: matrixOf(rows(once)), labels: labels(once), weights },
    { matrix: matrixOf(rows(twice)), labels: labels(twice) },
  ];
  const [weighted, repeated] = await Promise.all(sets.map(async (set) => {
    using model = await gradientBoosting.fit({ ...set, nClasses: 3 }, { rounds: 5 }, { seed: 1 });
    return model.predictProbabilities(unseen.matrix);
  }));
  weighted.forEach((p, i) => assert.ok(Math.abs(p - repeated[i]) < 1e-9));
});

Deno.test("the same rows give the same model to the bit, whatever the seed", async () => {
  const predict = async (seed: number) =>
    (await gradientBoosting.fit(training, { rounds: 3 }, { seed }))
      .predictProbabilities(unseen.matrix);
  assert.deepEqual(await predict(1), await predict(2));
});

Deno.test("a class without rows stays all but impossible", async () => {
  using model = await gradientBoosting.fit({ ...training, nClasses: 4 }, { rounds: 5 }, {
    seed: 1,
  });
  const probabilities = model.predictProbabilities(unseen.matrix);
  assert.ok(probabilities.every((p, i) => i % 4 !== 3 || p < 1e-5));
});

Deno.test("progress is told after each round, and an aborted fit rejects with the reason", async () => {
  const done: number[] = [];
  const controller = new AbortController();
  const onProgress = (share: number) => {
    done.push(share);
    if (done.length === 2) controller.abort(new Error("enough"));
  };
  const options = { seed: 1, onProgress, signal: controller.signal };
  await assert.rejects(gradientBoosting.fit(training, { rounds: 4 }, options), /enough/);
  assert.deepEqual(done, [0.25, 0.5]);
});

Deno.test("senseless parameters are refused", async () => {
  const refuse = (parameters: object, message: RegExp) =>
    assert.rejects(gradientBoosting.fit(training, parameters, { seed: 1 }), message);
  await refuse({ rounds: -1 }, /rounds is -1/);
  await refuse({ learningRate: 0 }, /learningRate is 0; use a number in \(0, 1\]/);
  const weights = new Float64Array(450).fill(-1);
  const fit = gradientBoosting.fit({ ...training, weights }, {}, { seed: 1 });
  await assert.rejects(fit, /row 0: weight -1/);
});
