import assert from "node:assert/strict";
import { calibrationScores } from "#studies/calibration.ts";
import { CALIBRATORS, isotonicScaling, temperatureScaling } from "#studies/calibrators.ts";
import { random } from "@csc-classify/forests";

/** Rows whose labels are drawn from their probabilities, which are then sharpened to `power`. */
function overconfident(nRows: number, power: number) {
  const stream = random(1, "overconfident");
  const labels = new Int32Array(nRows), probabilities = new Float64Array(3 * nRows);
  for (let row = 0; row < nRows; row++) {
    const scores = [0, 1, 2].map(() => Math.exp(1.5 * stream.normal()));
    const sum = scores.reduce((a, b) => a + b);
    const draw = stream.uniform() * sum;
    labels[row] = draw < scores[0] ? 0 : draw < scores[0] + scores[1] ? 1 : 2;
    const sharp = scores.map((score) => score ** power), total = sharp.reduce((a, b) => a + b);
    sharp.forEach((score, c) => probabilities[3 * row + c] = score / total);
  }
  return { probabilities, labels };
}

Deno.test("temperature scaling finds the temperature that made predictions overconfident", () => {
  const { probabilities, labels } = overconfident(20_000, 2.5);
  const temperature = temperatureScaling.temperature(probabilities, labels, 3);
  assert.ok(Math.abs(temperature - 2.5) < 0.1, `${temperature}`);
});

Deno.test("every calibrator brings overconfident predictions near their true probabilities", () => {
  const { probabilities, labels } = overconfident(20_000, 2.5);
  assert.ok(calibrationScores(probabilities, labels, 3).ece > 0.1);
  for (const calibrator of CALIBRATORS) {
    const calibrated = calibrator.fit(probabilities, labels, 3)(probabilities);
    const { ece } = calibrationScores(calibrated, labels, 3);
    assert.ok(ece < 0.015, `${calibrator.name}: ${ece}`);
    for (let start = 0; start < 300; start += 3) {
      const sum = calibrated[start] + calibrated[start + 1] + calibrated[start + 2];
      assert.ok(Math.abs(sum - 1) < 1e-12);
    }
  }
});

Deno.test("isotonic regression pools neighbours that are out of order", () => {
  // class 0 at probabilities 0.1 (no), 0.4 (yes), 0.6 (no), 0.9 (yes): 0.4 and 0.6 pool to 1/2
  const probabilities = Float64Array.of(0.1, 0.9, 0.4, 0.6, 0.6, 0.4, 0.9, 0.1);
  const calibrate = isotonicScaling.fit(probabilities, Int32Array.of(1, 0, 1, 0), 2);
  const [half] = calibrate(Float64Array.of(0.5, 0.5));
  assert.equal(half, 0.5);
  assert.ok(calibrate(Float64Array.of(0.95, 0.05))[0] > 0.999);
});
