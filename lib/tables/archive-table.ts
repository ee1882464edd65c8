import { Buffer } from "node:buffer";
import pl, { type DataFrame } from "nodejs-polars";
import sax from "sax";
import { ELEMENTS } from "./read-fits.ts";
import { malformed, TableError } from "./table-error.ts";

export { printable, TableError } from "./table-error.ts";

/** What an archive says about one column. */
export interface ColumnInfo {
  readonly name: string;
  /** VOTable datatype: double, float, int, long, short, unsignedByte, boolean, char, ... */
  readonly datatype: string;
  /** VOTable arraysize; absent for a scalar. */
  readonly arraysize?: string;
  readonly unit?: string;
  readonly ucd?: string;
  readonly description?: string;
  /** The integer that stands for a missing value. */
  readonly null?: string;
}

/** A table from an archive. */
export interface ArchiveTable {
  /**
   * Numbers are Float64, except `long`, which is Int64; booleans Bool; all else, arrays included,
   * text. A missing value is null: an empty cell, a VOTable null, NaN.
   */
  readonly frame: DataFrame;
  readonly columns: readonly ColumnInfo[];
  /** Whether the service says that it left rows out. */
  readonly overflow: boolean;
}

/** One cell as the readers hand it over; `undefined` and NaN are missing. */
export type Cell = number | bigint | boolean | string | undefined;

const NUMERIC = new Set(["double", "float", "int", "short", "unsignedByte"]);

/** Collects cells row by row and makes the frame. */
export class TableBuilder {
  readonly columns: readonly ColumnInfo[];
  readonly #cells: (number | boolean | string | null)[][];
  #rows = 0;

  /** @throws TableError when there is no column or a name comes twice. */
  constructor(columns: readonly ColumnInfo[]) {
    const names = columns.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (names.length === 0) throw malformed("the table has no columns");
    if (twice !== undefined) throw malformed(`the column "${twice}" comes twice`);
    this.columns = columns;
    this.#cells = columns.map(() => []);
  }

  /** Adds one row, cells in the order of the columns. */
  add(row: readonly Cell[]): void {
    for (let i = 0; i < this.#cells.length; i++) {
      const cell = row[i];
      const missing = cell === undefined || Number.isNaN(cell);
      this.#cells[i].push(missing ? null : typeof cell === "bigint" ? String(cell) : cell);
    }
    this.#rows++;
  }

  get rows(): number {
    return this.#rows;
  }

  finish(overflow = false): ArchiveTable {
    const series = this.columns.map((column, i) => {
      const kind = columnKind(column), cells = this.#cells[i];
      if (kind === "number") return pl.Series(column.name, cells, pl.Float64);
      if (kind === "boolean") return pl.Series(column.name, cells, pl.Bool);
      const text = pl.Series(column.name, cells, pl.Utf8);
      return kind === "long" ? text.cast(pl.Int64) : text;
    });
    return { frame: pl.DataFrame(series), columns: this.columns, overflow };
  }
}

/** How the cells of a column are kept. */
export function columnKind(
  { datatype, arraysize }: ColumnInfo,
): "number" | "boolean" | "long" | "text" {
  if (arraysize !== undefined && arraysize !== "1") return "text";
  if (NUMERIC.has(datatype)) return "number";
  return datatype === "boolean" || datatype === "long" ? datatype : "text";
}

/**
 * One text cell as its column wants it; the empty text is missing.
 *
 * @throws TableError on text that is no value of the column.
 */
export function parseCell(text: string, column: ColumnInfo): Cell {
  const kind = columnKind(column), trimmed = text.trim();
  if (trimmed === "" || trimmed === column.null) return undefined;
  if (kind === "text") return trimmed;
  if (kind === "boolean") return parseBoolean(trimmed, column.name);
  if (kind === "long" && /^[+-]?\d+$/.test(trimmed)) return trimmed;
  const number = /^nan$/i.test(trimmed)
    ? NaN
    : Number(trimmed.replace(/^([+-]?)inf(inity)?$/i, "$1Infinity"));
  if (kind === "long" || (Number.isNaN(number) && !/^nan$/i.test(trimmed))) {
    throw malformed(`column "${column.name}" has "${trimmed}", expected a number`);
  }
  return number;
}

function parseBoolean(text: string, name: string): boolean | undefined {
  if (/^(t|true|1)$/i.test(text)) return true;
  if (/^(f|false|0)$/i.test(text)) return false;
  if (text === "?") return undefined;
  throw malformed(`column "${name}" has "${text}", expected true or false`);
}

