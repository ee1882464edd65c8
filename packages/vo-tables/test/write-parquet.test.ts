import assert from "node:assert/strict";
import {
  Bool,
  type DataType,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  Struct,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import pl from "nodejs-polars";
import { random } from "@csc-classify/forests";
import { toArrowSchema } from "../arrow-columns.ts";
import { openTable } from "../disk.ts";
import { cellOf } from "../open-table.ts";
import type { OutputColumn } from "../votable-document.ts";
import { writeParquet } from "../write-parquet.ts";

type Cell = string | number | boolean | null;

const stream = random(1, "write-parquet");
const oneOf = <T>(values: readonly T[]): T => values[stream.integer(values.length)];
/** A cell of each column, by its name. */
const CELLS: Readonly<Record<string, readonly [type: OutputColumn["type"], of: () => Cell]>> = {
  every_name: ["text", () => `S ${stream.integer(2 ** 31)} ${"ü".repeat(stream.integer(9))}`],
  few_texts: ["text", () => oneOf(["", "a", "b", null, "AGN;CV", "\u{1f52d} 天"])],
  one_text: ["text", () => "the same"],
  rare_text: ["text", () => stream.uniform() < 0.001 ? "rare" : null],
  no_text: ["text", () => null],
  number: ["double", () => stream.normal()],
  some_number: ["double", () => oneOf([null, 0, -0, 5e-324, -1e308, Infinity, -Infinity])],
  no_number: ["double", () => null],
  count: ["integer", () => oneOf([0, 1, -(2 ** 31), 2 ** 31 - 1])],
  some_count: ["integer", () => oneOf([7, null])],
  flag: ["boolean", () => stream.uniform() < 0.5],
  some_flag: ["boolean", () => oneOf([true, false, null])],
};
const COLUMNS = Object.entries(CELLS).map(([name, [type]]): OutputColumn => (
  { name, type, unit: "", ucd: "", description: name }
));
const schema = toArrowSchema(COLUMNS, {
  ...{ title: "t", description: "d", simulated: true, provenance: {} },
});
const TYPES: Readonly<Record<OutputColumn["type"], () => DataType>> = {
  text: () => new Utf8(),
  double: () => new Float64(),
  integer: () => new Int32(),
  boolean: () => new Bool(),
};

/** Rows of a batch that begins with some others, which are cut off. */
function batchOf(rows: readonly Readonly<Record<string, Cell>>[], cutOff: number): RecordBatch {
  const children = COLUMNS.map(({ name, type }) => {
    const cells = [...rows.slice(0, cutOff), ...rows].map((row) => row[name]);
    return vectorFromArray(cells, TYPES[type]()).data[0].slice(cutOff, rows.length);
  });
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: rows.length, nullCount: 0, children }));
}

async function* inTurn(batches: readonly RecordBatch[]): AsyncGenerator<RecordBatch> {
  yield* batches;
}

Deno.test("every cell of a Parquet file is read as it was written, by polars and by ourselves", async () => {
  // batches of odd lengths that begin in the middle of bytes; groups of 16,384 rows and more
  const sizes = [1, 1000, 8191, 7193, 3, 20_000, 5],
    path = await Deno.makeTempFile({ suffix: ".parquet" });
  try {
    const batches = sizes.map((size) =>
      Array.from(
        { length: size },
        () => Object.fromEntries(Object.entries(CELLS).map(([name, [, of]]) => [name, of()])),
      )
    );
    const rows = batches.flat();
    const arrow = batches.map((batch, i) => batchOf(batch, i % 3));
    await writeParquet({ schema, batches: inTurn(arrow) }, path);
    const frame = pl.readParquet(path), table = await openTable(path);
    assert.equal(frame.height, rows.length);
    const read = new Map(COLUMNS.map(({ name }) => [name, [] as unknown[]]));
    for await (const { nRows, cells } of table.pieces!) {
      for (const [i, { name }] of COLUMNS.entries()) {
        for (let row = 0; row < nRows; row++) {
          const cell = cellOf(cells[i], row);
          read.get(name)!.push(Number.isNaN(cell) ? null : cell ?? null);
        }
      }
    }
    for (const { name } of COLUMNS) {
      const expected = rows.map((row) => row[name]), theirs = frame.getColumn(name).toArray();
      const differs = expected.findIndex((cell, row) =>
        !Object.is(cell, theirs[row]) || !Object.is(cell, read.get(name)![row])
      );
      const seen = [expected, theirs, read.get(name)!].map((cells) => cells[differs]);
      assert.equal(differs, -1, `${name}, row ${differs}: ${seen}`);
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a product without rows is a table without rows", async () => {
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  try {
    await writeParquet({ schema, batches: inTurn([]) }, path);
    assert.deepEqual(pl.readParquet(path).shape, { height: 0, width: COLUMNS.length });
  } finally {
    await Deno.remove(path);
  }
});
