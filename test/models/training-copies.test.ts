import assert from "node:assert/strict";
import { copiesOf, type TrainingCopies, withCopies } from "#lib/models/copies.ts";
import { fitPipeline, type PipelineSpec } from "#lib/models/pipeline.ts";

const names = ["a", "b"];
const matrix = { values: Float64Array.of(1, 2, 3, 4, 5, 6), nRows: 3, nColumns: 2, names };
const training = { matrix, labels: Int32Array.of(0, 1, 1), nClasses: 2 };
const copies: TrainingCopies = {
  matrix: { values: Float64Array.of(10, 20, 30, 40, 50, 60), nRows: 3, nColumns: 2, names },
  parent: Int32Array.of(2, 0, 2),
  weight: Float64Array.of(0.5, 1, 0.25),
};

Deno.test("copies stand behind the rows with their parents' labels and their own weights", () => {
  const set = withCopies({ ...training, weights: Float64Array.of(1, 1, 2) }, copies);
  assert.deepEqual([...set.matrix.values], [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]);
  assert.deepEqual([...set.labels], [0, 1, 1, 1, 0, 1]);
  assert.deepEqual([...set.weights!], [1, 1, 2, 1, 1, 0.5]);
  assert.equal(set.nCopies, 3);
});

Deno.test("of the copies only those of the given rows are left, by their new places", () => {
  const kept = copiesOf(copies, [2, 1]);
  assert.deepEqual([...kept.parent], [0, 0]);
  assert.deepEqual([...kept.matrix.values], [10, 20, 50, 60]);
  assert.deepEqual([...kept.weight], [0.5, 0.25]);
});

Deno.test("a copy of a row that is not there, or of other columns, is refused", () => {
  const orphan = { ...copies, parent: Int32Array.of(2, 7, 2) };
  assert.throws(() => withCopies(training, orphan), /copy is of row 7; the training set has 3/);
  const other = { ...copies, matrix: { ...copies.matrix, names: ["a", "c"] } };
  assert.throws(() => withCopies(training, other), /copies have columns a, c/);
});

Deno.test("copies of no weight leave the model as it is", async () => {
  const nRows = 80;
  const values = Float64Array.from({ length: nRows }, (_, row) => row % 2 + row / 100);
  const set = {
    matrix: { values, nRows, nColumns: 1, names: ["a"] },
    labels: Int32Array.from({ length: nRows }, (_, row) => row % 2),
    nClasses: 2,
  };
  const spec: PipelineSpec = {
    algorithm: "gbdt",
    parameters: { rounds: 5, maxDepth: 2, learningRate: 0.3 },
    features: ["a"],
    transforms: [],
    classWeight: { power: 0.5 },
  };
  const flipped = (weight: number): TrainingCopies => ({
    matrix: { ...set.matrix, values: values.map((value) => 1.8 - value) },
    parent: Int32Array.from({ length: nRows }, (_, row) => row),
    weight: new Float64Array(nRows).fill(weight),
  });
  const predict = async (weight?: number) => {
    const learnt = weight === undefined ? set : withCopies(set, flipped(weight));
    using pipeline = await fitPipeline(spec, learnt, { seed: 1 });
    return [...pipeline.predictProbabilities(set.matrix)];
  };
  const without = await predict();
  (await predict(0)).forEach((p, i) => assert.ok(Math.abs(p - without[i]) < 1e-9));
  assert.ok((await predict(1)).some((p, i) => Math.abs(p - without[i]) > 0.1));
});
