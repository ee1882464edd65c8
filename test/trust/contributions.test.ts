import assert from "node:assert/strict";
import { takeRows } from "@csc-classify/forests";
import { Booster } from "@csc-classify/lightgbm-wasm";
import { loadLightgbm } from "#lib/models/load-lightgbm.ts";
import { readPublishedModel } from "#lib/tables/published-model.ts";
import { ignore, published } from "../published.ts";
import { runPython } from "../reference-python.ts";

/** Contributions of the official library as raw doubles. */
const REFERENCE = `
import sys
import lightgbm as lgb, numpy as np
folder = sys.argv[1]
rows = np.fromfile(folder + "/rows.f64").reshape(-1, 41)
model = lgb.Booster(model_file=folder + "/model.txt")
model.predict(rows, pred_contrib=True, num_threads=1).astype(float).tofile(folder + "/shap.f64")
`;

Deno.test({
  name: "SHAP values of 1,000 sources under the published model are the official library's",
  ignore: ignore || !runPython,
  async fn() {
    const { normalised, modelText } = readPublishedModel(
      await published("chandra-ml/lightGBM-new.pkl"),
    );
    const rows = takeRows(normalised, Array.from({ length: 1000 }, (_, i) => 7 * i));
    using booster = Booster.fromText(await loadLightgbm(), modelText);
    const names = booster.names;
    const ours = booster.contributions({ ...rows, names });
    const raw = booster.rawScores({ ...rows, names });
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeFile(`${folder}/rows.f64`, new Uint8Array(rows.values.buffer));
      await Deno.writeTextFile(`${folder}/model.txt`, modelText);
      await runPython!(REFERENCE, folder);
      const bytes = await Deno.readFile(`${folder}/shap.f64`);
      const theirs = new Float64Array(bytes.buffer);
      assert.equal(ours.length, theirs.length);
      const worst = ours.reduce((most, shap, i) => Math.max(most, Math.abs(shap - theirs[i])), 0);
      assert.ok(worst < 1e-9, `largest difference ${worst}`);
      raw.forEach((score, i) => {
        const sum = ours.subarray(42 * i, 42 * i + 42).reduce((a, b) => a + b);
        assert.ok(Math.abs(sum - score) < 1e-9, `${sum} is not ${score}`);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
