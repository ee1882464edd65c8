import { chooseTable, isPosition } from "./choose-table.ts";
import { ELEMENTS } from "./fits-elements.ts";
import {
  byColumns,
  type OpenOptions,
  type OpenTable,
  type TableColumn,
  type TablePiece,
} from "./open-table.ts";
import { decodeText, unbytes } from "./split-cells.ts";
import { malformed } from "./table-error.ts";
import { bytesFile, type TableFile } from "./table-file.ts";
import { withEquinox } from "./votable-parser.ts";

const BLOCK = 2880, CARD = 80;
/** Bytes of rows that are in memory together, and of a heap. */
const PIECE = 1 << 21, MOST_HEAP = 1 << 29;
/** Bytes of forms that {@link ELEMENTS} has not. */
const OTHERS: Readonly<Record<string, number>> = { X: 1 / 8, C: 8, M: 16, P: 8, Q: 16 };

type Cards = ReadonlyMap<string, string>;

/** A header and where its data lie. */
interface Hdu {
  readonly cards: Cards;
  readonly start: number;
  /** Bytes of data, without what fills the last block. */
  readonly size: number;
}

/** A column: how it is described, and its cell in a row of bytes. */
interface Field {
  readonly column: TableColumn;
  cell(view: DataView, row: number): unknown;
}

/** A table of a FITS file. */
interface FitsTable {
  readonly name: string;
  readonly nRows: number;
  readonly rowBytes: number;
  readonly start: number;
  readonly columns: readonly TableColumn[];
  readonly fields: readonly Field[];
  readonly comments: readonly string[];
  /** Reads what lies behind the rows, where a column needs it. */
  readonly prepare: () => Promise<void>;
}

/**
 * Opens the table of sources of a FITS file
 * (https://fits.gsfc.nasa.gov/fits_standard.html, sections 7.2 and 7.3), binary or ASCII: scalars
 * and strings, those of variable length among them. A column of arrays says how many, one of complex
 * numbers why it is not read.
 *
 * @throws TableError when there is no table, its header contradicts itself, the file is cut short or
 * goes on behind its last row, or several tables may be meant.
 */
export async function openFits(
  file: TableFile,
  { table: wanted }: OpenOptions = {},
): Promise<OpenTable> {
  const tables: FitsTable[] = [];
  const first: string[] = [];
  let start = 0, nHdus = 0;
  while (start < file.size) {
    if (nHdus > 0 && await isPadding(file, start)) break;
    const hdu = await readHdu(file, start, nHdus++);
    const kind = hdu.cards.get("XTENSION");
    if (nHdus === 1) first.push(...commentsOf(hdu.cards));
    if (hdu.cards.get("ZTABLE") === "T") throw malformed("the FITS table is tile-compressed");
    if (kind === "BINTABLE" || kind === "TABLE") tables.push(openHdu(file, hdu, kind));
    if (kind === "BINTABLE" || kind === "TABLE") await checkEnd(file, hdu, tables.at(-1)!);
    start = hdu.start + Math.ceil(hdu.size / BLOCK) * BLOCK;
  }
  if (tables.length === 0) throw malformed("the FITS file holds no table");
  const { place, note } = chooseTable(tables, wanted);
  const { name, nRows, rowBytes, start: at, columns, fields, prepare, comments } = tables[place];
  let wantedFields = new Set(fields);
  async function* pieces(): AsyncGenerator<TablePiece> {
    await prepare();
    const nTogether = Math.max(1, Math.floor(PIECE / rowBytes));
    for (let first = 0; first < nRows; first += nTogether) {
      const n = Math.min(nTogether, nRows - first);
      const bytes = await file.read(at + first * rowBytes, at + (first + n) * rowBytes);
      if (bytes.length < n * rowBytes) throw malformed("the FITS file is cut short");
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const cells = fields.map((field) => {
        if (!wantedFields.has(field)) return undefined;
        const { type, arrayLength } = field.column;
        const cell = (row: number) => field.cell(view, row * rowBytes);
        return type === "number" && arrayLength === undefined
          ? Float64Array.from({ length: n }, (_, row) => Number(cell(row) ?? NaN))
          : Array.from({ length: n }, (_, row) => cell(row));
      });
      yield { nRows: n, cells };
    }
  }
  return {
    kind: "FITS",
    nRows,
    columns,
    ...byColumns(pieces()),
    notes: note ? [note] : [],
    comments: [...first, ...comments],
    ...(tables.length > 1 && { table: name || String(place + 1) }),
    want: (places) => wantedFields = new Set(places.map((place) => fields[place])),
  };
}

