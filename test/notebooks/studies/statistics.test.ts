import assert from "node:assert/strict";
import { calibrateFolds } from "#studies/calibration.ts";
import { solvePositive } from "#studies/calibrators.ts";
import {
  bootstrapInterval,
  groupInterval,
  pairedGain,
  wilsonInterval,
} from "#studies/intervals.ts";

Deno.test("the score interval of 8 in 10 is Wilson's", () => {
  const { share, low, high } = wilsonInterval(8, 10);
  assert.equal(share, 0.8);
  assert.ok(Math.abs(low - 0.4902) < 1e-4 && Math.abs(high - 0.9433) < 1e-4, `${low} ${high}`);
});

Deno.test("a bootstrap interval of a mean has the width of its standard error", () => {
  const values = Float64Array.from({ length: 400 }, (_, i) => i % 2);
  const mean = (rows: Int32Array) => rows.reduce((sum, row) => sum + values[row], 0) / 400;
  const [low, high] = bootstrapInterval(400, mean, { seed: 1 });
  assert.ok(Math.abs((high - low) / (2 * 1.96 * 0.025) - 1) < 0.1, `${low} ${high}`);
  assert.deepEqual(bootstrapInterval(400, mean, { seed: 1 }), [low, high]);
});

Deno.test("a positive definite system is solved, another refused", () => {
  const x = solvePositive(Float64Array.of(4, 2, 2, 3), Float64Array.of(8, 8));
  assert.ok(Math.abs(x[0] - 1) < 1e-12 && Math.abs(x[1] - 2) < 1e-12);
  assert.throws(() => solvePositive(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1)), /pivot 1/);
});

Deno.test("a fold is calibrated by the others alone", () => {
  const seen: number[][] = [];
  const spy = {
    name: "spy",
    title: "spy",
    fit(_: Float64Array, labels: Int32Array) {
      seen.push([...labels]);
      return (other: Float64Array) => other.map((p) => p + labels[0]);
    },
  };
  const iteration = { fold: Int32Array.of(0, 1, 0), probabilities: Float64Array.of(1, 2, 3) };
  const calibrated = calibrateFolds(iteration, Int32Array.of(5, 6, 5), 1, spy);
  assert.deepEqual(seen, [[6], [5, 5]]);
  assert.deepEqual([...calibrated], [7, 7, 9]);
});

Deno.test("an interval over groups is as wide as groups are alike, not as rows are many", () => {
  // 20 groups of 20 rows, all rows of a group alike: 20 independent values, not 400
  const groups = Int32Array.from({ length: 400 }, (_, row) => Math.floor(row / 20));
  const mean = (rows: Int32Array) =>
    rows.reduce((sum, row) => sum + groups[row] % 2, 0) / rows.length;
  const [low, high] = groupInterval(groups, mean, { seed: 1 });
  const expected = 2 * 1.96 * 0.5 / Math.sqrt(20);
  assert.ok(Math.abs((high - low) / expected - 1) < 0.15, `${low} ${high}`);
});

Deno.test("a model that names every second source wrongly loses, in both scores, on any draw", () => {
  const labels = Int32Array.from({ length: 80 }, (_, row) => row % 2);
  const named = (wrong: (row: number) => boolean) =>
    Float64Array.from({ length: 640 }, (_, i) => {
      const row = Math.floor(i / 8);
      return i % 8 === (wrong(row) ? 1 - labels[row] : labels[row]) ? 0.9 : 0.01;
    });
  const groups = Int32Array.from({ length: 80 }, (_, row) => Math.floor(row / 8));
  const [right, half] = [named(() => false), named((row) => row % 4 < 2)];
  const { macro, weighted } = pairedGain(labels, right, half, { groups, seed: 1, draws: 50 });
  // of eight classes two occur: macro F1 falls from 2/8 to half of it
  assert.deepEqual([macro.before, macro.after, weighted.before, weighted.after], [
    25,
    12.5,
    100,
    50,
  ]);
  assert.deepEqual([macro.gain, weighted.gain].map(({ low, value, high }) => [low, value, high]), [
    [-12.5, -12.5, -12.5],
    [-50, -50, -50],
  ]);
});
