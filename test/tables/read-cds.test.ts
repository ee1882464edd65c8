import assert from "node:assert/strict";
import { readCsv } from "@csc-classify/chandra-sources/files";
import { openTable } from "@csc-classify/vo-tables/disk";
import { describeCds } from "../../packages/vo-tables/cds-description.ts";
import { readCds } from "../../packages/vo-tables/read-cds.ts";
import { ignore, published } from "../published.ts";

/** The form of https://vizier.cds.unistra.fr/doc/catstd.htx, written for these tests. */
const README = `J/Test/1   A table of the form   (Nobody, 2026)
================================================================================
File Summary:
--------------------------------------------------------------------------------
 FileName    Lrecl   Records    Explanations
--------------------------------------------------------------------------------
ReadMe          80         .    this file
table1.dat      40         3    First
tab?b.dat       10         .    Others
--------------------------------------------------------------------------------

Byte-by-byte Description of file: table1.dat
--------------------------------------------------------------------------------
   Bytes Format Units   Label    Explanations
--------------------------------------------------------------------------------
   1-  8  A8    ---     Name     Name of the source,
                                 which goes on here
  10- 15  F6.2  deg     RA       [0/360] Right ascension
      17  A1    ---   f_RA       [ab]? Flag on RA
  19- 21  I3    ---     N        [1/[?=-99 Counts (1)
  23- 30  E8.2  mW/m2   Flux     ?=- Flux
  32- 36  D5.1  mag     Jmag     ]2,20[? ?Magnitude
--------------------------------------------------------------------------------
Note (1): a note.
--------------------------------------------------------------------------------

Byte-by-byte Description of file (# 2): tab?b.dat other.dat
--------------------------------------------------------------------------------
   Bytes Format Units   Label    Explanations
--------------------------------------------------------------------------------
   1-  3  I3    ---     Seq      Number
--------------------------------------------------------------------------------
`;
const TABLE = [
  "A  one    10.25 a   7 1.50e-14 12.D0",
  "B         20.50   -99 ---",
  "ß       359.99 b   1 2.0-3      1.5",
].join("\n") + "\n";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("a description gives bytes, units, ranges, nulls and text that goes on", () => {
  const { columns, lineBytes, rows } = describeCds(README, "table1.dat");
  assert.deepEqual([lineBytes, rows], [40, 3]);
  assert.deepEqual(columns.map(({ name }) => name), ["Name", "RA", "f_RA", "N", "Flux", "Jmag"]);
  assert.equal(columns[0].description, "Name of the source, which goes on here");
  assert.deepEqual(columns.map(({ bytes }) => bytes[0]), [1, 10, 17, 19, 23, 32]);
  assert.deepEqual(columns[2].bytes, [17, 17]);
  assert.deepEqual(columns[1].range, [0, 360]);
  assert.deepEqual(columns[3].range, [1, Infinity]);
  assert.deepEqual(columns.map((column) => column.null), [
    undefined,
    undefined,
    undefined,
    "-99",
    "-",
    undefined,
  ]);
  assert.deepEqual(columns.map(({ optional }) => optional), [false, false, true, true, true, true]);
  assert.deepEqual(columns.map(({ unit }) => unit), [
    undefined,
    "deg",
    undefined,
    undefined,
    "mW/m2",
    "mag",
  ]);
});

Deno.test("a file of the CDS is opened by the ReadMe beside it, where that describes it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/ReadMe`, README);
    await Deno.writeTextFile(`${folder}/table1.dat`, TABLE);
    const { kind, columns, rows, rowNumber } = await openTable(`${folder}/table1.dat`);
    assert.equal(kind, "machine-readable table");
    assert.deepEqual(columns.map(({ name, unit }) => `${name} ${unit ?? ""}`.trim()), [
      "Name",
      "RA deg",
      "f_RA",
      "N",
      "Flux mW/m2",
      "Jmag mag",
    ]);
    const found: unknown[] = [];
    for await (const row of rows) found.push([rowNumber?.(), row[0], Number(row[1])]);
    assert.deepEqual(found, [[1, "A  one", 10.25], [2, "B", 20.5], [3, "ß", 359.99]]);
    // of another name, or without a ReadMe, it is asked for
    await Deno.writeTextFile(`${folder}/table9.dat`, "1.5 2.5\n3.5 4.5\n");
    await assert.rejects(openTable(`${folder}/table9.dat`), /a file of the CDS needs its ReadMe/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a ReadMe of several files gives each its own description, by name or pattern", () => {
  for (const file of ["tab2b.dat", "other.dat"]) {
    assert.deepEqual(describeCds(README, file).columns.map(({ name }) => name), ["Seq"]);
  }
  assert.throws(
    () => describeCds(README, "table3.dat"),
    /no byte-by-byte description of table3\.dat; it describes table1\.dat, tab\?b\.dat, other\.dat/,
  );
});

Deno.test("cells are cut by bytes; blanks and the stated nulls are missing; Fortran's exponents are read", () => {
  const { frame } = readCds(bytes(TABLE), README, "table1.dat");
  const column = (name: string) => frame.getColumn(name).toArray();
  assert.deepEqual(column("Name"), ["A  one", "B", "ß"]);
  assert.deepEqual(column("RA"), [10.25, 20.5, 359.99]);
  assert.deepEqual(column("f_RA"), ["a", null, "b"]);
  assert.deepEqual(column("N"), [7, null, 1]);
  assert.deepEqual(column("Flux"), [1.5e-14, null, 2e-3]);
  assert.deepEqual(column("Jmag"), [12, null, 1.5]);
});

Deno.test("a file that the ReadMe does not describe is refused by line and column", () => {
  const read = (text: string) => () => readCds(bytes(text), README, "table1.dat");
  assert.throws(read(TABLE.replace("10.25", "10,25")), /line 1 of table1\.dat: RA \(bytes 10-15\)/);
  assert.throws(read(TABLE.slice(0, 60)), /table1\.dat has 2 lines, its ReadMe says 3/);
  assert.throws(read(TABLE.replace("\n", " ".repeat(10) + "\n")), /line 1 .* has 46 bytes/);
  assert.throws(() => describeCds("<html>", "table1.dat"), /it describes no file/);
});

Deno.test({
  name: "td.dat of Yang et al. by its ReadMe equals TD.csv in each of 2,941 x 63 cells",
  ignore,
  async fn() {
    const readMe = new TextDecoder().decode(await published("muwclass/ReadMe"));
    const { frame, columns } = readCds(await published("muwclass/td.dat"), readMe, "td.dat");
    const csv = readCsv(await published("muwclass/TD.csv"));
    assert.deepEqual([frame.height, frame.columns], [2941, csv.columns]);
    const plain = (cell: unknown) => typeof cell === "string" ? cell.trim() : cell;
    const differ = csv.columns.filter((name) => {
      const ours = frame.getColumn(name).toArray(), theirs = csv.getColumn(name).toArray();
      return ours.some((cell, row) => plain(cell) !== plain(theirs[row]));
    });
    assert.deepEqual(differ, []);
    assert.equal(columns.find(({ name }) => name === "PM")!.unit, "mas/yr");
  },
});