/** The first binary table of a FITS file in memory; see {@link openFits}. */
export async function readFitsTable(bytes: Uint8Array): Promise<OpenTable> {
  return await openFits(bytesFile("the FITS file", bytes));
}

async function readHdu(file: TableFile, start: number, place: number): Promise<Hdu> {
  const cards = new Map<string, string>(), decoder = new TextDecoder("latin1");
  let last = "";
  for (let block = start;; block += BLOCK) {
    const bytes = await file.read(block, block + BLOCK);
    const text = decoder.decode(bytes);
    if (block === start && !/^(SIMPLE {2}|XTENSION)=/.test(text)) {
      throw malformed(
        `behind part ${place} of the FITS file lie ${file.size - start} bytes that belong to ` +
          "nothing: its header says too few rows, or it is damaged",
      );
    }
    for (let at = 0; at + CARD <= text.length; at += CARD) {
      const card = text.slice(at, at + CARD), key = card.slice(0, 8).trim();
      if (key === "END") {
        const header = block + BLOCK;
        return { cards, start: header, size: dataSize(cards) };
      }
      const value = /^\s*(?:'((?:[^']|'')*)'|([^/]*))/.exec(card.slice(10));
      const plain = (value?.[1]?.replaceAll("''", "'") ?? value?.[2] ?? "").trim();
      if (key === "CONTINUE" && cards.get(last)?.endsWith("&")) {
        cards.set(last, cards.get(last)!.slice(0, -1) + plain);
      } else if (key === "COMMENT") {
        cards.set(key, [cards.get(key) ?? "", card.slice(8).trim()].join("\n"));
      } else if (card[8] === "=") cards.set(last = key, plain);
    }
    if (bytes.length < BLOCK) throw malformed("a header of the FITS file is cut short");
  }
}

/** Lines of the COMMENT cards of a header. */
function commentsOf(cards: Cards): string[] {
  return (cards.get("COMMENT") ?? "").split("\n").filter((line) => line !== "").slice(0, 200);
}

function count(cards: Cards, key: string, otherwise?: number): number {
  const text = cards.get(key), value = Number(text ?? otherwise);
  if (Number.isSafeInteger(value) && value >= 0 && text !== "") return value;
  throw malformed(`a header of the FITS file has ${key} = ${text || "nothing"}`);
}

function dataSize(cards: Cards): number {
  const sizes = Array.from(
    { length: Math.min(count(cards, "NAXIS"), 999) },
    (_, i) => count(cards, `NAXIS${i + 1}`),
  );
  // random groups: the first axis is none
  if (sizes[0] === 0 && cards.get("GROUPS") === "T") sizes.shift();
  const elements = sizes.length === 0 ? 0 : sizes.reduce((a, b) => a * b);
  const bits = Math.abs(Number(cards.get("BITPIX") ?? 8));
  return bits / 8 * count(cards, "GCOUNT", 1) * (count(cards, "PCOUNT", 0) + elements);
}

/** Whether nothing but zeros is left, as behind the end of a tape. */
async function isPadding(file: TableFile, start: number): Promise<boolean> {
  return (await file.read(start, start + BLOCK)).every((byte) => byte === 0) &&
    (await file.read(file.size - BLOCK, file.size)).every((byte) => byte === 0);
}

/** What fills the last block must not be another row. */
async function checkEnd(file: TableFile, { start, size }: Hdu, table: FitsTable): Promise<void> {
  if (start + size > file.size) {
    throw malformed(`the FITS file is cut short: ${table.nRows} rows are declared`);
  }
  const end = Math.ceil((start + size) / BLOCK) * BLOCK;
  const filling = await file.read(start + size, end);
  const last = filling.findLastIndex((byte) => byte !== 0 && byte !== 32);
  if (last < 0 || last + 1 < table.rowBytes / 2) return;
  throw malformed(
    `the FITS file has data behind the ${table.nRows} rows that its header declares (NAXIS2)`,
  );
}

