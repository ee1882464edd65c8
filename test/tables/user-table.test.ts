import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { FEATURE_NAMES, FEATURES } from "#lib/catalogue/features.ts";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { TableError } from "#lib/tables/user-table.ts";
import { toFrame } from "#lib/tables/sources.ts";

const PLAIN = FEATURES.filter(({ from }) => !from).map(({ name }) => name);

/** Writes rows of `name,class,...features` under the given header and loads them. */
async function load(rows: readonly Record<string, unknown>[], header?: readonly string[]) {
  const columns = header ?? ["name", "class", ...PLAIN];
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  const lines = rows.map((row) => columns.map((column) => row[column] ?? "").join(","));
  await Deno.writeTextFile(path, [columns.join(","), ...lines].join("\n") + "\n");
  try {
    return await loadTrainingTable(path);
  } finally {
    await Deno.remove(path);
  }
}

const ROWS = [
  { name: "a", class: "AGN", gal_l: 120, gal_b: -30, Bp: 15.5, Rp: 14.25, flux_b: "1.5e-14" },
  { name: "b", class: "STAR", gal_l: 1, gal_b: 2, Bp: "NaN", Rp: 12 },
];

Deno.test("a CSV in physical units is a training table, colours computed where absent", async () => {
  const sources = await load(ROWS), frame = toFrame(sources);
  assert.equal(sources.origin.kind, "table");
  assert.deepEqual(sources.matrix.names.slice(0, 41), FEATURE_NAMES);
  assert.deepEqual(frame.getColumn("Bp_Rp").toArray(), [1.25, null]);
  assert.deepEqual(frame.getColumn("flux_b").toArray(), [1.5e-14, null]);
  assert.deepEqual(frame.getColumn("W1").toArray(), [null, null]);
  assert.ok(Math.abs(Number(frame.getColumn("ra").toArray()[0]) - 9.85) < 0.1);
});

Deno.test("a Parquet file does as well", async () => {
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  const columns = Object.fromEntries(PLAIN.map((name) => [name, [1.5, null]]));
  pl.DataFrame({ name: ["a", "b"], class: ["AGN", "CV"], ...columns }).writeParquet(path);
  const frame = toFrame(await loadTrainingTable(path));
  assert.deepEqual(frame.getColumn("W1").toArray(), [1.5, null]);
  await Deno.remove(path);
});

Deno.test("a misspelt column is named with the nearest one, a missing one with the remedy", async () => {
  const header = ["name", "class", ...PLAIN].filter((name) => name !== "W4")
    .map((name) => name === "flux_b" ? "Flux-b" : name);
  await assert.rejects(load(ROWS, header), (error: Error) => {
    assert.ok(error instanceof TableError);
    assert.match(error.message, /"flux_b" is missing; is it "Flux-b"\? Rename it to "flux_b"/);
    assert.match(error.message, /"W4" is missing; add it, with empty cells/);
    return true;
  });
});

Deno.test("all faults of the cells are told at once, with rows and values", async () => {
  const rows = [
    { ...ROWS[0], W1: "bright" },
    { ...ROWS[1], name: "a", class: "QSO", W1: "inf", Bp: "1,2" },
    { name: "", class: "CV" },
  ];
  await assert.rejects(load(rows.map((row) => ({ ...row, Bp: 15 }))), (error: Error) => {
    assert.match(error.message, /"W1" must hold numbers: row 1 has "bright", row 2 has "inf"/);
    assert.match(error.message, /class "QSO" \(first in row 2\) is not one of AGN, STAR/);
    assert.match(error.message, /rows 1 and 2 have the same name "a"/);
    assert.match(error.message, /row 3 has no name/);
    return true;
  });
});

Deno.test("a file that is not there, or of another kind, is refused by name", async () => {
  await assert.rejects(loadTrainingTable("no/such.csv"), /cannot read the table no\/such\.csv/);
  const path = await Deno.makeTempFile({ suffix: ".txt" });
  await assert.rejects(loadTrainingTable(path), /a \.csv or a \.parquet file, not "\.txt"/);
  await Deno.remove(path);
});
