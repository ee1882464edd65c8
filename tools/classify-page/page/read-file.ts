import {
  cannotRead,
  CSV_RULES,
  findSeparator,
  splitUnit,
} from "../../../lib/tables/source-rows.ts";
import type { TableColumn } from "../../../lib/tables/column-map.ts";
import type { OpenTable } from "../../../lib/tables/source-rows.ts";

// the browser build of csv-parse is a script of its own in the page
declare const csv_parse_sync: {
  parse(text: string, rules: Readonly<Record<string, unknown>>): string[][];
};

/**
 * Opens a file of the user, a CSV or a VOTable, gzipped or not.
 *
 * @throws TableError naming the file, the problem and the remedy.
 */
export async function openFile(name: string, content: Uint8Array): Promise<OpenTable> {
  if (content.length === 0) throw cannotRead(name, "the file is empty; is it the right one?");
  const bytes = content[0] === 0x1f && content[1] === 0x8b ? await unzip(name, content) : content;
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 512));
  const packed = ["PAR1", "ARROW1", "SIMPLE  =", "PK\u0003\u0004"].find((magic) =>
    start.startsWith(magic)
  );
  if (packed) throw cannotRead(name, "this page reads CSV and VOTable; save it as one of them");
  const text = decode(name, bytes);
  return /^\s*</.test(text) ? readVotable(name, text) : readCsv(name, text);
}

async function unzip(name: string, content: Uint8Array): Promise<Uint8Array> {
  try {
    const stream = new Blob([content as BlobPart]).stream()
      .pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw cannotRead(name, "its gzip is broken or cut short; unpack it first");
  }
}

function decode(name: string, bytes: Uint8Array): string {
  const [a, b] = bytes;
  const encoding = a === 0xff && b === 0xfe
    ? "utf-16le"
    : a === 0xfe && b === 0xff
    ? "utf-16be"
    : "utf-8";
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw cannotRead(name, "it is not UTF-8; save the table as UTF-8");
  }
  if (text.includes("\0")) {
    throw cannotRead(name, "it holds a NUL character; save it as UTF-8 text");
  }
  return text;
}

function readCsv(name: string, text: string): OpenTable {
  const delimiter = findSeparator(name, text.slice(0, 1_000_000));
  let lines: string[][];
  try {
    lines = csv_parse_sync.parse(text, { ...CSV_RULES, delimiter });
  } catch (error) {
    const { message } = error as Error;
    throw cannotRead(name, `${message}; close each quote, and write a quote within a cell twice`);
  }
  const [header, ...rows] = lines;
  return {
    kind: `text, cells separated by ${delimiter === "\t" ? "tabs" : `"${delimiter}"`}`,
    columns: header.map(splitUnit),
    rows,
  };
}

interface Field extends TableColumn {
  readonly datatype: string;
  readonly arraysize: string;
  readonly missing?: string;
}

/** The first table of a VOTable: TABLEDATA, BINARY or BINARY2 (https://www.ivoa.net/documents/VOTable/). */
function readVotable(name: string, text: string): OpenTable {
  const tree = new DOMParser().parseFromString(text, "application/xml");
  if (tree.getElementsByTagName("parsererror").length > 0) {
    throw cannotRead(name, "malformed or cut-off VOTable; fetch it again");
  }
  const [table] = tree.getElementsByTagNameNS("*", "TABLE");
  if (!table) throw cannotRead(name, "the VOTable holds no table with data");
  const fields = Array.from(table.getElementsByTagNameNS("*", "FIELD"), (field): Field => ({
    name: field.getAttribute("name") ?? field.getAttribute("ID") ?? "",
    unit: field.getAttribute("unit") || undefined,
    datatype: field.getAttribute("datatype") ?? "char",
    arraysize: field.getAttribute("arraysize") ?? "1",
    missing: field.getElementsByTagNameNS("*", "VALUES")[0]?.getAttribute("null") ?? undefined,
  }));
  const [stream] = table.getElementsByTagNameNS("*", "STREAM");
  const rows = stream
    ? binaryRows(name, stream, fields)
    : Array.from(table.getElementsByTagNameNS("*", "TR"), (row) =>
      Array.from(row.getElementsByTagNameNS("*", "TD"), (cell, i) => {
        const value = (cell.textContent ?? "").trim();
        return value === "" || value === fields[i]?.missing ? undefined : value;
      }));
  return { kind: "VOTable", columns: fields, rows };
}

/** Bytes of a number and how it is read, big-endian. */
const NUMBERS: Readonly<Record<string, [number, (view: DataView, at: number) => number]>> = {
  double: [8, (view, at) => view.getFloat64(at)],
  float: [4, (view, at) => view.getFloat32(at)],
  int: [4, (view, at) => view.getInt32(at)],
  short: [2, (view, at) => view.getInt16(at)],
  unsignedByte: [1, (view, at) => view.getUint8(at)],
  boolean: [1, (view, at) => view.getUint8(at)],
  long: [8, (view, at) => Number(view.getBigInt64(at))],
  char: [1, (view, at) => view.getUint8(at)],
  unicodeChar: [2, (view, at) => view.getUint16(at)],
};

function binaryRows(name: string, stream: Element, fields: readonly Field[]): unknown[][] {
  const isBinary2 = stream.parentElement?.localName === "BINARY2";
  const strange = fields.find(({ datatype }) => !Object.hasOwn(NUMBERS, datatype));
  if (strange || stream.getAttribute("encoding") !== "base64" || stream.hasAttribute("href")) {
    throw cannotRead(
      name,
      strange
        ? `column "${strange.name}" has datatype "${strange.datatype}"; save it as CSV`
        : "the VOTable's stream is not base64 in place; save it as TABLEDATA",
    );
  }
  const packed = atob((stream.textContent ?? "").replace(/\s/g, ""));
  const view = new DataView(Uint8Array.from(packed, (char) => char.charCodeAt(0)).buffer);
  let at = 0;
  const read = ({ datatype, arraysize, missing }: Field): unknown => {
    const [size, number] = NUMBERS[datatype];
    const isList = arraysize !== "1";
    const length = arraysize.includes("*")
      ? view.getUint32((at += 4) - 4)
      : arraysize.split("x").reduce((n, part) => n * Number(part), 1);
    const values = Array.from({ length }, () => number(view, (at += size) - size));
    if (datatype.endsWith("har")) {
      const text = datatype === "char"
        ? new TextDecoder().decode(Uint8Array.from(values))
        : String.fromCharCode(...values);
      return text.replace(/\0.*$/s, "").trim() || undefined;
    }
    if (isList) return values.join(" ");
    return datatype === "boolean" || String(values[0]) === missing ? undefined : values[0];
  };
  const rows: unknown[][] = [];
  const maskBytes = isBinary2 ? Math.ceil(fields.length / 8) : 0;
  try {
    while (at < view.byteLength) {
      const mask = (at += maskBytes) - maskBytes;
      rows.push(fields.map((field, i) => {
        const value = read(field);
        return maskBytes && view.getUint8(mask + (i >> 3)) & (0x80 >> (i & 7)) ? undefined : value;
      }));
    }
  } catch {
    throw cannotRead(name, `the VOTable's stream ends within row ${rows.length}; fetch it again`);
  }
  return rows;
}