function openHdu(file: TableFile, hdu: Hdu, kind: "BINTABLE" | "TABLE"): FitsTable {
  const { cards, start, size } = hdu;
  const rowBytes = count(cards, "NAXIS1"), nRows = count(cards, "NAXIS2");
  const places = Array.from({ length: Math.min(count(cards, "TFIELDS"), 999) }, (_, i) => i + 1);
  const rowsEnd = start + rowBytes * nRows;
  const heap: Heap = { needed: false, bytes: new Uint8Array(0) };
  let offset = 0;
  const fields = places.map((place) => {
    const of = (key: string) => cards.get(`${key}${place}`);
    if (kind === "TABLE") return asciiField(of, cards, place, rowBytes);
    const form = parseForm(of("TFORM"), place);
    const field = binaryField(of, cards, { ...form, offset }, heap);
    offset += form.bytes;
    return field;
  });
  if (kind === "BINTABLE" && offset !== rowBytes) {
    throw malformed(`the FITS file has rows of ${rowBytes} bytes and fields of ${offset}`);
  }
  if (rowBytes === 0 && nRows > 0) throw malformed("the FITS file has rows of no bytes");
  return {
    name: cards.get("EXTNAME") ?? "",
    nRows,
    rowBytes,
    start,
    fields,
    comments: commentsOf(cards),
    columns: fields.map(({ column }) => column),
    prepare: async () => {
      if (!heap.needed) return;
      const from = start + count(cards, "THEAP", rowsEnd - start), end = start + size;
      if (end - from > MOST_HEAP) throw malformed("the FITS file has too long a heap of texts");
      heap.bytes = await file.read(from, end);
    },
  };
}

/** Cells of variable length, behind the rows. */
interface Heap {
  /** Whether a column of texts lies there. */
  needed: boolean;
  bytes: Uint8Array;
}

type Of = (key: string) => string | undefined;

/** What the header says of a column, whatever its form. */
function described(of: Of, cards: Cards): TableColumn {
  const column = {
    name: of("TTYPE") ?? "",
    unit: of("TUNIT") || undefined,
    ucd: of("TUCD") || undefined,
    description: of("TCOMM") || undefined,
    format: of("TDISP") || undefined,
  };
  const system = (cards.get("RADESYS") ?? cards.get("RADECSYS") ?? "").toUpperCase();
  const equinox = cards.get("EQUINOX") ?? cards.get("EPOCH") ?? "";
  const isOld = /\d/.test(equinox) && Number(equinox.replace(/^[BJ]/, "")) < 1984;
  const frame = system || (equinox === "" ? "" : isOld ? "FK4" : "FK5");
  const isPlace = isPosition(column) || /dec|lat|pos/i.test(`${column.name} ${column.ucd}`);
  return { ...column, ...(isPlace && frame && { frame: withEquinox(frame, equinox) }) };
}

/** A number of a header, where D stands for E too. */
function number(text: string | undefined, otherwise: number): number {
  const value = Number((text ?? "").trim().replace(/[dD]/, "e") || otherwise);
  if (Number.isFinite(value)) return value;
  throw malformed(`a header of the FITS file has "${text}" where a number should be`);
}

interface Form {
  readonly code: string;
  readonly repeat: number;
  /** What stands behind the letter. */
  readonly rest: string;
  readonly bytes: number;
}

function parseForm(text: string | undefined, place: number): Form {
  const [, repeated, code, rest] = /^(\d*)([A-Z])(.*)$/.exec((text ?? "").toUpperCase()) ?? [];
  const width = ELEMENTS[code]?.[0] ?? OTHERS[code];
  if (width === undefined) {
    throw malformed(`the FITS file has TFORM${place} = ${text ?? "nothing"}`);
  }
  const repeat = repeated === "" ? 1 : Number(repeated);
  return { code, repeat, rest, bytes: Math.ceil(repeat * width) };
}

