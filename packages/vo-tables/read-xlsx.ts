import { inflateRaw } from "pako";
import sax from "sax";
import { openCells } from "./cell-tables.ts";
import type { OpenTable } from "./open-table.ts";
import { cannotRead, malformed } from "./table-error.ts";

/** Signatures of a ZIP archive: of an entry in its directory, and of the directory's end. */
const ENTRY = 0x02014b50, END = 0x06054b50;
/** What a sheet may unpack to, and columns of one: Excel's own limit. */
const MOST_BYTES = 256e6, MOST_COLUMNS = 16_384;

/** A file within a ZIP archive. */
interface ZipEntry {
  readonly method: number;
  /** Bytes packed and unpacked, and the place of its own header. */
  readonly packed: number;
  readonly size: number;
  readonly start: number;
}

/**
 * Opens a sheet of an Excel workbook (ECMA-376, SpreadsheetML): its cells as they are stored, numbers
 * with every digit, what Excel took for a time of day as hours, minutes and seconds, results of
 * formulas, errors such as #N/A as texts; then as a table of text is, with titles, lines of units and
 * groups of columns.
 *
 * @param wanted Which of several sheets, by name or by number from 1.
 * @throws TableError for an archive that holds no workbook, and as readers of text do.
 */
export async function openXlsx(
  name: string,
  bytes: Uint8Array,
  wanted?: string,
): Promise<OpenTable> {
  const entries = directoryOf(bytes);
  const file = (path: string) => {
    const entry = entries.get(path);
    return entry && new TextDecoder().decode(unpacked(bytes, entry, path));
  };
  const workbook = file("xl/workbook.xml");
  if (workbook === undefined) {
    throw cannotRead(
      name,
      "it is a ZIP archive without an Excel workbook; unpack it and give the table in it, or save the " +
        "table as CSV",
    );
  }
  const targets = new Map(
    tagsOf(file("xl/_rels/workbook.xml.rels") ?? "", "Relationship")
      .map(({ Id, Target }) => [Id, Target.replace(/^\/?(?:xl\/)?/, "xl/")] as const),
  );
  const strings = stringsOf(file("xl/sharedStrings.xml") ?? "");
  const times = timeStyles(file("xl/styles.xml") ?? "");
  const sheets = tagsOf(workbook, "sheet").flatMap((sheet, i) => {
    const path = targets.get(sheet["r:id"]) ?? `xl/worksheets/sheet${i + 1}.xml`;
    const rows = rowsOf(file(path) ?? "", strings, times);
    return rows.length > 1 ? [{ title: sheet.name ?? "", rows }] : [];
  });
  if (sheets.length === 0) {
    throw cannotRead(name, "its workbook has no sheet with rows; is it saved?");
  }
  return await openCells(name, sheets, { kind: "Excel sheet", wanted, headRows: 3 });
}

/** The files of a ZIP archive by their paths, as its directory has them. */
function directoryOf(bytes: Uint8Array): Map<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw malformed("its ZIP archive is cut short");
  const found = new Map<string, ZipEntry>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(at, true) !== ENTRY) throw malformed("the directory of its ZIP is damaged");
    const [nName, nExtra, nComment] = [28, 30, 32].map((from) => view.getUint16(at + from, true));
    found.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nName)), {
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      start: view.getUint32(at + 42, true),
    });
    at += 46 + nName + nExtra + nComment;
  }
  return found;
}

