import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { type ArchiveTable, readCsv, readVotable } from "@csc-classify/vo-tables";
import { VotableReader } from "../../vo-tables/archive-table.ts";
import { joinRows } from "../fetch-strips.ts";
import { binary, csv, expected, tableData, votable } from "./fake-catalogue.ts";

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function rows({ frame }: ArchiveTable): unknown[][] {
  return frame.rows();
}

const FORMS = { TABLEDATA: tableData(), BINARY: binary(), BINARY2: binary(undefined, true) };

for (const [form, data] of Object.entries(FORMS)) {
  Deno.test(`${form} gives the rows with their nulls, whatever the pieces it comes in`, () => {
    const bytes = encode(votable(data));
    for (const size of [1, 7, 1000, bytes.length]) {
      const reader = new VotableReader();
      for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
      assert.deepEqual(rows(reader.finish()), expected());
    }
  });

  Deno.test(`${form} cut at any byte is an error, never a shorter table`, () => {
    const bytes = encode(votable(data).trimEnd());
    for (let end = 0; end < bytes.length; end += end < 900 || end > bytes.length - 200 ? 1 : 37) {
      assert.throws(() => readVotable(bytes.subarray(0, end)), { name: "TableError" });
    }
  });
}

Deno.test("columns keep their unit, UCD and description", () => {
  const { columns } = readVotable(encode(votable(tableData())));
  const parts = columns.map(({ name, unit, ucd, description }) => [name, unit, ucd, description]);
  assert.deepEqual(parts.slice(0, 3), [
    ["name", undefined, "meta.id", "designation"],
    ["ra", "deg", "pos.eq.ra", undefined],
    ["dec", "deg", undefined, undefined],
  ]);
});

Deno.test("overflow and errors are read from before and after the table", () => {
  const after = (value: string) => `<INFO name="QUERY_STATUS" value="${value}">disk full</INFO>`;
  assert.equal(readVotable(encode(votable(tableData()))).overflow, false);
  assert.equal(readVotable(encode(votable(tableData(), "OVERFLOW"))).overflow, true);
  assert.equal(readVotable(encode(votable(tableData(), "OK", after("OVERFLOW")))).overflow, true);
  const failed = () => readVotable(encode(votable(tableData(), "OK", after("ERROR"))));
  assert.throws(failed, { kind: "query", message: "disk full" });
});

Deno.test("every datatype is read alike from text and from bytes", () => {
  const fields: [string, string, string, number[]][] = [
    ["unsignedByte", "1", "200", [200]],
    ["short", "1", "-2", [0xff, 0xfe]],
    ["int", "1", "-3", [0xff, 0xff, 0xff, 0xfd]],
    ["long", "1", "1152921504606846977", [0x10, 0, 0, 0, 0, 0, 0, 1]],
    ["float", "1", "1.5", [0x3f, 0xc0, 0, 0]],
    ["float", "2", "1.5 -2", [0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0]],
    ["char", "4", "ab", [97, 98, 0, 0]],
    ["unicodeChar", "2", "\u00b5J", [0, 0xb5, 0, 74]],
    ["bit", "10", "1000000011", [0x80, 0xc0]],
    ["int", "1", "-99", [0xff, 0xff, 0xff, 0x9d]],
  ];
  const declared = fields.map(([datatype, arraysize], i) => {
    const size = arraysize === "1" ? "" : ` arraysize="${arraysize}"`;
    return `<FIELD name="c${i}" datatype="${datatype}"${size}><VALUES null="-99"/></FIELD>`;
  });
  const table = (data: string) =>
    readVotable(encode(`<VOTABLE><RESOURCE><TABLE>${declared.join("")}<DATA>${data}</DATA></TABLE>
      </RESOURCE></VOTABLE>`));
  const cells = fields.map(([, , text]) => `<TD>${text}</TD>`).join("");
  const bytes = btoa(String.fromCharCode(...fields.flatMap(([, , , list]) => list)));
  const stream = `<BINARY><STREAM encoding="base64">${bytes}</STREAM></BINARY>`;
  const wanted = [
    "200",
    "-2",
    "-3",
    "1152921504606846977",
    "1.5",
    "1.5 -2",
    "ab",
    "\u00b5J",
    "1000000011",
    null,
  ];
  for (const data of [`<TABLEDATA><TR>${cells}</TR></TABLEDATA>`, stream]) {
    const { frame } = table(data);
    const row = frame.columns.map((name) => {
      const series = frame.getColumn(name);
      const text = series.cast(pl.Utf8).toArray()[0];
      return series.dtype.toString().includes("Float") && text !== null
        ? String(Number(text))
        : text;
    });
    assert.deepEqual(row, wanted);
  }
});

