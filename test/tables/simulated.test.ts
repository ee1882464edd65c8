import assert from "node:assert/strict";
import { CLASSES, FEATURE_GROUPS, FEATURES, PAPER } from "@csc-classify/chandra-sources";
import { type Matrix, takeColumns } from "@csc-classify/forests";
import { toFrame, toMatrix } from "@csc-classify/chandra-sources/files";
import { ROOT } from "#lib/run/files.ts";
import { simulateCatalogue } from "#lib/tables/simulated.ts";
import { cholesky } from "#lib/tables/simulation-statistics.ts";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { ignore, mirror } from "../published.ts";

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

Deno.test({
  name: "each group of features is available as often as in the real table, to two points",
  ignore,
  async fn() {
    const real = await loadTrainingTable("published", { mirror });
    const names = FEATURES.map(({ name }) => name);
    const [simulated] = simulateCatalogue({ rows: 7703, seed: 42, labelled: true });
    const classes = Array.from(real.labels, (label) => CLASSES[label]);
    const ours = availability(simulated.matrix, (row) => CLASSES[simulated.labels[row]]);
    const theirs = availability(takeColumns(real.matrix, names), (row) => String(classes[row]));
    for (const [key, share] of theirs) {
      assert.ok(Math.abs(share - ours.get(key)!) < 2, `${key}: ${ours.get(key)}, real ${share}`);
    }
  },
});

/** Per cent of sources with a feature of the group, by class and in all. */
function availability(matrix: Matrix, classOf: (row: number) => string): Map<string, number> {
  const shares = new Map<string, number>();
  for (const group of FEATURE_GROUPS) {
    const members = FEATURES.flatMap((feature, i) => feature.group === group ? [i] : []);
    const has = (row: number) =>
      members.some((i) => !Number.isNaN(matrix.values[row * matrix.nColumns + i]));
    const rows = Array.from({ length: matrix.nRows }, (_, row) => row);
    for (const name of [...CLASSES, "all"]) {
      const of = name === "all" ? rows : rows.filter((row) => classOf(row) === name);
      shares.set(`${group} ${name}`, 100 * of.filter(has).length / of.length);
    }
  }
  return shares;
}

Deno.test({
  name: "no simulated source is a real one: no row of magnitudes or fluxes of the real table comes",
  ignore,
  async fn() {
    const frame = toFrame(await loadTrainingTable("published", { mirror }));
    const names = FEATURES.map(({ name }) => name);
    const key = ({ values, nColumns }: Matrix, row: number) =>
      [...values.subarray(row * nColumns + 8, row * nColumns + 32)]
        .map((value) => Number.isNaN(value) ? "" : value.toPrecision(3)).join();
    const real = toMatrix(frame, names), keys = new Set<string>();
    for (let row = 0; row < real.nRows; row++) keys.add(key(real, row));
    const [{ matrix }] = simulateCatalogue({ rows: 7703, seed: 42, labelled: true });
    for (let row = 0; row < matrix.nRows; row++) {
      const of = matrix.values.subarray(row * matrix.nColumns + 8, row * matrix.nColumns + 32)
        .filter(Number.isFinite);
      if (of.length > 4) assert.ok(!keys.has(key(matrix, row)), `row ${row}`);
    }
  },
});

Deno.test({
  name: "the statistics are smaller than 100 kilobytes",
  fn() {
    assert.ok(Deno.statSync(`${ROOT}/data/simulated-statistics.json`).size < 100_000);
  },
});

function columnOf({ values, nColumns }: Matrix, column: number): number[] {
  return [...values].filter((_, i) => i % nColumns === column);
}
