import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { QUALITY_FLAGS } from "@csc-classify/chandra-archives";
import { FEATURE_NAMES } from "@csc-classify/chandra-sources";
import { closeLabels, columnMatches, labelOffsets, mendUnits } from "#studies/audit.ts";

Deno.test("a scaled column is matched with its original and with no other", () => {
  const names = Array.from({ length: 12 }, (_, i) => `s${i}`);
  const flux = names.map((_, i) => 1e-15 * (i + 1) ** 2);
  const model = {
    names,
    classes: names.map(() => "AGN"),
    modelText: "",
    normalised: {
      values: Float64Array.from(flux, (value) => 10 * (value - 1e-15) / 143e-15),
      nRows: 12,
      nColumns: 1,
      names: ["wrong label"],
    },
  };
  const ned = pl.DataFrame({
    name: names,
    "hard keV": flux.map((value) => value ** 1.3),
    "soft keV": flux,
    "W1": flux,
  });
  const found = columnMatches(model, ned, ["wrong label"], (header) => header.includes("keV"));
  assert.deepEqual(found.map(({ header }) => header), ["hard keV", "soft keV"]);
  assert.ok(found[0].matches < 6);
  assert.deepEqual(found[1], {
    label: "wrong label",
    header: "soft keV",
    pairs: 12,
    matches: 12,
  });
});

Deno.test("what is no magnitude goes, microjansky become magnitudes, colours follow", () => {
  const row = (values: Record<string, number>) => FEATURE_NAMES.map((name) => values[name] ?? NaN);
  const matrix = {
    values: Float64Array.from([
      ...row({ Ks: 70.5, Rp: 12, Rp_Ks: -58.5, mips_24um: 7170, W1: 10, W2: 9.5, W1_W2: 0.5 }),
      ...row({ Ks: 11, Rp: 12, Rp_Ks: 1, mips_24um: 1e-13, W4: 111 }),
    ]),
    nRows: 2,
    nColumns: FEATURE_NAMES.length,
    names: FEATURE_NAMES,
  };
  const { matrix: mended, refused, converted } = mendUnits(matrix);
  const at = (r: number, name: string) =>
    mended.values[r * mended.nColumns + FEATURE_NAMES.indexOf(name)];
  assert.deepEqual([at(0, "Ks"), at(0, "Rp_Ks"), at(0, "W1_W2")], [NaN, NaN, 0.5]);
  assert.deepEqual([at(1, "Ks"), at(1, "Rp_Ks"), at(1, "W4")], [11, 1, NaN]);
  assert.ok(Math.abs(at(0, "mips_24um") - 7.5) < 1e-12); // 7.17 mJy is a thousandth of 7.17 Jy
  assert.ok(Number.isNaN(at(1, "mips_24um")));
  assert.deepEqual([refused.Ks, refused.W4, refused.mips_24um, refused.J, converted], [
    1,
    1,
    1,
    0,
    1,
  ]);
  assert.equal(matrix.values[FEATURE_NAMES.indexOf("Ks")], 70.5);
});

Deno.test("labels near each other are found once, with their contradiction", () => {
  const arcsec = 1 / 3600;
  const candidates = pl.DataFrame({
    cat_ra: [10, 10, 20, 359.99999],
    cat_dec: [0, 0.5 * arcsec, 0, 0],
    class: ["CV", "PULSAR", "AGN", "AGN"],
  });
  const [pair, ...others] = closeLabels(candidates, 1);
  assert.deepEqual(others, []);
  assert.deepEqual([pair.first, pair.second, pair.isConflict], [0, 1, true]);
  assert.equal(pair.classes, "CV and PULSAR");
  assert.ok(Math.abs(pair.separationArcsec - 0.5) < 1e-9);
});

Deno.test("offsets of labels are computed again, and the cut of the paper is told row by row", () => {
  const flags = Object.fromEntries(QUALITY_FLAGS.map((flag) => [flag, [0, 0, 0]]));
  const found = labelOffsets(pl.DataFrame({
    ...flags,
    name: ["right", "wrong", "far"],
    ra: [10, 10, 10],
    dec: [0, 0, 0],
    cat_ra: [10, 10, 10],
    cat_dec: [1 / 3600, 1 / 3600, 2 / 3600],
    offset: [1, 0.4, 2],
    significance: [5, 5, 5],
  }));
  assert.deepEqual(found.getColumn("isChosen").toArray(), [true, true, false]);
  const [right, wrong] = found.getColumn("error").toArray() as number[];
  assert.ok(right < 1e-6 && Math.abs(wrong - 0.6) < 1e-6, `${right}, ${wrong}`);
});
