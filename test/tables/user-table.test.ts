import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { FEATURE_NAMES, FEATURES } from "@csc-classify/chandra-sources";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { TableError } from "@csc-classify/vo-tables";
import { toFrame } from "@csc-classify/chandra-sources/files";

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
  const columns = Object.fromEntries(
    PLAIN.map((
      name,
    ) => [name, [
      name === "mips_24um"
        ? 500
        : name.startsWith("flux")
        ? 1e-14
        : name.includes("sigma")
        ? 1e-6
        : 0.5,
      null,
    ]]),
  );
  pl.DataFrame({ name: ["a", "b"], class: ["AGN", "CV"], ...columns }).writeParquet(path);
  const frame = toFrame(await loadTrainingTable(path));
  assert.deepEqual(frame.getColumn("W1").toArray(), [0.5, null]);
  await Deno.remove(path);
});

Deno.test("a missing class is asked for with the columns there are, and how to mend it", async () => {
  const header = ["name", "klass", ...PLAIN];
  await assert.rejects(load(ROWS, header), (error: Error) => {
    assert.ok(error instanceof TableError);
    assert.match(
      error.message,
      /no column holds the class; name it class. The table has name, klass, .*rename/,
    );
    return true;
  });
});

Deno.test("all faults of the cells are told at once, with rows and values", async () => {
  const rows = [
    { ...ROWS[0], W1: "bright" },
    { ...ROWS[1], class: "QSO", W1: "inf" },
    { name: "", class: "CV" },
  ];
  await assert.rejects(load([ROWS[0], ROWS[0]]), /rows 1 and 2 have the same name "a"/);
  await assert.rejects(load(rows), (error: Error) => {
    assert.match(error.message, /row 1, W1 = "bright": not a number/);
    assert.match(error.message, /row 2, W1 = "inf": outside -10 to 40/);
    assert.match(error.message, /row 2, class = "QSO": the class is not one of AGN, STAR/);
    assert.match(error.message, /row 3: the source has no name/);
    return true;
  });
});

Deno.test("a file that is not there, or of another kind, is refused by name", async () => {
  await assert.rejects(
    loadTrainingTable("no/such.csv"),
    /cannot read no\/such\.csv: .*check the path/,
  );
  const path = await Deno.makeTempFile({ suffix: ".txt" });
  await assert.rejects(loadTrainingTable(path), /the file is empty/);
  await Deno.remove(path);
});
