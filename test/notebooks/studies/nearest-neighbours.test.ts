import assert from "node:assert/strict";
import { nearestNeighbours } from "#studies/nearest-neighbours.ts";
import { matrixOf } from "../../../packages/forests/test/matrix-of.ts";

const training = {
  matrix: matrixOf([[0], [1], [2], [10], [11]]),
  labels: Int32Array.of(0, 0, 1, 2, 2),
  nClasses: 3,
};

Deno.test("a membership is the class's share among the nearest rows", async () => {
  using model = await nearestNeighbours.fit(training, { neighbours: 3 }, { seed: 1 });
  const probabilities = model.predictProbabilities(matrixOf([[0.4], [9]]));
  assert.deepEqual([...probabilities].map((p) => Math.round(3 * p)), [2, 1, 0, 0, 1, 2]);
});

Deno.test("sample weights weigh the votes", async () => {
  const weights = Float64Array.of(1, 1, 6, 1, 1);
  using model = await nearestNeighbours.fit({ ...training, weights }, { neighbours: 3 }, {
    seed: 1,
  });
  assert.deepEqual([...model.predictProbabilities(matrixOf([[0.4]]))], [0.25, 0.75, 0]);
});

Deno.test("missing values and rows of another width are refused", async () => {
  using model = await nearestNeighbours.fit(training, {}, { seed: 1 });
  assert.throws(
    () => model.predictProbabilities(matrixOf([[NaN]])),
    /row 0, column "a" is missing/,
  );
  assert.throws(() => model.predictProbabilities(matrixOf([[1, 2]])), /2 columns.*fitted on 1/);
  const gap = { ...training, matrix: matrixOf([[0], [1], [2], [NaN], [11]]) };
  await assert.rejects(nearestNeighbours.fit(gap, {}, { seed: 1 }), /row 3.*impute/);
});
