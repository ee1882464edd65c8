import assert from "node:assert/strict";
import pl from "nodejs-polars";
import {
  calibrationErrors,
  calibrationScores,
  reliability,
  toFieldMix,
} from "#studies/calibration.ts";

// CMP 0.9 right, 0.8 right, 0.8 wrong, 0.6 wrong
const PROBABILITIES = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.8, 0.2, 0.6, 0.4);
const LABELS = Int32Array.of(0, 1, 1, 1);

function isClose(actual: number, expected: number) {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);
}

Deno.test("calibration scores of four rows are those worked out by hand", () => {
  const { ece, brier, logScore } = calibrationScores(PROBABILITIES, LABELS, 2, 10);
  // bins 0.9 (1 row), 0.8 (2 rows, half right), 0.6 (1 row, wrong)
  isClose(ece, (0.1 + 2 * 0.3 + 0.6) / 4);
  isClose(brier, 2 * (0.1 ** 2 + 0.2 ** 2 + 0.8 ** 2 + 0.6 ** 2) / 4);
  isClose(logScore, -(Math.log(0.9) + Math.log(0.8) + Math.log(0.2) + Math.log(0.4)) / 4);
});

Deno.test("of frames the calibration error is worked out group by group, a probability of 1 with the last bin", () => {
  const rows = pl.DataFrame({
    view: ["a", "a", "a", "a", "b", "b"],
    cmp: [0.9, 0.8, 0.8, 0.6, 1, 0.95],
    right: [true, true, false, false, true, false],
  });
  const errors = calibrationErrors(rows, ["view"]);
  assert.deepEqual(errors.getColumn("view").toArray(), ["a", "b"]);
  const [a, b] = errors.getColumn("ECE").toArray() as number[];
  isClose(a, calibrationScores(PROBABILITIES, LABELS, 2).ece);
  isClose(b, 0.975 - 0.5);
});

Deno.test("the same predictions have the same calibration error to the last bit", () => {
  const cmp = Array.from({ length: 3000 }, (_, i) => 0.01 + 0.98 * ((i * 0.6180339887) % 1));
  const rows = pl.DataFrame({ view: cmp.map(() => "a"), cmp, right: cmp.map((_, i) => i % 3 > 0) });
  const errors = Array.from(
    { length: 40 },
    () => calibrationErrors(rows, ["view"]).getColumn("ECE").get(0),
  );
  assert.equal(new Set(errors).size, 1);
});

Deno.test("a probability of 1 belongs to the last bin and empty bins are left out", () => {
  assert.deepEqual(reliability(Float64Array.of(1, 0.95, 0.05), [true, false, false], 10), [
    { n: 1, probability: 0.05, share: 0 },
    { n: 2, probability: 0.975, share: 0.5 },
  ]);
});

Deno.test("a certain and wrong prediction has a finite log score", () => {
  const { logScore } = calibrationScores(Float64Array.of(1, 0), Int32Array.of(1), 2);
  isClose(logScore, 15 * Math.LN10);
});

Deno.test("a field of one class is found to be so, and an even one stays as it is", () => {
  // probabilities as a calibrated model gives them where both classes are as common
  const field = (share: number) =>
    Float64Array.from({ length: 2000 }, (_, i) => {
      const p = (i >> 1) / 1000 < share ? 0.8 : 0.2;
      return i % 2 ? 1 - p : p;
    });
  // 80 % of a pure field look like the class: the mix that explains this is (nearly) pure
  const pure = toFieldMix(field(0.8), [0.5, 0.5]);
  assert.ok(pure.mix[0] > 0.9, `${pure.mix[0]}`);
  assert.ok(pure.probabilities[2 * 900] > 0.7, "what looked like the other class no longer does");
  const even = toFieldMix(field(0.5), [0.5, 0.5]);
  assert.ok(Math.abs(even.mix[0] - 0.5) < 1e-6);
  assert.ok(even.probabilities.every((p, i) => Math.abs(p - field(0.5)[i]) < 1e-6));
});

Deno.test("a field of three sources keeps most of the training mix", () => {
  const { mix } = toFieldMix(Float64Array.of(0.9, 0.1, 0.9, 0.1, 0.9, 0.1), [0.5, 0.5]);
  assert.ok(mix[0] > 0.5 && mix[0] < 0.6, `${mix[0]}`);
});
