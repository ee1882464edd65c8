import assert from "node:assert/strict";
import { thresholdOf } from "#lib/trust/fit-decision.ts";

Deno.test("the rank of a threshold is worked out by hand from one row to many", () => {
  // rank 2 x 0.5 = 1 of one row: that row; 2 x 0.6 is more than there are rows; 2 x 0.25 is below one
  assert.equal(thresholdOf([0.4], 0.5), 0.4);
  assert.equal(thresholdOf([0.4], 0.6), 0);
  assert.equal(thresholdOf([0.4], 0.25), 0.4);
  // of three rows, in any order: ranks 4 x 0.25, 0.5, 0.75 and, half-way from the second to the third, 0.625
  const three = [0.2, 0.8, 0.5];
  assert.deepEqual([0.25, 0.5, 0.75].map((share) => thresholdOf(three, share)), [0.8, 0.5, 0.2]);
  assert.ok(Math.abs(thresholdOf(three, 0.625) - 0.35) < 1e-12);
  assert.ok(Math.abs(thresholdOf(three, 0.3125) - 0.725) < 1e-12); // rank 1.25: a quarter of the way
  assert.equal(thresholdOf(three, 0.76), 0);
  assert.deepEqual(three, [0.2, 0.8, 0.5]);
  assert.equal(thresholdOf([], 0.5), 0);
});
