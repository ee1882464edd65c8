// Slow: trains 800 trees on the published table.
import assert from "node:assert/strict";
import { AUTHORS_PARAMETERS, lightgbm } from "#lib/models/lightgbm.ts";
import { classWeights } from "@csc-classify/forests";
import { Booster } from "@csc-classify/lightgbm-wasm";
import { loadLightgbm } from "#lib/models/load-lightgbm.ts";
import { readPublishedModel } from "#lib/tables/published-model.ts";
import { ignore, published } from "../published.ts";

/** What makes a tree, as the model text writes it. */
const FIELDS = [
  "split_feature",
  "threshold",
  "decision_type",
  "left_child",
  "right_child",
  "leaf_value",
  "leaf_count",
] as const;

/** One text a tree: the lines that make it. */
function trees(modelText: string): string[] {
  const lines = modelText.split("\n");
  const [first, ...others] = FIELDS.map((field) =>
    lines.filter((line) => line.startsWith(`${field}=`))
  );
  return first.map((line, tree) => [line, ...others.map((field) => field[tree])].join("\n"));
}

Deno.test({
  name: "trained as the authors did, LightGBM grows their published model again: 800 of 800 trees",
  ignore,
  async fn() {
    const { normalised, classes, modelText } = readPublishedModel(
      await published("chandra-ml/lightGBM-new.pkl"),
    );
    // scikit-learn's LabelEncoder, which the authors used, sorts the names
    const names = [...new Set(classes)].sort();
    const labels = Int32Array.from(classes, (name) => names.indexOf(name));
    const weights = classWeights(labels, names.length, { lambda: 0.07 });
    const training = { matrix: normalised, labels, nClasses: names.length, weights };
    using model = await lightgbm.fit(training, AUTHORS_PARAMETERS, { seed: 42 });

    const ours = trees(model.save()), theirTrees = trees(modelText);
    assert.equal(theirTrees.length, 800);
    assert.equal(ours.length, 800);
    const different = theirTrees.flatMap((tree, i) => tree === ours[i] ? [] : [i]);
    assert.deepEqual(different, [], "trees that differ");

    using theirs = Booster.fromText(await loadLightgbm(), modelText);
    assert.deepEqual(
      model.predictProbabilities(normalised),
      theirs.predictProbabilities(normalised),
    );
  },
});
