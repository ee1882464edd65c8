import assert from "node:assert/strict";
import { bootstrap } from "../random-forest.ts";
import { random } from "../random.ts";

Deno.test("a bootstrap sample draws as many rows as there are, each as often as any other", () => {
  const nRows = 50, nSamples = 2000;
  const drawn = new Float64Array(nRows);
  let distinct = 0;
  const stream = random(1, "bootstrap test");
  for (let sample = 0; sample < nSamples; sample++) {
    const { rows, weights } = bootstrap(nRows, stream);
    assert.equal(weights.reduce((sum, weight) => sum + weight, 0), nRows);
    weights.forEach((weight, row) => drawn[row] += weight);
    distinct += rows.length;
  }
  // 99.9 % point of chi-squared with 49 degrees of freedom
  const chi = drawn.reduce((sum, count) => sum + (count - nSamples) ** 2 / nSamples, 0);
  assert.ok(chi < 85.4);
  assert.ok(chi > 23.9);
  // a row is drawn at all with chance 1 - (1 - 1/50)^50
  assert.ok(Math.abs(distinct / nSamples / nRows - (1 - 0.98 ** 50)) < 0.004);
});

Deno.test("sample weights multiply the counts, and rows of weight 0 are left out", () => {
  const sampleWeights = Float64Array.of(0.5, 0, 2, 1);
  const plain = bootstrap(4, random(9)), weighted = bootstrap(4, random(9), sampleWeights);
  assert.deepEqual(weighted.weights, plain.weights.map((count, row) => count * sampleWeights[row]));
  assert.deepEqual([...weighted.rows], [...plain.rows].filter((row) => row !== 1));
});