/** What is wrong when a column that should tell rows apart does not; undefined when it does. */
export function repeatedKeys(frame: DataFrame, key: string): string | undefined {
  const values: unknown[] = frame.getColumn(key).toArray();
  const distinct = new Set(values).size, missing = frame.getColumn(key).nullCount();
  if (distinct === values.length && missing === 0) return undefined;
  return `${values.length} rows have ${distinct} different values of "${key}", ${missing} missing`;
}

interface Tag {
  name: string;
  attributes: Record<string, string>;
}

/**
 * Reads the first table of a VOTable (TABLEDATA, or BINARY and BINARY2 in base64) chunk by chunk:
 * https://www.ivoa.net/documents/VOTable/
 *
 * @throws TableError `query` with the service's own words when the document reports an error,
 * `format` when it is malformed, cut short, or holds no table.
 */
export class VotableReader {
  readonly #parser = sax.parser(true, { trim: false });
  readonly #fields: ColumnInfo[] = [];
  #decoder?: TextDecoder;
  #builder?: TableBuilder;
  /** Pieces of a stream while it lasts. */
  #stream?: string[];
  #row: string[] = [];
  #binary2 = false;
  #inField = false;
  #text = "";
  #status = "";
  #failure = "";
  #tables = 0;
  #started = false;

