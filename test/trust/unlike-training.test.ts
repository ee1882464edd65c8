import assert from "node:assert/strict";
import { FEATURE_NAMES } from "#lib/catalogue/features.ts";
import type { Matrix } from "#lib/catalogue/matrix.ts";
import { trainingDomain, unlikeTraining } from "#lib/trust/unlike-training.ts";

/** Sources with a flux, and a G magnitude where one is given, at Galactic positions. */
function sources(rows: { l: number; b: number; flux: number; g?: number }[]): Matrix {
  const values = new Float64Array(rows.length * FEATURE_NAMES.length).fill(NaN);
  const set = (row: number, name: string, value: number) =>
    values[row * FEATURE_NAMES.length + FEATURE_NAMES.indexOf(name)] = value;
  rows.forEach(({ l, b, flux, g = NaN }, row) => {
    set(row, "gal_l", l);
    set(row, "gal_b", b);
    set(row, "flux_b", flux);
    set(row, "G", g);
  });
  return { values, nRows: rows.length, nColumns: FEATURE_NAMES.length, names: FEATURE_NAMES };
}

const training = sources(
  Array.from({ length: 200 }, (_, i) => ({ l: 120, b: 30, flux: 1e-15 * (1 + i) })),
);

Deno.test("a source like the training sources has no flag, others say what is unlike", () => {
  const flags = unlikeTraining(
    sources([
      { l: 120.1, b: 30, flux: 1e-14 },
      { l: 120.1, b: 30, flux: 1e-10 },
      { l: 120.1, b: 30, flux: 1e-14, g: 15 },
      { l: 300, b: -30, flux: 1e-14 },
    ]),
    trainingDomain(training),
  );
  assert.deepEqual(flags, [
    { brightness: false, missingness: false, sky: false },
    { brightness: true, missingness: false, sky: false },
    { brightness: false, missingness: true, sky: false },
    { brightness: false, missingness: false, sky: true },
  ]);
});

Deno.test("a missing flux is not called unlike in brightness", () => {
  const row = sources([{ l: 120, b: 30, flux: NaN }]);
  assert.equal(unlikeTraining(row, trainingDomain(training))[0].brightness, false);
});
