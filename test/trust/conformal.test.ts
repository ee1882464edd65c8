import assert from "node:assert/strict";
import { random } from "@csc-classify/forests";
import { conformalSets, conformalThresholds, thresholdOf } from "#lib/trust/conformal.ts";

Deno.test("the threshold of four rows at 60 per cent is the third largest probability", () => {
  // rank 5 x 0.6 = 3 of 0.9, 0.8, 0.7, 0.2; class 1 has one row: rank 2 x 0.6 = 1.2 > 1
  const probabilities = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.7, 0.3, 0.8, 0.2, 0.4, 0.6);
  const thresholds = conformalThresholds(probabilities, Int32Array.of(0, 0, 0, 0, 1), 2, 0.6);
  assert.deepEqual([...thresholds], [0.7, 0]);
});

Deno.test("a threshold between two rows is interpolated, and covers what it should on average", () => {
  // rank 5 x 0.7 = 3.5: half way from 0.7 to 0.2
  const own = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.7, 0.3, 0.8, 0.2);
  const [threshold] = conformalThresholds(own, new Int32Array(4), 2, 0.7);
  assert.ok(Math.abs(threshold - 0.45) < 1e-15, String(threshold));
  // 33 rows uniform on (0, 1): the coverage is 1 - threshold; rounded up, rank 33 would give 0.9706
  const stream = random(8, "coverage"), n = 33, draws = 4000;
  let covered = 0;
  for (let draw = 0; draw < draws; draw++) {
    const p = Float64Array.from({ length: n }, () => stream.uniform());
    covered += 1 - conformalThresholds(p, new Int32Array(n), 1, 0.95)[0];
  }
  // standard error 0.0005
  assert.ok(Math.abs(covered / draws - 0.95) < 0.002, String(covered / draws));
});

Deno.test("a class whose threshold a probability reaches is in the set", () => {
  const sets = conformalSets(Float64Array.of(0.7, 0.3, 0.6, 0.4), Float64Array.of(0.7, 0.35));
  assert.deepEqual([...sets], [1, 0, 0, 1]);
});

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
