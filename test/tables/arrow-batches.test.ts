// Arrow files of several batches: a part of the file is in memory at a time.
import assert from "node:assert/strict";
import {
  Dictionary,
  Float64,
  Int32,
  type RecordBatch,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { cellOf, openFile, type TableFile } from "@csc-classify/vo-tables/browser";

const BATCH = 10_000, BATCHES = 60;
const CLASSES = ["AGN", "STAR", "YSO"];

/** A file of batches of one table, whose last column has its texts in a dictionary. */
function arrowOf(cut: (whole: RecordBatch) => RecordBatch[]): Uint8Array {
  const rows = Array.from({ length: BATCH }, (_, row) => row);
  const [whole] = new Table({
    name: vectorFromArray(rows.map((row) => row % 9 === 0 ? null : `Zed ${row}`), new Utf8()),
    ra: vectorFromArray(rows.map((row) => row % 7 === 0 ? null : row * 0.01), new Float64()),
    dec: vectorFromArray(rows.map((row) => -row * 0.01), new Float64()),
    class: vectorFromArray(
      rows.map((row) => CLASSES[row % 3]),
      new Dictionary(new Utf8(), new Int32()),
    ),
  }).batches;
  return tableToIPC(new Table(cut(whole)), "file");
}

const expected = (row: number) => [
  row % 9 === 0 ? null : `Zed ${row}`,
  row % 7 === 0 ? NaN : row * 0.01,
  -row * 0.01,
  CLASSES[row % 3],
];

/** What the file holds, and the share of it that had been read when each piece was given. */
async function read(bytes: Uint8Array) {
  let nBytes = 0;
  const file: TableFile = {
    name: "t.arrow",
    size: bytes.length,
    read(start, end) {
      const part = bytes.subarray(start, end);
      nBytes += part.length;
      return Promise.resolve(part);
    },
    async *stream() {
      yield bytes.subarray(0, 1000);
    },
  };
  const table = await openFile(file), opened = nBytes;
  const rows: unknown[][] = [], shares: number[] = [];
  for await (const { nRows, cells } of table.pieces!) {
    shares.push((nBytes - opened) / bytes.length);
    for (let row = 0; row < nRows; row++) rows.push(cells.map((column) => cellOf(column, row)));
  }
  return { rows, shares, opened: opened / bytes.length, nRows: table.nRows };
}

Deno.test("an Arrow file of many batches is read some of them at a time", async () => {
  const bytes = arrowOf((whole) => Array.from({ length: BATCHES }, () => whole));
  const { rows, shares, opened, nRows } = await read(bytes);
  assert.equal(nRows, BATCH * BATCHES);
  assert.equal(rows.length, nRows);
  rows.forEach((row, i) => {
    if (i % 997 === 0 || i < BATCH) assert.deepEqual(row, expected(i % BATCH));
  });
  assert.ok(opened < 0.1, `${opened} of the file was read before the first row`);
  assert.ok(shares[0] < 0.5, `${shares[0]} of the file was read for the first rows`);
  assert.ok(shares.at(-1)! > 0.9, `${shares.at(-1)} of the file was read in all`);
});

Deno.test("batches of an Arrow file may be of any length", async () => {
  const bytes = arrowOf((whole) => [
    whole.slice(0, 1),
    whole.slice(1, 4098),
    whole.slice(4098, 4098),
    whole.slice(4098, BATCH),
  ]);
  const { rows } = await read(bytes);
  assert.deepEqual(rows, Array.from({ length: BATCH }, (_, row) => expected(row)));
});
