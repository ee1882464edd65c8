import assert from "node:assert/strict";
import type { PipelineSpec } from "#lib/models/pipeline.ts";
import { type LabelledSources } from "@csc-classify/chandra-sources";
import { predictAcrossFolds } from "#studies/across-folds.ts";

const N = 24;

/** Two folds that contradict each other: what is an AGN in one is a STAR in the other. */
function sample(): LabelledSources {
  const values = Float64Array.from({ length: N }, (_, row) => row % 2);
  return {
    origin: { kind: "table", description: "a sample", sha256: "" },
    names: Array.from({ length: N }, (_, row) => `s${row}`),
    ra: new Float64Array(N),
    dec: new Float64Array(N),
    matrix: { values, nRows: N, nColumns: 1, names: ["f"] },
    labels: Int32Array.from({ length: N }, (_, row) => row < N / 2 ? row % 2 : 1 - row % 2),
  };
}

const parameters = { trees: 3, maxDepth: 2 };
const spec: PipelineSpec = {
  algorithm: "random-forest",
  parameters,
  features: ["f"],
  transforms: [],
};

Deno.test("a source of a parent is asked of the model that has not seen it, any other of all models", async () => {
  const fold = Int32Array.from({ length: N }, (_, row) => row < N / 2 ? 0 : 1);
  const matrix = { values: Float64Array.of(0, 1), nRows: 2, nColumns: 1, names: ["f"] };
  const tables = { made: { matrix, foldOf: [0, 1] }, other: { matrix } };
  const found = await predictAcrossFolds(sample(), spec, { fold, tables, seed: 1 });
  assert.deepEqual(found.rows(), [
    // learnt from fold 1, where 0 is a STAR
    ["made", 0, 0, "STAR"],
    ["other", 0, 0, "STAR"],
    ["other", 0, 1, "AGN"],
    // learnt from fold 0, where 1 is a STAR
    ["made", 1, 1, "STAR"],
    ["other", 1, 0, "AGN"],
    ["other", 1, 1, "STAR"],
  ]);
});
