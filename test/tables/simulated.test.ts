import assert from "node:assert/strict";
import { CLASSES, FEATURE_GROUPS, FEATURES } from "@csc-classify/chandra-sources";
import { type Matrix, takeColumns } from "@csc-classify/forests";
import { toFrame, toMatrix } from "@csc-classify/chandra-sources/files";
import { simulateCatalogue } from "@csc-classify/chandra-sources/simulated";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { ignore, mirror } from "../published.ts";

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