  constructor() {
    this.#parser.onopentag = (tag: Tag) => this.#open(localName(tag.name), tag.attributes);
    this.#parser.onclosetag = (name: string) => this.#close(localName(name));
    this.#parser.ontext = this.#parser.oncdata = (text: string) => {
      if (this.#stream) this.#stream.push(text);
      else this.#text += text;
    };
    this.#parser.onerror = (error: Error) => {
      const [what] = error.message.split("\n");
      const { line } = this.#parser;
      throw malformed(`malformed or cut-off VOTable (${what}) in line ${line + 1}`);
    };
  }

  write(chunk: Uint8Array): void {
    this.#decoder ??= new TextDecoder(encodingOf(chunk));
    this.#parser.write(this.#decoder.decode(chunk, { stream: true }));
  }

  finish(): ArchiveTable {
    this.#parser.close();
    if (this.#status === "ERROR") {
      throw new TableError("query", this.#failure || "the service reported an error without words");
    }
    if (!this.#builder) throw malformed("the VOTable holds no table with data");
    return this.#builder.finish(this.#status === "OVERFLOW");
  }

  #open(name: string, attributes: Record<string, string>): void {
    this.#text = "";
    if (!this.#started && name !== "VOTABLE") {
      throw malformed(`expected a VOTable, got a document of <${name.toLowerCase()}>`);
    }
    this.#started = true;
    if (name === "TABLE") this.#tables++;
    if (name === "INFO" && attributes.name === "QUERY_STATUS") {
      this.#status = attributes.value?.toUpperCase() ?? "";
    }
    if (this.#tables !== 1) return;
    if (name === "FIELD") {
      this.#inField = true;
      this.#fields.push(toColumn(attributes));
    }
    if (name === "VALUES" && attributes.null !== undefined && this.#inField) {
      this.#fields.push({ ...this.#fields.pop()!, null: attributes.null });
    }
    if (name === "TABLEDATA" || name === "BINARY" || name === "BINARY2") {
      this.#builder = new TableBuilder(this.#fields);
      this.#binary2 = name === "BINARY2";
    }
    if (name === "FITS") throw malformed("the VOTable holds FITS; ask for TABLEDATA");
    if (name === "STREAM") {
      const { href, encoding } = attributes, form = href ? `at ${href}` : `"${encoding ?? ""}"`;
      if (encoding !== "base64" || href || !this.#builder) {
        throw malformed(`the VOTable's stream is ${form}; expected base64 in place`);
      }
      this.#stream = [];
    }
    if (name === "TR") this.#row = [];
  }

  #close(name: string): void {
    if (name === "INFO" && this.#status === "ERROR") this.#failure ||= this.#text.trim();
    if (this.#tables === 1) {
      if (name === "TD") this.#row.push(this.#text);
      if (name === "TR" && this.#builder) this.#endRow(this.#builder);
      if (name === "FIELD") this.#inField = false;
      if (name === "DESCRIPTION" && this.#inField) {
        this.#fields.push({ ...this.#fields.pop()!, description: this.#text.trim() });
      }
      if (name === "STREAM" && this.#stream && this.#builder) {
        const text = this.#stream.join("");
        this.#stream = undefined;
        if (/[^A-Za-z0-9+/=\s]/.test(text)) throw malformed("the VOTable's stream is not base64");
        addBinaryRows(this.#builder, Buffer.from(text, "base64"), this.#binary2);
      }
    }
    this.#text = "";
  }

  #endRow(builder: TableBuilder): void {
    const { columns, rows } = builder;
    if (this.#row.length !== columns.length) {
      throw malformed(`row ${rows} has ${this.#row.length} cells, expected ${columns.length}`);
    }
    builder.add(this.#row.map((text, i) => parseCell(text, columns[i])));
  }
}

/** Reads a whole VOTable; see {@link VotableReader} for what it throws. */
export function readVotable(bytes: Uint8Array): ArchiveTable {
  const reader = new VotableReader();
  for (let start = 0; start < bytes.length; start += 1 << 16) {
    reader.write(bytes.subarray(start, start + (1 << 16)));
  }
  return reader.finish();
}

/** As the byte order mark or the XML declaration says. */
function encodingOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const start = new TextDecoder("latin1").decode(head.subarray(0, 200));
  const stated = /^<\?xml[^>]*encoding=["']([\w-]+)/.exec(start)?.[1] ?? "";
  return /^(iso-8859-\d+|latin1|us-ascii|windows-\d+)$/i.test(stated) ? stated : "utf-8";
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1).toUpperCase();
}

function toColumn(
  { name, ID = "", datatype, arraysize, unit, ucd }: Record<string, string>,
): ColumnInfo {
  return {
    name: name ?? ID,
    datatype: datatype ?? "char",
    arraysize,
    unit: unit || undefined,
    ucd,
  };
}

/** How a datatype lies in a stream: as the FITS form of the same width, if it has one. */
const FORMS = new Map(Object.entries({
  ...{ boolean: "L", unsignedByte: "B", short: "I", int: "J", long: "K", float: "E", double: "D" },
  ...{ char: "A", unicodeChar: "I", bit: "X", floatComplex: "E", doubleComplex: "D" },
}));

/**
 * Adds the rows of a BINARY or BINARY2 stream to a table: sections 5.3 and 5.4 of the standard.
 *
 * @throws TableError when the stream ends within a row.
 */
function addBinaryRows(builder: TableBuilder, bytes: Buffer, binary2: boolean): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const take = (size: number): number => {
    if (at + size > bytes.length) {
      throw malformed(`the VOTable's stream ends within row ${builder.rows}: it is cut short`);
    }
    return (at += size) - size;
  };
  const readers = builder.columns.map((column) => {
    const { name, datatype, arraysize = "1" } = column, form = FORMS.get(datatype);
    if (form === undefined) throw malformed(`column "${name}" has datatype "${datatype}"`);
    // "4x*" is a list of unknown length of arrays of four; its stored length counts all elements
    const isOpen = arraysize.includes("*"), parts = datatype.endsWith("Complex") ? 2 : 1;
    const size = isOpen ? 0 : arraysize.split("x").reduce((a, b) => a * Number(b), 1);
    if (!Number.isSafeInteger(size) || size < 0) {
      throw malformed(`column "${name}" has arraysize "${arraysize}"`);
    }
    const isText = parts === 2 || columnKind(column) === "text";
    const isBit = form === "X", [width, read] = ELEMENTS[isBit ? "A" : form];
    return (): Cell => {
      const count = (isOpen ? view.getUint32(take(4)) : size) * parts;
      const start = take(isBit ? Math.ceil(count / 8) : count * width);
      const raw = bytes.subarray(start, at);
      if (datatype === "char") return text(raw.toString("utf8"));
      if (datatype === "unicodeChar") return text(Buffer.from(raw).swap16().toString("utf16le"));
      const element = (i: number) =>
        isBit ? raw[i >> 3] >> (7 - (i & 7)) & 1 : read(view, start + i * width);
      if (!isText) return String(element(0)) === column.null ? undefined : element(0);
      return text(Array.from({ length: count }, (_, i) => element(i)).join(isBit ? "" : " "));
    };
  });
  const maskBytes = binary2 ? Math.ceil(readers.length / 8) : 0;
  while (at < bytes.length) {
    const start = take(maskBytes);
    const row = readers.map((read, i) => {
      const cell = read();
      return maskBytes && bytes[start + (i >> 3)] & (0x80 >> (i & 7)) ? undefined : cell;
    });
    if (at === start) throw malformed("the rows of the VOTable's stream have no bytes");
    builder.add(row);
  }
}

function text(value: string): Cell {
  return value.replace(/\0.*$/s, "").trim() || undefined;
}
