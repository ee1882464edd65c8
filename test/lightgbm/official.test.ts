import assert from "node:assert/strict";
import { loadLightgbm } from "#lib/lightgbm/load-lightgbm.ts";
import { PYTHON as PROJECT_PYTHON } from "#lib/setup/python-environment.ts";
import { THREE_CLASSES, threeClasses } from "./samples.ts";

const PYTHON = Deno.env.get("CSC_REFERENCE_PYTHON") ?? PROJECT_PYTHON;
const official = await python("import lightgbm; print(lightgbm.__version__)").catch(() => "");
if (!official) console.log(`skipped: ${PYTHON} has no lightgbm (CSC_REFERENCE_PYTHON names one)`);

async function python(code: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(PYTHON, {
    args: ["-c", code, ...args],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

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
  ignore: !official,
  async fn() {
    const lightgbm = await loadLightgbm();
    const { matrix, labels, weights } = threeClasses();
    using dataset = lightgbm.dataset({ matrix, labels, weights, parameters: THREE_CLASSES });
    using ours = await lightgbm.train(dataset, THREE_CLASSES);
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/ours.txt`, ours.toText());
      const sample = {
        values: [...matrix.values].map((value) => Number.isNaN(value) ? null : value),
        labels: [...labels],
        weights: [...weights],
        parameters: THREE_CLASSES,
      };
      await Deno.writeTextFile(`${folder}/sample.json`, JSON.stringify(sample));
      await python(REFERENCE, folder);
      const predicted = JSON.parse(await Deno.readTextFile(`${folder}/predicted.json`));
      assertClose(ours.predictProbabilities(matrix), predicted.ours, 1e-12);
      assertClose(ours.contributions(matrix), predicted.contributions, 1e-12);
      const theirText = await Deno.readTextFile(`${folder}/theirs.txt`);
      using theirs = lightgbm.boosterFromText(theirText);
      assertClose(theirs.predictProbabilities(matrix), predicted.theirs, 1e-12);
      // same parameters, same rows: the training itself agrees too
      assertClose(ours.predictProbabilities(matrix), predicted.theirs, 1e-12);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
