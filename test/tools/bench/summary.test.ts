import assert from "node:assert/strict";
import { report, summarise } from "#tools/bench/summary.ts";

const side = (fitSeconds: number, probabilities: number[]) => ({
  fitSeconds,
  fitCpuSeconds: 2 * fitSeconds,
  predictSeconds: 0.001,
  peakBytes: 2 ** 20,
  probabilities: Float64Array.from(probabilities),
});
const truth = Int32Array.of(0, 1);
const right = [1, 0, 0, 1], wrong = [1, 0, 1, 0];
const pairs = [[1, 10], [3, 10], [2, 4]].map(([ours, python]) => ({
  model: "rf" as const,
  truth,
  ours: side(ours, right),
  python: side(python, wrong),
}));

Deno.test("ratios are medians over folds of each fold's own ratio", () => {
  const [{ fitRatio, fitCpuRatio, ours, python }] = summarise(pairs, ["a", "b"]);
  assert.deepEqual([fitRatio, fitCpuRatio], [0.3, 0.3]);
  assert.deepEqual([ours.fitSeconds, python.fitSeconds], [2, 10]);
});

Deno.test("F1 is of all held-out rows together, for both sides", () => {
  const [{ ours, python }] = summarise(pairs, ["a", "b"]);
  const right = { precision: 100, recall: 100, f1: 100 };
  assert.deepEqual(ours.scores, { weighted: right, classes: [right, right] });
  const [first, second] = python.scores!.classes;
  assert.deepEqual([first.precision, first.recall, second.f1], [50, 100, 0]);
  assert.ok(Math.abs(first.f1 - 200 / 3) < 1e-12);
});

Deno.test("the report puts both sides beside the limit", () => {
  const text = report(summarise(pairs, ["a", "b"]), ["a", "b"]);
  assert.match(text, /random forest \/ scikit-learn +2\.00 \/ 10\.00 +0\.300 +0\.300 +0\.250/);
  assert.match(text, /100\.0 \/ 33\.3/);
});

Deno.test("a fold of Python's counts oversampling, fit and prediction", () => {
  const smote = { ...pairs[0], model: "smote" as const };
  const models = summarise([...pairs, smote], ["a", "b"], new Map([["rf", 2]]));
  const { fold } = models.find(({ model }) => model === "rf")!;
  assert.deepEqual(fold, { ours: 2, python: 10 + 10 + 0.001 });
  assert.match(report(models, ["a", "b"], 2), /on 2 workers[^]+2\.00 \/ 20\.00 +0\.100/);
});

Deno.test("native LightGBM with as many threads stands in a row of its own", () => {
  const lightgbm = { ...pairs[0], model: "lightgbm" as const };
  const models = summarise([lightgbm], ["a", "b"], new Map([["lightgbm", 3]]), 4);
  assert.match(report(models, ["a", "b"], 2), /native, threads +3\.00 \/ 4\.00 +0\.750/);
});
