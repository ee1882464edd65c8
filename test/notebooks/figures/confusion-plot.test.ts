import assert from "node:assert/strict";
import { normaliseRows, totalCounts } from "#figures/confusion-plot.ts";
import { membershipProbabilities } from "#figures/figure-4.ts";

Deno.test("rows are normalised by the true class; an absent class stays zero", () => {
  assert.deepEqual(normaliseRows([[3, 1], [0, 0]]), [[0.75, 0.25], [0, 0]]);
});

Deno.test("counts of iterations add up, by true and predicted class", () => {
  const sure = (...labels: number[]) => ({
    fold: new Int32Array(labels.length),
    probabilities: Float64Array.from(
      { length: 8 * labels.length },
      (_, i) => labels[Math.floor(i / 8)] === i % 8 ? 1 : 0,
    ),
  });
  const counts = totalCounts({ iterations: [sure(0, 1), sure(0, 2)] }, Int32Array.of(0, 2));
  assert.deepEqual(counts.map((row) => row.slice(0, 3)).slice(0, 3), [[2, 0, 0], [0, 0, 0], [
    0,
    1,
    1,
  ]]);
  assert.equal(counts.flat().reduce((sum, count) => sum + count), 4);
});

Deno.test("the CMP is the highest probability of a row", () => {
  const probabilities = Float64Array.of(0.2, 0.5, 0.3, 0.4, 0.4, 0.2);
  assert.deepEqual([...membershipProbabilities(probabilities, 3)], [0.5, 0.4]);
});
