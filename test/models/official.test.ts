// Slow: makes an environment with the official LightGBM.
import assert from "node:assert/strict";
import { Booster, Dataset, train } from "@csc-classify/lightgbm-wasm";
import { loadLightgbm } from "#lib/models/load-lightgbm.ts";
import { runPython } from "../reference-python.ts";
import { THREE_CLASSES, threeClasses } from "../../packages/lightgbm-wasm/test/samples.ts";

/** Trains a model there and predicts with it and with ours. */
const REFERENCE = `
import json, sys
import lightgbm as lgb, numpy as np
folder = sys.argv[1]
sample = json.load(open(folder + "/sample.json"))
matrix = np.array(sample["values"], dtype=float).reshape(-1, 5)
data = lgb.Dataset(matrix, sample["labels"], weight=sample["weights"], feature_name=list("abcde"))
theirs = lgb.train({**sample["parameters"], "num_threads": 1, "verbosity": -1}, data)
theirs.save_model(folder + "/theirs.txt")
ours = lgb.Booster(model_file=folder + "/ours.txt")
json.dump({
  "theirs": theirs.predict(matrix).ravel().tolist(),
  "ours": ours.predict(matrix).ravel().tolist(),
  "contributions": ours.predict(matrix, pred_contrib=True).ravel().tolist(),
}, open(folder + "/predicted.json", "w"))
`;

function assertClose(actual: Float64Array, expected: number[], tolerance: number) {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) <= tolerance, `${i}: ${value}, ${expected[i]}`);
  });
}

Deno.test({
  name: "models saved here load in the official library and the other way round",
  ignore: !runPython,
  async fn() {
    const lightgbm = await loadLightgbm();
    const { matrix, labels, weights } = threeClasses();
    using dataset = new Dataset(lightgbm, { matrix, labels, weights, parameters: THREE_CLASSES });
    using ours = await train(dataset, THREE_CLASSES);
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/ours.txt`, ours.save());
      const sample = {
        values: [...matrix.values].map((value) => Number.isNaN(value) ? null : value),
        labels: [...labels],
        weights: [...weights],
        parameters: THREE_CLASSES,
      };
      await Deno.writeTextFile(`${folder}/sample.json`, JSON.stringify(sample));
      await runPython!(REFERENCE, folder);
      const predicted = JSON.parse(await Deno.readTextFile(`${folder}/predicted.json`));
      assertClose(ours.predictProbabilities(matrix), predicted.ours, 1e-12);
      assertClose(ours.contributions(matrix), predicted.contributions, 1e-12);
      const theirText = await Deno.readTextFile(`${folder}/theirs.txt`);
      using theirs = Booster.fromText(lightgbm, theirText);
      assertClose(theirs.predictProbabilities(matrix), predicted.theirs, 1e-12);
      // same parameters, same rows: the training itself agrees too
      assertClose(ours.predictProbabilities(matrix), predicted.theirs, 1e-12);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
