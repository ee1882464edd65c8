import assert from "node:assert/strict";
import { fileSha256, sha256 } from "@csc-classify/safe-files";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { modelDigest, readModel, writeModel } from "#lib/scoring/model-folder.ts";
import type { SavedClassifier } from "#lib/trust/saved-classifier.ts";
import { classifierProvenance } from "#lib/scoring/product-provenance.ts";
import { setRules, smallClassifier } from "./small-pipeline.ts";
import { inFolder } from "../in-folder.ts";

const write = (folder: string) => writeModel(folder, new SourceClassifier(smallClassifier()));

Deno.test("a model is named by the digest of its seals, in its folder and in every product", () =>
  inFolder(async (folder) => {
    await write(folder);
    const digest = await fileSha256(`${folder}/SHA256SUMS`);
    const classifier = await readModel(folder);
    assert.equal(modelDigest(classifier), digest);
    assert.equal(classifierProvenance(classifier)["sha256 of the classifier"], digest);
    const seals = (await Deno.readTextFile(`${folder}/SHA256SUMS`)).trim().split("\n");
    assert.equal(seals.length, 4);
    for (const line of seals) {
      const [seal, name] = line.split("  ");
      assert.equal(seal, sha256(await Deno.readTextFile(`${folder}/${name}`)), name);
    }
  }));

Deno.test("a model without its seals, or with one edited, is refused", () =>
  inFolder(async (folder) => {
    await write(folder);
    const pipeline = await Deno.readTextFile(`${folder}/pipeline.json`);
    await Deno.writeTextFile(`${folder}/pipeline.json`, pipeline.replace("0.25", "0.26"));
    await assert.rejects(readModel(folder), /pipeline\.json is not as SHA256SUMS has it/);
    await Deno.writeTextFile(`${folder}/pipeline.json`, pipeline);
    await Deno.remove(`${folder}/SHA256SUMS`);
    await assert.rejects(readModel(folder), /SHA256SUMS .*make the folder again with deno task/);
  }));

Deno.test({
  name: "a pipe in place of a model's file is refused, and not waited for",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      await write(folder);
      await Deno.remove(`${folder}/lightgbm.txt`);
      const { success } = await new Deno.Command("mkfifo", { args: [`${folder}/lightgbm.txt`] })
        .output();
      assert.ok(success);
      await assert.rejects(readModel(folder), /lightgbm\.txt, is no regular file \(a pipe/);
    }),
});

Deno.test("a folder of format 1 gets one sentence: what it is and how to make it anew", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/pipeline.json`,
      '{\n  "format": "csc-classify classifier 1",\n  "name": "ours"\n}\n',
    );
    await assert.rejects(
      readModel(folder),
      /is a classifier of format 1, .* make it anew with deno task report --only 05/,
    );
  }));

Deno.test("a sealed folder whose numbers cannot be is refused with the field", () =>
  inFolder(async (folder) => {
    await write(folder);
    const text = await Deno.readTextFile(`${folder}/pipeline.json`);
    const wrong = JSON.parse(text);
    wrong.decision.sets[4].thresholds[2] = 1e9;
    const made = JSON.stringify(wrong, null, 2) + "\n";
    await Deno.writeTextFile(`${folder}/pipeline.json`, made);
    const seals = await Deno.readTextFile(`${folder}/SHA256SUMS`);
    await Deno.writeTextFile(`${folder}/SHA256SUMS`, seals.replace(sha256(text), sha256(made)));
    await assert.rejects(readModel(folder), /decision\.sets\[4\]\.thresholds must be 8 values/);
  }));

Deno.test("what a saved classifier says is checked: lengths, ranges, order", () => {
  const { decision, training, pipeline } = smallClassifier();
  const wrong: [change: Partial<SavedClassifier>, message: RegExp][] = [
    [{ decision: { ...decision, powers: [1, 1] } }, /decision\.powers must be 8 values/],
    [{ decision: { ...decision, powers: [0, ...decision.powers.slice(1)] } }, /powers .*above 0/],
    [{ decision: { ...decision, mostFromAbsence: 0.1 } }, /mostFromAbsence must be from 0\.125/],
    [{ decision: { ...decision, coverage: 1 } }, /coverage must be between 0 and 1/],
    [{ decision: { ...decision, sets: setRules(() => 0.5).slice(1) } }, /sets must be 9 cases/],
    [{ decision: { ...decision, sets: setRules(() => 0.5).toReversed() } }, /sets\[0\] must be in/],
    [{ decision: { ...decision, limitedSets: decision.sets } }, /limitedSets must be with/],
    [{ training: { ...training, ra: [] } }, /training\.ra must be 1 values/],
    [{ training: { ...training, labels: [8] } }, /training\.labels must be classes, 0 to 7/],
    [{ pipeline: { ...pipeline, states: [] } }, /pipeline\.states must be 1/],
    [
      { pipeline: { ...pipeline, spec: { ...pipeline.spec, features: ["G"] } } },
      /features must be 2, as the trees have/,
    ],
  ];
  for (const [change, message] of wrong) {
    assert.throws(() => new SourceClassifier(smallClassifier(change)), message);
  }
});

Deno.test("limits of hosts asked of a classifier without them are refused", () => {
  const classifier = new SourceClassifier(smallClassifier());
  const sources = {
    origin: { kind: "table" as const, description: "", sha256: "" },
    names: ["a"],
    ra: Float64Array.of(1),
    dec: Float64Array.of(1),
    matrix: { values: Float64Array.of(12, 1e-14), nRows: 1, nColumns: 2, names: ["G", "flux_b"] },
  };
  assert.throws(() => classifier.classify(sources, { hostLimits: true }), /has no limits of hosts/);
});
