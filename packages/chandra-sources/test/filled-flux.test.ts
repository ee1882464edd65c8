import assert from "node:assert/strict";
import { columnOf, fillDerived, withFilledFlux } from "@csc-classify/chandra-sources";

function sources(columns: Record<string, number[]>) {
  const nRows = Object.values(columns)[0].length;
  const place = { ra: new Float64Array(nRows), dec: new Float64Array(nRows) };
  return {
    origin: { kind: "table" as const, description: "", sha256: "" },
    names: Array.from({ length: nRows }, (_, i) => `S${i}`),
    ...place,
    matrix: fillDerived(new Map(Object.entries(columns)), place),
  };
}

Deno.test("a missing broad flux is the sum of two bands or three, and says of which", () => {
  const table = sources({
    flux_b: [9e-15, NaN, NaN, NaN, NaN],
    flux_s: [1e-15, 1e-15, NaN, NaN, NaN],
    flux_m: [2e-15, 2e-15, 2e-15, NaN, NaN],
    flux_h: [4e-15, 4e-15, 4e-15, 4e-15, NaN],
  });
  const { sources: filled, from } = withFilledFlux(table);
  const broad = [...columnOf(filled, "flux_b")].map((flux) => Math.round(flux * 1e15));
  assert.deepEqual(broad, [9, 7, 6, NaN, NaN]);
  assert.deepEqual(from, ["measured", "soft + medium + hard", "medium + hard", null, null]);
  assert.ok(isNaN(columnOf(table, "flux_b")[1]), "the sources given are as they were");
});

Deno.test("sources that lack nothing that can be filled come back as they are", () => {
  const table = sources({ flux_b: [1e-15, NaN], flux_s: [NaN, 1e-15] });
  assert.equal(withFilledFlux(table).sources, table);
});
