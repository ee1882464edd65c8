import assert from "node:assert/strict";
import { random } from "@csc-classify/forests";
import { perceptron } from "#studies/perceptron.ts";
import { matrixOf } from "../../../packages/forests/test/matrix-of.ts";

/** Two classes that no straight line parts: inside and outside a circle. */
function circle(nRows: number, seed: number) {
  const stream = random(seed, "circle");
  const rows = Array.from({ length: nRows }, () => [0, 0].map(() => 4 * stream.uniform() - 2));
  const labels = Int32Array.from(rows, ([x, y]) => x * x + y * y < 2 ? 0 : 1);
  return { matrix: matrixOf(rows), labels, nClasses: 2 };
}

Deno.test("it learns what no straight line parts, on rows that it has not seen", async () => {
  using model = await perceptron.fit(circle(1000, 1), { epochs: 20, batch: 32 }, { seed: 1 });
  const unseen = circle(500, 2);
  const probabilities = model.predictProbabilities(unseen.matrix);
  const right = unseen.labels.filter((label, i) => probabilities[2 * i + label] > 0.5).length;
  assert(right >= 475, `${right} of 500 are right`);
});

Deno.test("Adam's first step moves each bias by the learning rate, towards the truth", async () => {
  // m / sqrt(v) of the first step is the sign of the gradient (Kingma & Ba 2015, section 2.1)
  const one = { matrix: matrixOf([[1, 2]]), labels: Int32Array.of(1), nClasses: 3 };
  using model = await perceptron.fit(one, { epochs: 1, learningRate: 0.25 }, { seed: 1 });
  const { parts } = model as unknown as { parts: Float32Array[] };
  const steps = [...parts[3]].map((step) => Math.round(1e4 * step) / 1e4);
  assert.deepEqual(steps, [-0.25, 0.25, -0.25]);
});

Deno.test("a row of no weight teaches nothing", async () => {
  const rows = circle(100, 1);
  const lied = { ...rows, labels: rows.labels.map((label, i) => i < 50 ? label : 1 - label) };
  const weights = Float64Array.from(rows.labels, (_, i) => i < 50 ? 1 : 0);
  using honest = await perceptron.fit({ ...rows, weights }, {}, { seed: 1 });
  using deceived = await perceptron.fit({ ...lied, weights }, {}, { seed: 1 });
  const { matrix } = circle(100, 2);
  assert.deepEqual(honest.predictProbabilities(matrix), deceived.predictProbabilities(matrix));
});

Deno.test("a seed decides the model, to the bit", async () => {
  const rows = circle(100, 1);
  using first = await perceptron.fit(rows, { epochs: 2 }, { seed: 1 });
  using again = await perceptron.fit(rows, { epochs: 2 }, { seed: 1 });
  using other = await perceptron.fit(rows, { epochs: 2 }, { seed: 2 });
  const probabilities = first.predictProbabilities(rows.matrix);
  assert.deepEqual(again.predictProbabilities(rows.matrix), probabilities);
  assert.notDeepEqual(other.predictProbabilities(rows.matrix), probabilities);
  assert(Math.abs(probabilities[0] + probabilities[1] - 1) < 1e-12);
});

Deno.test("missing values and other columns are refused", async () => {
  using model = await perceptron.fit(circle(10, 1), { epochs: 1 }, { seed: 1 });
  assert.throws(() => model.predictProbabilities(matrixOf([[1, NaN]])), /row 0.*missing/);
  assert.throws(() => model.predictProbabilities(matrixOf([[1]])), /1 columns.*fitted on 2/);
});
