import assert from "node:assert/strict";
import { deflateRaw } from "pako";
import { openFile } from "../open-file.ts";
import { bytesFile } from "../table-file.ts";

/** A ZIP archive of some files, the first packed, the others as they are. */
function zip(files: Readonly<Record<string, string>>): Uint8Array {
  const parts: Uint8Array[] = [], directory: Uint8Array[] = [];
  let at = 0;
  const numbers = (...fields: readonly (readonly [bytes: 2 | 4, value: number])[]) => {
    const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bytes]) => sum + bytes, 0)));
    let place = 0;
    for (const [bytes, value] of fields) {
      if (bytes === 2) view.setUint16(place, value, true);
      else view.setUint32(place, value, true);
      place += bytes;
    }
    return new Uint8Array(view.buffer);
  };
  Object.entries(files).forEach(([path, text], i) => {
    const plain = new TextEncoder().encode(text), name = new TextEncoder().encode(path);
    const packed = i === 0 ? deflateRaw(plain) : plain, method = i === 0 ? 8 : 0;
    const sizes = [[4, 0], [4, packed.length], [4, plain.length], [2, name.length]] as const;
    const head = numbers([4, 0x04034b50], [2, 20], [2, 0], [2, method], [4, 0], ...sizes, [2, 0]);
    directory.push(
      numbers(
        ...[[4, 0x02014b50], [2, 20], [2, 20], [2, 0], [2, method], [4, 0]] as const,
        ...sizes,
        ...[[2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, at]] as const,
      ),
      name,
    );
    parts.push(head, name, packed);
    at += head.length + name.length + packed.length;
  });
  const size = directory.reduce((sum, { length }) => sum + length, 0), n = directory.length / 2;
  const end = numbers([4, 0x06054b50], [4, 0], [2, n], [2, n], [4, size], [4, at], [2, 0]);
  const all = [...parts, ...directory, end];
  const whole = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of all) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

const STYLES = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="hh:mm:ss.00"/>
  <numFmt numFmtId="165" formatCode="0.00E+00"/></numFmts><cellStyleXfs><xf numFmtId="21"/></cellStyleXfs>
  <cellXfs><xf numFmtId="0"/><xf numFmtId="21"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>
  </styleSheet>`;

/** A workbook of sheets, each a list of rows of cells as XML. */
function workbook(sheets: Readonly<Record<string, readonly string[]>>): Uint8Array {
  const names = Object.keys(sheets);
  return zip({
    "xl/worksheets/sheet1.xml": sheetOf(sheets[names[0]]),
    "xl/workbook.xml": `<workbook xmlns:r="r"><sheets>${
      names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join(
        "",
      )
    }</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships>${
      names.map((_, i) => `<Relationship Id="rId${i + 1}" Target="worksheets/sheet${i + 1}.xml"/>`)
        .join("")
    }</Relationships>`,
    "xl/styles.xml": STYLES,
    "xl/sharedStrings.xml":
      "<sst><si><t>name</t></si><si><r><t>Zed</t></r><r><t xml:space='preserve'> 1</t></r></si></sst>",
    ...Object.fromEntries(
      names.slice(1).map((name, i) => [`xl/worksheets/sheet${i + 2}.xml`, sheetOf(sheets[name])]),
    ),
  });
}

const sheetOf = (rows: readonly string[]) =>
  `<worksheet><sheetData>${
    rows.map((cells, i) => `<row r="${i + 1}">${cells}</row>`).join("")
  }</sheetData></worksheet>`;
const text = (place: string, words: string) =>
  `<c r="${place}" t="inlineStr"><is><t>${words}</t></is></c>`;
const number = (place: string, value: string) => `<c r="${place}"><v>${value}</v></c>`;

async function read(bytes: Uint8Array, table?: string) {
  const opened = await openFile(bytesFile("t.xlsx", bytes), { table });
  const columns = opened.columns.map(({ name, unit }) => unit ? `${name} [${unit}]` : name);
  return { ...opened, columns, rows: await Array.fromAsync(opened.rows) };
}

const SOURCES = [
  `<c r="A1" t="s"><v>0</v></c>${text("B1", "ra [deg]")}${text("D1", "flux")}`,
  `<c r="A2" t="s"><v>1</v></c>${number("B2", "10.5")}${number("D2", "1.5E-14")}`,
  `${text("A3", "Zed 2")}${number("B3", "11.5")}<c r="D3" t="e"><v>#N/A</v></c>`,
  `${text("A4", "Zed 3")}${number("B4", "12")}<c r="D4" t="str"><f>D2*2</f><v>3e-14</v></c>`,
];

