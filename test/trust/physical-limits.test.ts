import assert from "node:assert/strict";
import type { Matrix } from "@csc-classify/forests";
import {
  LUMINOSITY_LIMITS,
  physicalLimits,
  withPhysicalLimits,
} from "#lib/trust/physical-limits.ts";

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

Deno.test("the error of the distance is in the margin: a velocity excludes less than a good distance", () => {
  // 2 sqrt(0.25^2 + (2 log10 1.06)^2) = 0.503; with an error of half the distance 2 x 0.433 = 0.865
  const of = (logLx: number, error: number) => {
    const values = Float64Array.of(1, 6, logLx, 1, 2 * Math.log10(1 + error));
    const names = [...NAMES, "galaxy_log_lx_error"];
    return limited("0 0 0 4 0 4 0 0", { values, nRows: 1, nColumns: 5, names });
  };
  const kept = "0 0 0 4 0 4 0 0", taken = "0 0 0 7.92 0 0.08 0 0";
  assert.equal(of(38.48, 0.06), taken);
  assert.equal(of(38.51, 0.06), kept);
  assert.equal(of(38.2, 0.5), kept);
  assert.equal(of(38.1, 0.5), taken);
});

Deno.test("the rules in numbers are those of the papers", () => {
  assert.deepEqual(LUMINOSITY_LIMITS, {
    ...{ earlyType: -1.5, ultraluminous: 39, scatter: 0.25, sigmas: 2, left: 0.02 },
    ...{ error: 2 * Math.log10(1.2), outsideLocalGroup: Math.log10(2) },
  });
});

Deno.test("S0 galaxies are early, S0/a are not; there binaries are LMXBs even where there were none", () => {
  assert.equal(limited("0 0 0 8 0 0 0 0", galaxy(1, -1.5, 40, 10)), "0 0 0 0.16 7.84 0 0 0");
  assert.equal(limited("0 0 0 8 0 0 0 0", galaxy(1, -1.4, 40, 10)), "0 0 0 8 0 0 0 0");
  // of a type that is not known nothing is said
  assert.equal(limited("0 0 0 8 0 0 0 0", galaxy(1, NaN, 40, 10)), "0 0 0 8 0 0 0 0");
});

Deno.test("all that is excluded goes to binaries: to HMXBs where neither kind had a share", () => {
  assert.equal(limited("4 0 0 0 0 4 0 0", galaxy(1, 6, 37, 10)), "4 0 0 3.92 0 0.08 0 0");
  // faint, far and early at once: 0.98 (2 + 2 + 2 + 1) to LMXBs
  assert.equal(limited("0 0 0 2 1 2 2 1", galaxy(1, -3, 37, 10)), "0 0 0 0.04 7.86 0.04 0.04 0.02");
});

Deno.test("without a stated error of the distance it is a fifth of it", () => {
  // 39 - 2 sqrt(0.25^2 + (2 log10 1.2)^2) = 38.4081
  assert.equal(limited("0 0 0 4 0 4 0 0", galaxy(1, 6, 38.40, 1)), "0 0 0 7.92 0 0.08 0 0");
  assert.equal(limited("0 0 0 4 0 4 0 0", galaxy(1, 6, 38.42, 1)), "0 0 0 4 0 4 0 0");
  // two standard deviations beyond 2 Mpc: 2 * 1.2^2 = 2.88 Mpc
  assert.equal(limited("0 0 0 4 0 0 4 0", galaxy(1, 6, 40, 2.87)), "0 0 0 4 0 0 4 0");
  assert.equal(limited("0 0 0 4 0 0 4 0", galaxy(1, 6, 40, 2.89)), "0 0 0 7.92 0 0 0.08 0");
});

Deno.test("what lies on a bound is not excluded", () => {
  const margin = LUMINOSITY_LIMITS.sigmas *
    Math.hypot(LUMINOSITY_LIMITS.scatter, LUMINOSITY_LIMITS.error);
  const faint = galaxy(1, 6, 39 - margin, 1);
  assert.equal(limited("0 0 0 4 0 4 0 0", faint), "0 0 0 4 0 4 0 0");
  const far = galaxy(1, 6, 40, 1);
  far.values[3] = LUMINOSITY_LIMITS.outsideLocalGroup + LUMINOSITY_LIMITS.error;
  assert.equal(limited("0 0 0 4 0 0 2 2", far), "0 0 0 4 0 0 2 2");
});

Deno.test("each row is limited by its own host, in every repetition, and the given rows stay", () => {
  const hosts = [galaxy(1, -3, 40, 10), galaxy(0, -3, 37, 10), galaxy(1, 6, 37, 10)];
  const matrix = {
    values: Float64Array.from(hosts.flatMap(({ values }) => [...values])),
    ...{ nRows: 3, nColumns: 4, names: NAMES },
  };
  const row = "0 0 0 2 2 4 0 0".split(" ").map((n) => Number(n) / 8);
  const given = Float64Array.from([...row, ...row, ...row]), before = given.slice();
  const expected = ["0 0 0 0.04 3.96 4 0 0", "0 0 0 2 2 4 0 0", "0 0 0 3.96 3.96 0.08 0 0"];
  const words = (all: Float64Array) =>
    [0, 8, 16].map((at) =>
      [...all.subarray(at, at + 8)].map((p) => Number((8 * p).toFixed(9))).join(" ")
    );
  assert.deepEqual(words(physicalLimits(given, matrix)), expected);
  assert.deepEqual(given, before);
  const fold = new Int32Array(3);
  const validation = {
    iterations: [{ fold, probabilities: given }, { fold, probabilities: before }],
  };
  const { iterations } = withPhysicalLimits(validation as never, matrix);
  assert.deepEqual(iterations.map(({ probabilities }) => words(probabilities)), [
    expected,
    expected,
  ]);
});
