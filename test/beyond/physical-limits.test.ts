import assert from "node:assert/strict";
import type { Matrix } from "#lib/catalogue/matrix.ts";
import { physicalLimits } from "#lib/beyond/physical-limits.ts";

const NAMES = ["galaxy_in", "galaxy_type", "galaxy_log_lx", "galaxy_log_distance"];

function galaxy(isIn: number, type: number, logLx: number, distanceMpc: number): Matrix {
  const values = Float64Array.of(isIn, type, logLx, Math.log10(distanceMpc));
  return { values, nRows: 1, nColumns: 4, names: NAMES };
}

/** AGN, STAR, YSO, HMXB, LMXB, ULX, CV, PULSAR in eighths. */
const limited = (eighths: number[], matrix: Matrix) =>
  [...physicalLimits(Float64Array.from(eighths, (n) => n / 8), matrix)].map((p) => 8 * p);

Deno.test("in an early-type galaxy an HMXB is an LMXB", () => {
  assert.deepEqual(limited([1, 0, 0, 4, 1, 2, 0, 0], galaxy(1, -3, 39.5, 10)), [
    1,
    0,
    0,
    0,
    5,
    2,
    0,
    0,
  ]);
});

Deno.test("a source too faint for an ultraluminous one is a binary, in the shares of the model", () => {
  assert.deepEqual(limited([0, 0, 0, 3, 1, 4, 0, 0], galaxy(1, 6, 37, 10)), [
    0,
    0,
    0,
    6,
    2,
    0,
    0,
    0,
  ]);
});

Deno.test("beyond the Local Group there are no CVs or pulsars, within it there are", () => {
  assert.deepEqual(limited([0, 2, 0, 2, 0, 0, 2, 2], galaxy(1, 6, 39, 10)), [
    0,
    2,
    0,
    6,
    0,
    0,
    0,
    0,
  ]);
  assert.deepEqual(limited([0, 2, 0, 2, 0, 0, 2, 2], galaxy(1, 3, 39, 0.78)), [
    0,
    2,
    0,
    2,
    0,
    0,
    2,
    2,
  ]);
});

Deno.test("sources outside galaxies and of unknown luminosity keep what nothing excludes", () => {
  const flat = [1, 1, 1, 1, 1, 1, 1, 1];
  assert.deepEqual(limited(flat, galaxy(0, NaN, NaN, NaN)), flat);
  assert.deepEqual(limited(flat, galaxy(1, 6, NaN, 1)), flat);
});