Deno.test("a VOTable that is none of ours is refused with the reason", () => {
  const cases: [string, RegExp][] = [
    ["<html><body>Busy</body></html>", /expected a VOTable, got a document of <html>/],
    ["<VOTABLE><RESOURCE/></VOTABLE>", /holds no table/],
    [votable("<BINARY><STREAM href='http://x/y'/></BINARY>"), /stream is at http:\/\/x\/y/],
    [votable("<FITS/>"), /holds FITS/],
    [votable("<TABLEDATA><TR><TD>a</TD></TR></TABLEDATA>"), /row 0 has 1 cells, expected 5/],
    [votable(tableData().replace(">137.5<", ">here<")), /column "ra" has "here"/],
    [votable("<BINARY><STREAM encoding='base64'>AAAA</STREAM></BINARY>"), /ends within row 0/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => readVotable(encode(text)), (error: Error) => message.test(error.message));
  }
});

Deno.test("csv gives the same rows as the VOTable", () => {
  assert.deepEqual(rows(readCsv(encode(csv()))), expected());
});

Deno.test("text columns are typed by all their cells and identifiers keep every digit", () => {
  const text = "id,mixed,flag,empty,code\n1152921504606846977,1,TRUE,,007\n2,x,FALSE,NULL,008\n";
  const { frame } = readCsv(encode(text), { code: "char" });
  const ids = frame.getColumn("id").cast(pl.Utf8).toArray();
  assert.deepEqual(ids, ["1152921504606846977", "2"]);
  assert.deepEqual(frame.drop("id").rows(), [["1", true, null, "007"], ["x", false, null, "008"]]);
});

Deno.test("csv that is cut, ragged or a message is refused with the reason", () => {
  const cases: [string, RegExp][] = [
    ["a,b\n1,2\n3,4", /cut off/],
    ["a,b\n1,2\n3\n", /malformed csv: Invalid Record Length/],
    ['a,b\n1,"2\n', /malformed csv: Quote Not Closed/],
    ["", /the text is empty/],
    ["---- Messages ----\nno such table\n", /Messages no such table/],
    ["a,a\n1,2\n", /"a" comes twice/],
  ];
  for (const [text, message] of cases) {
    const read = () => readCsv(encode(text));
    assert.throws(read, (error: Error) => message.test(error.message));
  }
});

Deno.test("parts of a table join although a column is empty in one, or of another type", () => {
  const part = (...cells: (string | number | boolean | null)[]) => {
    const type = { string: pl.Utf8, boolean: pl.Bool }[typeof cells[0] as string] ?? pl.Float64;
    return pl.DataFrame([pl.Series("c", cells, type)]);
  };
  assert.deepEqual(joinRows([part(null), part("a")]).rows(), [[null], ["a"]]);
  const digits = 8.796512345678912e-14;
  assert.deepEqual(joinRows([part(digits, null), part("a")]).rows(), [[`${digits}`], [null], [
    "a",
  ]]);
  assert.deepEqual(joinRows([part(true), part("F")]).rows(), [["true"], ["F"]]);
  const long = pl.DataFrame([pl.Series("c", ["7"], pl.Utf8).cast(pl.Int64)]);
  assert.deepEqual(joinRows([part(0.5), long]).rows(), [[0.5], [7]]);
});
