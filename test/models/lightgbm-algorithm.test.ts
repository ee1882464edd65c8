import assert from "node:assert/strict";
import { AUTHORS_PARAMETERS, lightgbm } from "#lib/models/lightgbm.ts";
import { Booster } from "@csc-classify/lightgbm-wasm";
import { loadLightgbm } from "#lib/models/load-lightgbm.ts";
import { threeClasses } from "../../packages/lightgbm-wasm/test/samples.ts";

const PARAMETERS = { ...AUTHORS_PARAMETERS, num_iterations: 5, num_leaves: 7 };
const training = { ...threeClasses(), nClasses: 3 };

Deno.test("a saved model loads to equal predictions", async () => {
  using model = await lightgbm.fit(training, PARAMETERS, { seed: 1 });
  using again = Booster.fromText(await loadLightgbm(), model.save());
  const probabilities = model.predictProbabilities(training.matrix);
  assert.equal(probabilities.length, 300 * 3);
  assert.deepEqual(again.predictProbabilities(training.matrix), probabilities);
});

Deno.test("the seed decides the model when rows are drawn", async () => {
  const drawn = { ...PARAMETERS, bagging_fraction: 0.5, bagging_freq: 1 };
  const texts = [];
  for (const seed of [1, 1, 2]) {
    using model = await lightgbm.fit(training, drawn, { seed });
    texts.push(model.save());
  }
  assert.equal(texts[0], texts[1]);
  assert.notEqual(texts[0], texts[2]);
});

Deno.test("sample weights change the model", async () => {
  using weighted = await lightgbm.fit(training, PARAMETERS, { seed: 1 });
  using even = await lightgbm.fit({ ...training, weights: undefined }, PARAMETERS, { seed: 1 });
  assert.notDeepEqual(
    weighted.predictProbabilities(training.matrix),
    even.predictProbabilities(training.matrix),
  );
});

Deno.test("progress is the share of rounds done", async () => {
  const shares: number[] = [];
  const onProgress = (done: number) => shares.push(done);
  using _ = await lightgbm.fit(training, PARAMETERS, { seed: 1, onProgress });
  assert.deepEqual(shares, [0.2, 0.4, 0.6, 0.8, 1]);
});

Deno.test("what the training set decides is no parameter", async () => {
  const parameters = { ...PARAMETERS, num_class: 8 };
  await assert.rejects(lightgbm.fit(training, parameters, { seed: 1 }), {
    name: "TypeError",
    message: "LightGBM parameter num_class is set by the fit; leave it out",
  });
});

Deno.test("a description names the settings of the paper", () => {
  assert.equal(
    lightgbm.describe(AUTHORS_PARAMETERS),
    "LightGBM 4.6.0, 100 rounds, 31 leaves, learning rate 0.1",
  );
});
