import assert from "node:assert/strict";
import { mostProbable, probabilityDensity } from "#figures/figure-6.ts";
import { CmpDistribution } from "#lib/scoring/cmp-distribution.ts";
import { table8, table8Results } from "#lib/scoring/table-8.ts";

const AGN = 0, ULX = 5;

function example(): CmpDistribution {
  const distribution = new CmpDistribution();
  for (const cmp of [0.99995, 0.9999, 0.998, 0.997, 0.5, 1]) distribution.add(AGN, cmp);
  distribution.add(ULX, 0.51);
  return distribution;
}

Deno.test("a source counts above a threshold when its CMP is greater, not equal", () => {
  const rows = table8(example());
  assert.deepEqual(rows[0], {
    class: "AGN",
    all: 6,
    "3sigma": 4,
    "4sigma": 2,
    published: { all: 114642, "3sigma": 32600, "4sigma": 8574 },
  });
  const { published, ...total } = rows[8];
  assert.deepEqual(total, { class: "total", all: 7, "3sigma": 4, "4sigma": 2 });
  assert.equal(published.all, 269366);
});

Deno.test("Table 8 goes into the results under class and column, marked when simulated", () => {
  const results = table8Results(table8(example()), "table8", { simulated: true });
  assert.equal(Object.keys(results).length, 27);
  const counted = { value: 1, published: { value: 6083 } };
  assert.deepEqual(results["table8.ULX.all"], { ...counted, simulated: true });
  const real = table8Results(table8(example()), "real.table8", { origin: "a set" });
  assert.deepEqual(real["real.table8.ULX.all"], { ...counted, origin: "a set" });
});

Deno.test("the published rows of Table 8 add up to its published total", () => {
  const rows = table8(new CmpDistribution());
  for (const column of ["all", "3sigma", "4sigma"] as const) {
    const sum = rows.slice(0, 8).reduce((total, { published }) => total + published[column], 0);
    assert.equal(sum, rows[8].published[column]);
  }
});

Deno.test("the density of equation 8 integrates to one, and a CMP of 1 is in the last bin", () => {
  const [agn] = example().histograms;
  const density = probabilityDensity(agn);
  assert.equal(agn[49], 5);
  // 5 of 6 sources in a bin of width 0.02: 5 / 6 / 0.02
  assert.ok(Math.abs(density[49] - 5 / 6 / 0.02) < 1e-9);
  assert.ok(Math.abs(density.reduce((sum, f) => sum + f / 50, 0) - 1) < 1e-12);
});

Deno.test("the most probable value is the centre of the highest bin; none for an empty class", () => {
  const { histograms } = example();
  assert.equal(mostProbable(histograms[AGN]), 0.99);
  assert.equal(mostProbable(histograms[ULX]), 0.51);
  assert.ok(Number.isNaN(mostProbable(histograms[1])));
  assert.equal(Math.max(...probabilityDensity(histograms[1])), 0);
});
