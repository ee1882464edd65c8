import assert from "node:assert/strict";
import type { Matrix } from "#lib/catalogue/matrix.ts";
import { physicalLimits } from "#lib/trust/physical-limits.ts";

const NAMES = ["galaxy_in", "galaxy_type", "galaxy_log_lx", "galaxy_log_distance"];
const FLAT = "1 1 1 1 1 1 1 1";

function galaxy(isIn: number, type: number, logLx: number, distanceMpc: number): Matrix {
  const values = Float64Array.of(isIn, type, logLx, Math.log10(distanceMpc));
  return { values, nRows: 1, nColumns: 4, names: NAMES };
}

/** AGN, STAR, YSO, HMXB, LMXB, ULX, CV, PULSAR in eighths, before and after. */
function limited(eighths: string, matrix: Matrix): string {
  const before = Float64Array.from(eighths.split(" "), (n) => Number(n) / 8);
  return [...physicalLimits(before, matrix)].map((p) => Number((8 * p).toFixed(9))).join(" ");
}

Deno.test("in an early-type galaxy nearly all of HMXB becomes LMXB", () => {
  const lenticular = galaxy(1, -3, 39.5, 10);
  assert.equal(limited("1 0 0 4 1 2 0 0", lenticular), "1 0 0 0.08 4.92 2 0 0");
});

Deno.test("a source too faint for an ultraluminous one is a binary, in the shares of the model", () => {
  const faint = galaxy(1, 6, 37, 10);
  assert.equal(limited("0 0 0 3 1 4 0 0", faint), "0 0 0 5.94 1.98 0.08 0 0");
});

Deno.test("beyond the Local Group there are hardly CVs or pulsars, within it there are", () => {
  const distant = galaxy(1, 6, 39, 10), andromeda = galaxy(1, 3, 39, 0.78);
  assert.equal(limited("0 2 0 2 0 0 2 2", distant), "0 2 0 5.92 0 0 0.04 0.04");
  assert.equal(limited("0 2 0 2 0 0 2 2", andromeda), "0 2 0 2 0 0 2 2");
});

Deno.test("sources outside galaxies and of unknown luminosity keep what nothing excludes", () => {
  assert.equal(limited(FLAT, galaxy(0, NaN, NaN, NaN)), FLAT);
  assert.equal(limited(FLAT, galaxy(1, 6, NaN, 1)), FLAT);
});
