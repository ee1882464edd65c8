import assert from "node:assert/strict";
import { columnOf, FEATURE_NAMES, fillDerived, fromColumns } from "@csc-classify/chandra-sources";
import { rowsOf } from "@csc-classify/chandra-sources/quantities";
import { takeColumns } from "@csc-classify/forests";
import { ngc3532 } from "#studies/catalogues/ngc-3532.ts";
import { simulatedSources } from "@csc-classify/chandra-sources/simulated";
import {
  countRows,
  fromFrame,
  readSources,
  takeSources,
  toFrame,
  writeSources,
} from "@csc-classify/chandra-sources/files";
import { simulatedTrainingTable } from "#lib/tables/training-table.ts";
import { ignore, mirror } from "../published.ts";

Deno.test("sources written are read back to the bit, by any slice", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/s.parquet`, [all] = simulatedSources(3000, 7);
    assert.equal(await writeSources(path, FEATURE_NAMES, simulatedSources(3000, 7)), 3000);
    assert.equal(countRows(path), 3000);
    const { names, ra, dec, matrix } = readSources(path, FEATURE_NAMES, {
      offset: 0,
      length: 3000,
    });
    assert.deepEqual([names, ra, dec], [all.names, all.ra, all.dec]);
    assert.deepEqual(matrix, takeColumns(all.matrix, FEATURE_NAMES));
    const slice = readSources(path, ["W1", "G"], { offset: 2990, length: 100 });
    assert.deepEqual(slice.names, all.names.slice(2990));
    const row = 2995 * all.matrix.nColumns;
    assert.deepEqual(
      [...slice.matrix.values.subarray(10, 12)],
      ["W1", "G"].map((name) => all.matrix.values[row + FEATURE_NAMES.indexOf(name)]),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("sources become a frame and the same sources again", () => {
  const sources = takeSources(simulatedTrainingTable(1), [7, 5, 3]);
  const frame = toFrame(sources);
  assert.deepEqual(frame.columns.slice(0, 6), ["name", "class", "ra", "dec", "catalogue", "gal_b"]);
  assert.equal(frame.getColumn("name").get(1), sources.names[1]);
  assert.deepEqual(fromFrame(frame, sources.origin), sources);
});

Deno.test("what follows from measured columns is filled in where it is missing, and only there", () => {
  const given = new Map([
    ["J", Float64Array.of(15, 16)],
    ["H", Float64Array.of(14.5, NaN)],
    ["gal_l", Float64Array.of(10, NaN)],
    ["gal_b", Float64Array.of(20, NaN)],
    ["significance", Float64Array.of(3, 4)],
  ]);
  // the Galactic centre lies at 17 45 37.2, -28 56 10
  const position = { ra: Float64Array.of(0, 266.405), dec: Float64Array.of(0, -28.936) };
  const { values, nColumns, names } = fillDerived(given, position);
  assert.deepEqual(names, [...FEATURE_NAMES, "significance"]);
  const at = (row: number, name: string) => values[row * nColumns + names.indexOf(name)];
  assert.deepEqual([at(0, "gal_l"), at(0, "J_H"), at(1, "J_H")], [10, 0.5, NaN]);
  assert.ok(Math.abs(at(1, "gal_b")) < 0.001 && at(1, "gal_l") % 359.999 < 0.002);
  assert.ok(Number.isNaN(at(0, "W1")));
});

Deno.test("a matrix of columns is the same as one of rows, and its rows may be changed", () => {
  const columns = new Map([["a", [1, NaN, 3]], ["b", [4, 5, 6]], ["c", [7, 8, -0]]]);
  const matrix = fromColumns(columns), names = ["c", "none", "a"];
  const seen = () => names.map((name) => columnOf({ matrix }, name));
  const byColumns = seen(), some = rowsOf(matrix, ["c", "a"]);
  columnOf({ matrix }, "a").fill(100); // a copy
  const values = Float64Array.of(1, 4, 7, NaN, 5, 8, 3, 6, -0);
  assert.deepEqual(matrix, { values, nRows: 3, nColumns: 3, names: ["a", "b", "c"] });
  assert.deepEqual(structuredClone(matrix), { ...matrix });
  assert.deepEqual(seen(), byColumns);
  assert.deepEqual(
    byColumns,
    [[7, 8, -0], [NaN, NaN, NaN], [1, NaN, 3]].map((one) => Float64Array.from(one)),
  );
  assert.deepEqual(rowsOf(matrix, ["c", "a"]), some);
  assert.deepEqual(some, takeColumns(matrix, ["c", "a"]));
  matrix.values[0] = 9;
  assert.deepEqual(columnOf({ matrix }, "a"), Float64Array.of(9, NaN, 3));
  for (const source of [matrix, fromColumns(columns)]) {
    assert.throws(() => rowsOf(source, ["a", "d"]), /no column "d"; the matrix has a, b, c/);
  }
});

Deno.test({
  name: "the field of NGC 3532 comes in physical units, counterparts within 1 arcsec only",
  ignore,
  async fn() {
    const { names, ra, matrix } = await ngc3532({ mirror });
    assert.equal(names.length, 373);
    assert.equal(names[0], "2CXO J110507.4-585105");
    assert.equal(ra[0], 166.28104166666665);
    const of = (row: number, name: string) =>
      matrix.values[row * matrix.nColumns + matrix.names.indexOf(name)];
    assert.deepEqual(
      ["flux_m", "flux_b", "kp_intra_prob_b", "G", "J"].map((name) => of(0, name)),
      [2.876e-16, 9.594586340641089e-16, 0.929, 18.837492, 16.065],
    );
    assert.equal(of(0, "J_H"), 16.065 - 15.208);
    // its AllWISE neighbour lies 2.5 arcsec away; nobody has measured FUV or NED's flux
    for (const name of ["W1", "W1_W2", "FUV", "flux_ned"]) assert.ok(Number.isNaN(of(0, name)));
    // the cluster is at l = 289.6, b = 1.35
    assert.ok(Math.abs(of(0, "gal_l") - 289.6) < 0.5 && Math.abs(of(0, "gal_b") - 1.35) < 0.5);
  },
});