Deno.test("a sheet of Excel is read with its texts, numbers, formulas' results and errors", async () => {
  const { kind, columns, rows } = await read(workbook({ Sources: SOURCES }));
  assert.equal(kind, "Excel sheet");
  assert.deepEqual(columns, ["name", "ra [deg]", "", "flux"]);
  assert.deepEqual(rows, [
    ["Zed 1", "10.5", "", "1.5e-14"],
    ["Zed 2", "11.5", "", "#N/A"],
    ["Zed 3", "12", "", "3e-14"],
  ]);
});

Deno.test("of several sheets the one with positions is read, or the one that is named", async () => {
  const notes = [
    text("A1", "made in May") + text("B1", "by hand"),
    text("A2", "of") + text("B2", "x"),
  ];
  const book = workbook({ Notes: notes, Sources: SOURCES });
  const { rows, table, notes: said } = await read(book);
  assert.equal(rows.length, 3);
  assert.equal(table, "Sources");
  assert.match(said!.join(), /Of its 2 tables Sources is read/);
  assert.deepEqual((await read(book, "Notes")).columns, ["made in May", "by hand"]);
});

Deno.test("titles, groups and units above the rows of a sheet are what they are in a text", async () => {
  const { columns, rows } = await read(workbook({
    Sources: [
      text("A1", "Table 1: sources"),
      text("A3", "Position") + text("C3", "X-ray"),
      text("A4", "name") + text("B4", "ra") + text("C4", "flux_b"),
      text("B5", "deg") + text("C5", "1e-15 erg/s/cm2"),
      text("A6", "Zed 1") + number("B6", "10.5") + number("C6", "15.5"),
      text("A7", "Zed 2") + number("B7", "11.5") + number("C7", "25"),
    ],
  }));
  assert.deepEqual(columns, ["name", "ra [deg]", "flux_b [1e-15 erg/s/cm2]"]);
  assert.deepEqual(rows, [["Zed 1", "10.5", "15.5"], ["Zed 2", "11.5", "25"]]);
});

Deno.test("an archive without a workbook, a damaged one and an empty book are refused", async () => {
  await assert.rejects(
    read(zip({ "a.csv": "name,ra\n" })),
    /a ZIP archive without an Excel workbook/,
  );
  await assert.rejects(read(workbook({ Sources: [] })), /no sheet with rows/);
  await assert.rejects(
    read(workbook({ Sources: SOURCES }).subarray(0, 300)),
    /ZIP archive is cut short/,
  );
});

Deno.test("angles that Excel took for times of day are hours, minutes and seconds again", async () => {
  const styled = (place: string, style: number, value: number) =>
    `<c r="${place}" s="${style}"><v>${value}</v></c>`;
  const day = (hours: number, minutes: number, seconds: number) =>
    (hours + minutes / 60 + seconds / 3600) / 24;
  const { rows } = await read(workbook({
    Sources: [
      text("A1", "name") + text("B1", "ra") + text("C1", "dec") + text("D1", "flux"),
      text("A2", "a") + styled("B2", 1, day(11, 14, 7)) + styled("C2", 2, day(1, 0, 4.75)) +
      styled("D2", 3, 1.5e-14),
      text("A3", "b") + styled("B3", 2, day(0, 59, 59.9996)) + text("C3", "-61:00:04.7") +
      styled("D3", 0, 0.25),
    ],
  }));
  assert.deepEqual(rows, [
    ["a", "11:14:07", "01:00:04.75", "1.5e-14"],
    ["b", "01:00:00", "-61:00:04.7", "0.25"],
  ]);
});
