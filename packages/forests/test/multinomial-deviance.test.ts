import assert from "node:assert/strict";
import { softmaxRows } from "../algorithm.ts";
import { newtonStep } from "../gradient-boosting.ts";

Deno.test("class probabilities are exp(score) over the row's sum, even for huge scores", () => {
  const scores = Float64Array.of(Math.log(1), Math.log(3), 1000, 1000);
  softmaxRows(scores, 2, scores);
  assert.deepEqual(
    [...scores].map((p) => p.toFixed(12)),
    ["0.25", "0.75", "0.5", "0.5"].map((p) => Number(p).toFixed(12)),
  );
});

Deno.test("a leaf's value is Friedman's Newton step over its rows, by weight", () => {
  // rows 0 and 2, K = 4: 3/4 (2 * 0.8 - 0.4) / (2 * 0.8 * 0.2 + 0.4 * 0.6) = 0.9 / 0.56
  const residuals = Float64Array.of(0.8, 99, -0.4), weights = Float64Array.of(2, 99, 1);
  const step = newtonStep(Int32Array.of(0, 2), residuals, weights, 4);
  assert.ok(Math.abs(step - 0.9 / 0.56) < 1e-14);
});

Deno.test("a leaf without curvature takes no step", () => {
  assert.equal(newtonStep(Int32Array.of(0), Float64Array.of(1), Float64Array.of(1), 2), 0);
});
