import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { CLASSES, FEATURES, PAPER } from "@csc-classify/chandra-sources";
import { simulateCatalogue } from "@csc-classify/chandra-sources/simulated";
import { cholesky } from "@csc-classify/chandra-sources/simulation-statistics";
import type { Matrix } from "@csc-classify/forests";

Deno.test("the factor of a correlation matrix gives the matrix back", () => {
  const factor = cholesky([[], [0.6], [0, 0.5]]);
  // rows 1; 0.6, 0.8; 0, 0.625, sqrt(1 - 0.625^2)
  const expected = [1, 0.6, 0.8, 0, 0.625, 0.780625];
  assert.deepEqual([...factor].map((x) => Number(x.toFixed(6))), expected);
});

Deno.test("correlations that contradict each other are drawn together until they fit", () => {
  const factor = cholesky([[], [0.9], [0.9, -0.9]]);
  assert.ok(factor.every(Number.isFinite));
});

Deno.test("the same seed gives the same bytes, another seed others", () => {
  const draw = (
    seed: number,
  ) => [...simulateCatalogue({ rows: 500, seed, labelled: false, batchRows: 200 })];
  const [first, second, other] = [draw(1), draw(1), draw(2)];
  assert.deepEqual(first.map(({ names }) => names.length), [200, 200, 100]);
  assert.deepEqual(first, second);
  assert.notDeepEqual(first[0].matrix.values, other[0].matrix.values);
  assert.equal(new Set(first.flatMap(({ names }) => names)).size, 500);
});

Deno.test("the labelled catalogue has the numbers of Table 4, the other the shares of Table 8", () => {
  const [labelled] = simulateCatalogue({ rows: 7703, seed: 3, labelled: true });
  const [others] = simulateCatalogue({ rows: 20_000, seed: 3, labelled: false });
  CLASSES.forEach((name, label) => {
    const count = (of: Int32Array) => of.filter((value) => value === label).length;
    assert.ok(Math.abs(count(labelled.labels) - PAPER.table4[name]) <= 1);
    const share = 20_000 * PAPER.table8[name].all / PAPER.table8.total.all;
    assert.ok(Math.abs(count(others.labels) - share) <= 1);
  });
});

Deno.test("values are possible: positions on the sphere, fluxes positive, indices whole", () => {
  const [{ matrix, ra, dec }] = simulateCatalogue({ rows: 5000, seed: 4, labelled: true });
  FEATURES.forEach(({ name, unit }, column) => {
    const values = columnOf(matrix, column).filter(Number.isFinite);
    assert.ok(values.length > 0, name);
    if (unit.startsWith("erg")) assert.ok(values.every((value) => value > 0), name);
    if (name.includes("prob")) assert.ok(values.every((value) => value >= 0 && value <= 1), name);
    if (name.includes("index")) assert.ok(values.every(Number.isInteger), name);
  });
  assert.ok(ra.every((value) => value >= 0 && value < 360));
  assert.ok(dec.every((value) => Math.abs(value) <= 90));
});

Deno.test("the statistics are smaller than 100 kilobytes", () => {
  const path = new URL("../data/simulated-statistics.json", import.meta.url);
  assert.ok(statSync(path).size < 100_000);
});

function columnOf({ values, nColumns }: Matrix, column: number): number[] {
  return [...values].filter((_, i) => i % nColumns === column);
}
