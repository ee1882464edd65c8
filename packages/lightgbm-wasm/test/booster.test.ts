import assert from "node:assert/strict";
import { Booster, Dataset } from "../booster.ts";
import { train } from "../train.ts";
import { builtLightgbm } from "./built.ts";
import { rows, STUMP, THREE_CLASSES, threeClasses } from "./samples.ts";

const lightgbm = await builtLightgbm();

async function stump(values: number[], labels: number[], parameters = {}) {
  const full = { ...STUMP, ...parameters };
  const matrix = rows(...values.map((value) => [value]));
  using dataset = new Dataset(lightgbm, { matrix, labels, parameters: full });
  return await train(dataset, full);
}

async function threeClassBooster() {
  const sample = threeClasses();
  using dataset = new Dataset(lightgbm, { ...sample, parameters: THREE_CLASSES });
  return { ...sample, booster: await train(dataset, THREE_CLASSES) };
}

Deno.test("a regression stump predicts the mean of each side", async () => {
  using booster = await stump([1, 2, 8, 9], [10, 20, 40, 50]);
  // the single split that explains most is 10, 20 | 40, 50
  const predicted = [...booster.predictProbabilities(rows([0], [4.9], [5.1], [100]))];
  assert.deepEqual(predicted.map((value) => Math.round(value * 1e4) / 1e4), [15, 15, 45, 45]);
});

Deno.test("a binary stump moves the mean log-odds by one Newton step", async () => {
  using booster = await stump([1, 2, 3, 8], [0, 0, 1, 1], { objective: "binary" });
  // start: log(2/2) = 0, so p = 1/2, gradients p - y, second derivatives 1/4;
  // best split 1, 2 | 3, 8: steps -(2 * 1/2) / (2/4) = -2 and +2
  const scores = booster.rawScores(rows([1], [8]));
  assert.ok(Math.abs(scores[0] + 2) < 1e-6 && Math.abs(scores[1] - 2) < 1e-6, `${scores}`);
  const [low, high] = booster.predictProbabilities(rows([1], [8]));
  assert.ok(Math.abs(low - 1 / (1 + Math.exp(2))) < 1e-6);
  assert.ok(Math.abs(high - 1 / (1 + Math.exp(-2))) < 1e-6);
});

Deno.test("sample weights pull the leaf value to the weighted mean", async () => {
  const matrix = rows([1], [1], [9], [9]);
  const data = { matrix, labels: [0, 10, 100, 100], weights: [3, 1, 1, 1], parameters: STUMP };
  using dataset = new Dataset(lightgbm, data);
  using booster = await train(dataset, STUMP);
  const [left] = booster.predictProbabilities(rows([1]));
  assert.ok(Math.abs(left - 2.5) < 1e-4, `${left}: expected (3 * 0 + 1 * 10) / 4`);
});

Deno.test("missing values go to the side that fits them", async () => {
  for (const [label, expected] of [[10, 10], [50, 50]]) {
    using booster = await stump([1, 2, 8, 9, NaN, NaN], [10, 10, 50, 50, label, label]);
    const [predicted] = booster.predictProbabilities(rows([NaN]));
    assert.ok(Math.abs(predicted - expected) < 1e-4, `${predicted}, expected ${expected}`);
  }
});

Deno.test("class probabilities are the softmax of the raw scores and sum to one", async () => {
  const { matrix, booster } = await threeClassBooster();
  using _ = booster;
  const probabilities = booster.predictProbabilities(matrix), scores = booster.rawScores(matrix);
  assert.equal(probabilities.length, 300 * 3);
  for (let row = 0; row < 300; row++) {
    const exps = [...scores.subarray(3 * row, 3 * row + 3)].map(Math.exp);
    const total = exps[0] + exps[1] + exps[2];
    exps.forEach((value, i) => {
      assert.ok(Math.abs(probabilities[3 * row + i] - value / total) < 1e-12);
    });
  }
});