function binaryField(
  of: Of,
  cards: Cards,
  { code, repeat, rest, offset }: Form & { readonly offset: number },
  heap: Heap,
): Field {
  const column = described(of, cards);
  const nothing = (more: Partial<TableColumn>) => ({
    column: { ...column, ...more },
    cell: () => undefined,
  });
  if (code === "C" || code === "M") return nothing({ unreadable: "it holds complex numbers" });
  const isLong = code === "Q";
  if ((code === "P" || isLong) && rest.startsWith("A") && repeat === 1) {
    heap.needed = true;
    return {
      column: { ...column, type: "text" },
      cell(view, row) {
        const at = row + offset;
        const length = isLong ? Number(view.getBigInt64(at)) : view.getInt32(at);
        const from = isLong ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
        if (length < 0 || from < 0 || from + length > heap.bytes.length) {
          throw malformed(`column "${column.name}" of the FITS file points behind its heap`);
        }
        return textOf(heap.bytes.subarray(from, from + length));
      },
    };
  }
  if (code === "P" || isLong) return nothing({ arrayLength: 0 });
  if (code === "A") {
    const shape = /^\((.*)\)$/.exec(of("TDIM") ?? "")?.[1].split(",").map(Number) ?? [];
    const width = Number(/^(\d+)/.exec(rest)?.[1] ?? shape[0] ?? repeat) || repeat;
    const several = Math.floor(repeat / Math.max(1, width));
    if (several > 1) return nothing({ type: "text", arrayLength: several });
    return {
      column: { ...column, type: "text" },
      cell: (view, row) =>
        textOf(new Uint8Array(view.buffer, view.byteOffset + row + offset, repeat)),
    };
  }
  if (repeat === 0 || (repeat > 1 && "XL".includes(code))) return nothing({ arrayLength: repeat });
  if (code === "X") {
    return {
      column: { ...column, type: "boolean" },
      cell: (view, row) => view.getUint8(row + offset) >= 128,
    };
  }
  const read = ELEMENTS[code][1], scale = number(of("TSCAL"), 1), zero = number(of("TZERO"), 0);
  if (code === "L") {
    return {
      column: { ...column, type: "boolean" },
      cell: (view, row) => read(view, row + offset),
    };
  }
  const isWhole = "BIJK".includes(code), isPlain = scale === 1 && Number.isInteger(zero);
  const none = isWhole && of("TNULL")?.trim() ? number(of("TNULL"), NaN) : undefined;
  const nullText = none === undefined ? undefined : BigInt(of("TNULL")!.trim().replace(/\..*/, ""));
  const bigZero = BigInt(Number.isInteger(zero) ? zero : 0);
  const width = ELEMENTS[code][0];
  const type = isWhole && isPlain ? "integer" : "number";
  const element = (view: DataView, at: number) => {
    const raw = read(view, at);
    if (typeof raw === "bigint") {
      if (raw === nullText) return undefined;
      return isPlain ? raw + bigZero : zero + scale * Number(raw);
    }
    if (raw === none) return undefined;
    // -0 degrees and so many minutes stay south
    return scale === 1 && zero === 0 ? raw : zero + scale * (raw as number);
  };
  if (repeat === 1) {
    return { column: { ...column, type }, cell: (view, row) => element(view, row + offset) };
  }
  return {
    column: { ...column, type, arrayLength: repeat },
    cell: (view, row) =>
      Array.from({ length: repeat }, (_, i) => element(view, row + offset + i * width)),
  };
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return unbytes(decodeText(end < 0 ? bytes : bytes.subarray(0, end)).trim());
}

/** A column of an ASCII table (section 7.2): text at a place of the line. */
function asciiField(of: Of, cards: Cards, place: number, rowBytes: number): Field {
  const [, code, width] = /^([AIFED])(\d+)(?:\.\d+)?$/.exec((of("TFORM") ?? "").toUpperCase()) ??
    [];
  const start = number(of("TBCOL"), NaN) - 1, end = start + Number(width);
  if (code === undefined || !(start >= 0) || end > rowBytes) {
    throw malformed(
      `the FITS file has TFORM${place} = ${of("TFORM")} and TBCOL${place} = ${of("TBCOL")} in ` +
        `rows of ${rowBytes} bytes`,
    );
  }
  const scale = number(of("TSCAL"), 1), zero = number(of("TZERO"), 0);
  const isPlain = scale === 1 && zero === 0, none = of("TNULL")?.trim();
  const type = code === "A" ? "text" : code === "I" && isPlain ? "integer" : "number";
  const column: TableColumn = { ...described(of, cards), type };
  return {
    column,
    cell(view, row) {
      const text = textOf(new Uint8Array(view.buffer, view.byteOffset + row + start, end - start));
      if (text === "" || text === none) return undefined;
      if (code === "A") return text;
      const value = Number(text.replace(/\s/g, "").replace(/[dD]/, "e"));
      if (Number.isNaN(value)) {
        if (/^nan$/i.test(text)) return undefined;
        throw malformed(`column "${column.name}" of the FITS file has "${text}", not a number`);
      }
      if (!isPlain) return zero + scale * value;
      return Number.isSafeInteger(value) || !/^[+-]?\d+$/.test(text) ? value : BigInt(text);
    },
  };
}
