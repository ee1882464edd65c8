import assert from "node:assert/strict";
import { cholesky } from "@csc-classify/chandra-sources/simulation-statistics";
import { nearestCorrelation } from "#tools/derive/correlations.ts";

Deno.test("a proper correlation matrix stays as it is", () => {
  const [, [first], [second, third]] = nearestCorrelation([[], [0.6], [0.1, -0.3]]);
  assert.deepEqual([first, second, third].map((r) => Number(r.toFixed(9))), [0.6, 0.1, -0.3]);
});

Deno.test("correlations that contradict each other become some that do not, of the same signs", () => {
  const near = nearestCorrelation([[], [0.9], [0.9, -0.9]]);
  assert.ok(near[1][0] > 0.3 && near[2][0] > 0.3 && near[2][1] < -0.3);
  const factor = cholesky(near);
  // the last entry would be shrunk to nothing if the matrix were still not positive definite
  assert.ok(Math.abs(factor[1] - near[1][0]) < 1e-12);
});