function unpacked(bytes: Uint8Array, entry: ZipEntry, path: string): Uint8Array {
  const { method, packed, size, start } = entry;
  if (size > MOST_BYTES) {
    throw malformed(`${path} unpacks to ${Math.round(size / 1e6)} MB; save the sheet as CSV`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  const inner = bytes.subarray(from, from + packed);
  if (method === 0) return inner;
  if (method !== 8) throw malformed(`${path} is packed in another way; save the sheet as CSV`);
  const whole = inflateRaw(inner);
  if (whole.length !== size) throw malformed(`${path} is cut short`);
  return whole;
}

/** Attributes of all tags of a name. */
function tagsOf(xml: string, wanted: string): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  const parser = sax.parser(true);
  parser.onopentag = ({ name, attributes }: {
    name: string;
    attributes: Record<string, string>;
  }) => {
    if (name.replace(/^.*:/, "") === wanted) found.push(attributes);
  };
  parser.write(xml).close();
  return found;
}

/** Texts that cells name by their number; runs of one text are joined, readings of Kanji left out. */
function stringsOf(xml: string): string[] {
  const found: string[] = [];
  let isText = false, depth = 0;
  const parser = sax.parser(true);
  parser.onopentag = ({ name }: { name: string }) => {
    const local = name.replace(/^.*:/, "");
    if (local === "si") found.push("");
    else if (local === "rPh") depth++;
    else if (local === "t") isText = depth === 0;
  };
  parser.onclosetag = (name: string) => {
    const local = name.replace(/^.*:/, "");
    if (local === "rPh") depth--;
    else if (local === "t") isText = false;
  };
  parser.ontext = parser.oncdata = (text: string) => {
    if (isText) found[found.length - 1] += text;
  };
  parser.write(xml).close();
  return found;
}

/** Numbers of Excel's own formats of times of day, which it gives to 10:20:30, be it a time or not. */
const TIME_FORMATS = new Set([18, 19, 20, 21, 45, 46, 47]);

/** Styles of cells, by their number, that show a number of days as hours, minutes and seconds. */
function timeStyles(xml: string): ReadonlySet<number> {
  const formats = new Set(TIME_FORMATS), found = new Set<number>();
  for (const { numFmtId, formatCode = "" } of tagsOf(xml, "numFmt")) {
    const letters = formatCode.replace(/"[^"]*"|\\.|\[(?!h|m|s)[^\]]*\]/gi, "");
    if (/h/i.test(letters) && /m/i.test(letters) && !/[yd]/i.test(letters)) {
      formats.add(Number(numFmtId));
    }
  }
  const [, cells = ""] = /<(?:\w+:)?cellXfs\b[^>]*>([^]*?)<\/(?:\w+:)?cellXfs>/.exec(xml) ?? [];
  tagsOf(`<x>${cells}</x>`, "xf").forEach(({ numFmtId }, style) => {
    if (formats.has(Number(numFmtId))) found.add(style);
  });
  return found;
}

/** Hours, minutes and seconds of a number of days, to a thousandth of a second. */
function clockOf(days: number): string {
  const all = Math.round(days * 86_400_000), seconds = (all % 60_000) / 1000;
  const two = (value: number) => String(value).padStart(2, "0");
  const whole = seconds.toFixed(3).replace(/\.?0+$/, "").padStart(2, "0");
  return `${two(Math.floor(all / 3_600_000))}:${two(Math.floor(all / 60_000) % 60)}:${
    seconds < 10 && whole.includes(".") ? `0${whole}` : whole
  }`;
}

/** Cells of a sheet by rows, those that are empty as ""; rows without any are left out. */
function rowsOf(
  xml: string,
  strings: readonly string[],
  times: ReadonlySet<number>,
): string[][] {
  const rows: string[][] = [];
  let row: string[] = [], place = -1, type = "n", value = "", isValue = false;
  const parser = sax.parser(true);
  parser.onopentag = ({ name, attributes }: {
    name: string;
    attributes: Record<string, string>;
  }) => {
    const local = name.replace(/^.*:/, "");
    if (local === "row") [row, place] = [[], -1];
    else if (local === "c") {
      place = attributes.r ? columnOf(attributes.r) : place + 1;
      [type, value] = [attributes.t ?? "n", ""];
      if (type === "n" && times.has(Number(attributes.s))) type = "time";
    } else if (local === "v" || local === "t") isValue = true;
  };
  parser.onclosetag = (name: string) => {
    const local = name.replace(/^.*:/, "");
    if (local === "v" || local === "t") isValue = false;
    else if (local === "c" && value !== "") {
      while (row.length < place) row.push("");
      row[place] = textOf(type, value, strings);
    } else if (local === "row" && row.some((cell) => cell !== "")) rows.push(row);
  };
  parser.ontext = parser.oncdata = (text: string) => {
    if (isValue) value += text;
  };
  parser.write(xml).close();
  const most = rows.reduce((longest, { length }) => Math.max(longest, length), 0);
  return rows.map((row) => [...row, ...Array<string>(most - row.length).fill("")]);
}

function textOf(type: string, value: string, strings: readonly string[]): string {
  if (type === "s") return strings[Number(value)] ?? "";
  if (type === "time" && Number(value) >= 0) return clockOf(Number(value));
  if (type === "b") return value === "1" ? "TRUE" : "FALSE";
  return type === "n" && Number.isFinite(Number(value)) ? String(Number(value)) : value;
}

/** Place of a cell in its row by its name: AB7 is the 28th, 27. */
function columnOf(cell: string): number {
  let place = 0;
  for (const letter of /^[A-Z]+/.exec(cell)?.[0] ?? "A") {
    place = 26 * place + letter.charCodeAt(0) - 64;
  }
  if (place > MOST_COLUMNS) throw malformed(`its cell ${cell} is beyond Excel's columns`);
  return place - 1;
}