Deno.test("contributions of a row and class sum to its raw score", async () => {
  const { matrix, booster } = await threeClassBooster();
  using _ = booster;
  const contributions = booster.contributions(matrix), scores = booster.rawScores(matrix);
  assert.equal(contributions.length, 300 * 3 * 6);
  scores.forEach((score, i) => {
    const sum = contributions.subarray(6 * i, 6 * i + 6).reduce((a, b) => a + b);
    assert.ok(Math.abs(sum - score) < 1e-9, `${i}: ${sum}, expected ${score}`);
  });
});

Deno.test("importance counts the splits and adds up the gains of each feature", async () => {
  const matrix = rows([1, 5], [2, 5], [8, 5], [9, 5]);
  using dataset = new Dataset(lightgbm, { matrix, labels: [10, 10, 50, 50], parameters: STUMP });
  using booster = await train(dataset, STUMP);
  assert.deepEqual([...booster.importance("split")], [1, 0]);
  // gain of the split: (sum of residuals)^2 / rows of each side = 40^2/2 + 40^2/2
  const [gain, none] = booster.importance("gain");
  assert.ok(Math.abs(gain - 1600) < 1e-3 && none === 0, `${gain}, ${none}`);
});

Deno.test("a model read from its text predicts the same to the bit", async () => {
  const { matrix, booster } = await threeClassBooster();
  using _ = booster;
  const text = booster.save();
  using again = Booster.fromText(lightgbm, text);
  assert.deepEqual(again.predictProbabilities(matrix), booster.predictProbabilities(matrix));
  assert.deepEqual(again.contributions(matrix), booster.contributions(matrix));
  assert.deepEqual(again.names, ["a", "b", "c", "d", "e"]);
  assert.equal(again.rounds, 10);
  assert.equal(again.nClasses, 3);
});

Deno.test("rows beyond one block get the predictions they get alone", async () => {
  using booster = await stump([1, 2, 8, 9], [10, 20, 40, 50]);
  // 2 contributions a row: blocks of 131,072 rows
  const nRows = 150_000, values = Float64Array.from({ length: nRows }, (_, row) => row % 10);
  const all = booster.contributions({ values, nRows, nColumns: 1, names: ["a"] });
  for (const row of [0, 131_071, 131_072, 149_999]) {
    assert.deepEqual(all.slice(2 * row, 2 * row + 2), booster.contributions(rows([row % 10])));
  }
});

Deno.test("a text that is no model is refused", () => {
  assert.throws(() => Booster.fromText(lightgbm, "<html>"), {
    name: "TypeError",
    message: /not a LightGBM model: the text begins "<html>"/,
  });
  const text = "tree\nversion=v4\nfeature_names=a b\n";
  assert.throws(() => Booster.fromText(lightgbm, text), {
    name: "LightgbmError",
    message: /BoosterLoadModelFromString: .*number of classes/,
  });
});

Deno.test("rows that do not fit the model are refused by name", async () => {
  const { matrix, booster } = await threeClassBooster();
  using _ = booster;
  assert.throws(() => booster.predictProbabilities(rows([1, 2])), {
    name: "RangeError",
    message: "the matrix has 2 columns, the model was fitted on 5; give it the same features",
  });
  const names = ["a", "c", "b", "d", "e"];
  assert.throws(() => booster.predictProbabilities({ ...matrix, names }), {
    name: "TypeError",
    message: /column 1 is "c" where the model has "b"/,
  });
  assert.throws(() => booster.rawScores(rows([1, 2, 3, Infinity, 5])), {
    name: "RangeError",
    message: /row 0, "d" is Infinity; expected a finite number, or NaN/,
  });
});

Deno.test("a booster that has been disposed of refuses to predict", async () => {
  const { matrix, booster } = await threeClassBooster();
  booster[Symbol.dispose]();
  booster[Symbol.dispose]();
  assert.throws(() => booster.predictProbabilities(matrix), /this Booster has been disposed of/);
});
