import assert from "node:assert/strict";
import { availability } from "#studies/availability.ts";
import { FEATURE_NAMES } from "#lib/catalogue/features.ts";

Deno.test("a group is available where one of its features is", () => {
  const rows = [{ W1: 10 }, { W4: 5, J: 9 }, { J: 8 }, {}] as Record<string, number>[];
  const matrix = {
    values: Float64Array.from(rows.flatMap((row) => FEATURE_NAMES.map((name) => row[name] ?? NaN))),
    nRows: 4,
    nColumns: FEATURE_NAMES.length,
    names: FEATURE_NAMES,
  };
  const shares = availability(matrix, ["AGN", "AGN", "STAR", "STAR"]);
  const of = (group: string, name: string) =>
    shares.find((row) => row.group === group && row.className === name)?.percent;
  assert.equal(of("WISE", "AGN"), 100);
  assert.equal(of("WISE", "STAR"), 0);
  assert.equal(of("WISE", "all"), 50);
  assert.equal(of("2MASS", "AGN"), 50);
  assert.ok(Number.isNaN(of("2MASS", "YSO")));
});
