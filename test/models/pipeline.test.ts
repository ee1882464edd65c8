import assert from "node:assert/strict";
import { fitPipeline, parsePipeline, type PipelineSpec } from "#lib/models/pipeline.ts";
import { random } from "@csc-classify/forests";

const names = ["flux_b", "G", "W1"];
const labels = Int32Array.from({ length: 120 }, (_, row) => row < 70 ? 0 : row < 100 ? 1 : 2);
const stream = random(4, "pipeline test");
const values = Float64Array.from(
  { length: 360 },
  (_, i) => stream.uniform() < 0.1 ? NaN : labels[Math.floor(i / 3)] + stream.normal(),
);
const matrix = { values, nRows: 120, nColumns: 3, names };
const spec: PipelineSpec = {
  algorithm: "random-forest",
  parameters: { trees: 10, maxDepth: 6 },
  features: ["W1", "flux_b"],
  transforms: ["scale-min-max", "impute-mode"],
  oversample: { method: "smote", neighbours: 4 },
};
const training = { matrix, labels, nClasses: 3 };

Deno.test("a pipeline takes raw columns with gaps and gives probabilities by row", async () => {
  using pipeline = await fitPipeline(spec, training, { seed: 1 });
  const probabilities = pipeline.predictProbabilities(matrix);
  assert.equal(probabilities.length, 360);
  assert.ok(probabilities.every((p) => p >= 0 && p <= 1));
});

Deno.test("the model sees the chosen columns, scaled to 0-10 and without gaps", async () => {
  using pipeline = await fitPipeline(spec, training, { seed: 1 });
  const prepared = pipeline.prepare(matrix);
  assert.deepEqual(prepared.names, ["W1", "flux_b"]);
  assert.equal(prepared.values.reduce((a, b) => Math.min(a, b)), 0);
  assert.equal(prepared.values.reduce((a, b) => Math.max(a, b)), 10);
});

Deno.test("a pipeline whose model cannot be saved says so", async () => {
  using pipeline = await fitPipeline(spec, training, { seed: 1 });
  assert.throws(() => pipeline.save(), /a model of random-forest cannot be saved; use "lightgbm"/);
});

Deno.test("scaling and imputation are those of the training rows, whatever is predicted", async () => {
  using pipeline = await fitPipeline(spec, training, { seed: 1 });
  const before = JSON.stringify(pipeline.states);
  pipeline.predictProbabilities({ ...matrix, values: values.map((value) => 100 * value) });
  assert.equal(JSON.stringify(pipeline.states), before);
});

Deno.test("a missing column, an unknown algorithm and a foreign file are refused by name", async () => {
  const fit = (change: object) =>
    fitPipeline({ ...spec, ...change } as PipelineSpec, training, { seed: 1 });
  await assert.rejects(fit({ features: ["flux_x"] }), /no column "flux_x"/);
  await assert.rejects(fit({ algorithm: "svm" }), /no algorithm "svm"; use lightgbm/);
  assert.throws(
    () => parsePipeline('{"format":"other"}'),
    /format "other", expected "csc-classify/,
  );
});
