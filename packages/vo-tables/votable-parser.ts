import sax from "sax";
import { ELEMENTS } from "./fits-elements.ts";
import { malformed, TableError } from "./table-error.ts";
import { type Cell, type ColumnInfo, columnKind, isNull, parseCell } from "./votable-column.ts";

/** A table of a VOTable whose rows follow. */
export interface VotableTable {
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
  /** Frame of a column by its place, as its COOSYS says. */
  readonly frames: readonly (string | undefined)[];
}

/** What takes the tables of a VOTable as they come. */
interface VotableSink {
  /** Told of each table with data; takes its rows, or undefined to pass it over. */
  table(table: VotableTable): ((row: readonly Cell[]) => void) | undefined;
  /** Takes a FITS file that stands for the rows; absent where none is understood. */
  fits?(bytes: Uint8Array<ArrayBuffer>): void;
}

interface Tag {
  name: string;
  attributes: Record<string, string>;
}

interface Coosys {
  readonly id?: string;
  readonly frame: string;
}

/**
 * Reads a VOTable (TABLEDATA, or BINARY and BINARY2 in base64) chunk by chunk:
 * https://www.ivoa.net/documents/VOTable/
 *
 * @throws TableError `query` with the service's own words when the document reports an error,
 * `format` when it is malformed, cut short, or holds no table.
 */
export class VotableParser {
  readonly #parser = sax.parser(true, { trim: false });
  readonly #sink: VotableSink;
  readonly #encoding?: string;
  #decoder?: TextDecoder;
  #fields: ColumnInfo[] = [];
  #refs: (string | undefined)[] = [];
  #coosys: Coosys[] = [];
  #table = "";
  #stated: number | undefined;
  #take?: (row: readonly Cell[]) => void;
  #rows = 0;
  /** Number of tables with data. */
  #tables = 0;
  /** Base64 of a stream while it lasts. */
  #stream?: string[];
  #row: Cell[] = [];
  #data = "";
  #inField = false;
  #inCell = false;
  #text = "";
  #status = "";
  #failure = "";
  /** What a PARAM says that may be a service's error, or one of a position. */
  #complaint = "";
  #started = false;

  /** @param encoding Of a document that does not say its own. */
  constructor(sink: VotableSink, encoding?: string) {
    this.#sink = sink;
    this.#encoding = encoding;
    this.#parser.onopentag = (tag: Tag) => this.#open(localName(tag.name), tag.attributes);
    this.#parser.onclosetag = (name: string) => this.#close(localName(name));
    this.#parser.ontext = this.#parser.oncdata = (text: string) => {
      if (this.#stream) this.#stream.push(text);
      else this.#text += text;
    };
    this.#parser.onerror = (error: Error) => {
      const [what] = error.message.split("\n");
      throw malformed(`malformed or cut-off VOTable (${what}) in line ${this.#parser.line + 1}`);
    };
  }

  write(chunk: Uint8Array): void {
    this.#decoder ??= new TextDecoder(encodingOf(chunk) ?? this.#encoding, { fatal: true });
    this.#parser.write(this.#decode(chunk, true));
  }

  /** @returns Whether the service says that it left rows out. */
  finish(): boolean {
    this.#parser.write(this.#decode(new Uint8Array(0), false));
    this.#parser.close();
    if (this.#status === "ERROR") {
      throw new TableError("query", this.#failure || "the service reported an error without words");
    }
    if (this.#tables > 0) return this.#status === "OVERFLOW";
    if (this.#complaint !== "") throw new TableError("query", this.#complaint);
    throw malformed("the VOTable holds no table");
  }

  #decode(chunk: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder?.decode(chunk, { stream }) ?? "";
    } catch {
      throw malformed(
        `the VOTable is not ${this.#decoder!.encoding.toUpperCase()} behind line ` +
          `${this.#parser.line + 1}; save it as UTF-8, or name its encoding in its first line: ` +
          '<?xml version="1.0" encoding="ISO-8859-1"?>',
      );
    }
  }

  #open(name: string, attributes: Record<string, string>): void {
    if (this.#inCell) {
      throw malformed(`row ${this.#rows + 1} of the VOTable has <${name}> within a cell`);
    }
    this.#text = "";
    if (!this.#started && name !== "VOTABLE") {
      throw malformed(`expected a VOTable, got a document of <${name.toLowerCase()}>`);
    }
    this.#started = true;
    if (name === "TR") this.#row = [];
    else if (name === "TD") this.#inCell = true;
    else if (name === "INFO") {
      const said = this.#said(attributes);
      if (said !== "" && this.#status !== "ERROR") this.#status = said;
    } else if (name === "PARAM" && attributes.name?.toLowerCase() === "error") {
      this.#complaint ||= attributes.value?.trim() ?? "";
    } else if (name === "COOSYS") this.#coosys.push(coosysOf(attributes));
    else if (name === "TABLE") {
      [this.#fields, this.#refs, this.#take] = [[], [], undefined];
      this.#table = attributes.name ?? attributes.ID ?? "";
      this.#stated = attributes.nrows === undefined ? undefined : Number(attributes.nrows);
    } else if (name === "FIELD") {
      this.#inField = true;
      this.#fields.push(toColumn(attributes));
      this.#refs.push(attributes.ref);
    } else if (name === "VALUES" && attributes.null !== undefined && this.#inField) {
      this.#fields.push({ ...this.#fields.pop()!, null: attributes.null.trim() });
    } else if (name === "TABLEDATA" || name === "BINARY" || name === "BINARY2") this.#begin(name);
    else if (name === "FITS") {
      if (!this.#sink.fits) throw malformed("the VOTable holds FITS; ask for TABLEDATA");
      this.#data = name;
      this.#tables++;
    } else if (name === "STREAM") this.#openStream(attributes);
  }

  /** What the service says: ERROR, OVERFLOW or nothing; of two words the last but ERROR counts. */
  #said({ name = "", ID = "", value = "" }: Record<string, string>): string {
    if (name.toUpperCase() === "QUERY_STATUS") {
      const status = value.toUpperCase();
      return status === "OK" ? "" : status;
    }
    // Simple Cone Search 1.03, section 2.3
    if (name.toLowerCase() !== "error" && (name !== "" || ID.toLowerCase() !== "error")) return "";
    this.#failure ||= value.trim();
    return "ERROR";
  }

  #begin(form: string): void {
    this.#data = form;
    this.#tables++;
    this.#rows = 0;
    if (this.#fields.length === 0) throw malformed("the table has no columns");
    const only = this.#coosys.length === 1 ? this.#coosys[0].frame : undefined;
    this.#take = this.#sink.table({
      name: this.#table,
      columns: this.#fields,
      frames: this.#fields.map(({ ucd }, i) =>
        this.#coosys.find(({ id }) => id !== undefined && id === this.#refs[i])?.frame ??
          (/^pos/i.test(ucd ?? "pos") ? only : undefined)
      ),
    });
  }

  #openStream({ href, encoding }: Record<string, string>): void {
    const form = href ? `at ${href}` : `"${encoding ?? ""}"`;
    if (encoding !== "base64" || href || this.#data === "") {
      throw malformed(`the VOTable's stream is ${form}; expected base64 in place`);
    }
    this.#stream = [];
  }

  #close(name: string): void {
    if (name === "TD") {
      this.#inCell = false;
      const column = this.#fields[this.#row.length];
      this.#row.push(
        this.#take && column ? parseCell(this.#text, column) : undefined,
      );
    } else if (name === "TR") this.#endRow();
    else if (name === "INFO" && this.#status === "ERROR") this.#failure ||= this.#text.trim();
    else if (name === "FIELD") this.#inField = false;
    else if (name === "DESCRIPTION" && this.#inField) {
      this.#fields.push({ ...this.#fields.pop()!, description: this.#text.trim() });
    } else if (name === "STREAM" && this.#stream) {
      const bytes = fromBase64(this.#stream.join(""));
      this.#stream = undefined;
      if (this.#data === "FITS") this.#sink.fits!(bytes);
      else if (this.#take) {
        this.#rows = binaryRows(this.#fields, bytes, this.#data === "BINARY2", this.#take);
      }
    } else if (name === "DATA") {
      if (this.#take && Number.isSafeInteger(this.#stated) && this.#stated! > this.#rows) {
        throw malformed(
          `the VOTable says nrows = ${this.#stated} and has ${this.#rows}: cut short`,
        );
      }
      [this.#take, this.#data, this.#fields] = [undefined, "", []];
    } else if (name === "TABLE" && this.#fields.length > 0) {
      // FIELDs without DATA are a table without rows
      this.#begin(name);
      [this.#take, this.#data, this.#fields] = [undefined, "", []];
    }
    this.#text = "";
  }

  #endRow(): void {
    if (!this.#take) return;
    if (this.#row.length !== this.#fields.length) {
      throw malformed(
        `row ${this.#rows} has ${this.#row.length} cells, expected ${this.#fields.length}`,
      );
    }
    this.#rows++;
    this.#take(this.#row);
  }
}

/** As the byte order mark or the XML declaration says. */
function encodingOf(head: Uint8Array): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const start = new TextDecoder("latin1").decode(head.subarray(0, 200));
  const stated = /^<\?xml[^>]*encoding=["']([\w-]+)/.exec(start)?.[1] ?? "";
  return /^(iso-8859-\d+|latin1|us-ascii|windows-\d+)$/i.test(stated) ? stated : undefined;
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

/** `eq_FK4` of an old document is FK4, whose equinox is B1950 where none is said. */
function coosysOf({ ID, system = "", equinox = "" }: Record<string, string>): Coosys {
  const bare = system.replace(/^eq_/i, "");
  const frame = /^gal/i.test(bare) ? "galactic" : bare.toUpperCase();
  return { id: ID, frame: withEquinox(frame || "ICRS", equinox) };
}

/** `FK4 B1950` of a frame and an equinox; FK5 and ICRS of J2000 need none. */
export function withEquinox(frame: string, equinox: string): string {
  const year = /\d+(\.\d+)?/.exec(equinox)?.[0];
  if (frame === "FK4") return `FK4 B${year === undefined ? 1950 : Number(year)}`;
  return frame === "FK5" && year && Number(year) !== 2000 ? `FK5 J${Number(year)}` : frame;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const plain = text.replace(/\s+/g, "");
  const bytes = new Uint8Array(Math.floor(plain.length * 3 / 4));
  let end = 0;
  try {
    for (let at = 0; at < plain.length; at += 1 << 16) {
      const piece = atob(plain.slice(at, at + (1 << 16)));
      for (let i = 0; i < piece.length; i++) bytes[end++] = piece.charCodeAt(i);
    }
  } catch {
    throw malformed("the VOTable's stream is not base64");
  }
  return bytes.subarray(0, end);
}

/** How a datatype lies in a stream: as the FITS form of the same width, if it has one. */
const FORMS = new Map(Object.entries({
  boolean: "L",
  unsignedByte: "B",
  short: "I",
  int: "J",
  long: "K",
  float: "E",
  double: "D",
  char: "A",
  unicodeChar: "I",
  bit: "X",
  floatComplex: "E",
  doubleComplex: "D",
}));

/**
 * Hands over the rows of a BINARY or BINARY2 stream: sections 5.3 and 5.4 of the standard.
 *
 * @returns Their number.
 * @throws TableError when the stream ends within a row.
 */
function binaryRows(
  columns: readonly ColumnInfo[],
  bytes: Uint8Array,
  binary2: boolean,
  hand: (row: readonly Cell[]) => void,
): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0, rows = 0;
  const take = (size: number): number => {
    if (at + size > bytes.length) {
      throw malformed(`the VOTable's stream ends within row ${rows}: it is cut short`);
    }
    return (at += size) - size;
  };
  const readers = columns.map((column) => {
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
      if (datatype === "char") return text(decodeText(raw));
      if (datatype === "unicodeChar") return text(UTF16.decode(raw));
      const element = (i: number) => isBit ? bitOf(raw, i, count) : read(view, start + i * width);
      if (!isText) return isNull(element(0), column) ? undefined : element(0);
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
    hand(row);
    rows++;
  }
  return rows;
}

/** A bit; where there is one alone writers differ in which of the byte it is. */
function bitOf(bytes: Uint8Array, i: number, count: number): number {
  return count === 1 ? Number(bytes[0] !== 0) : bytes[i >> 3] >> (7 - (i & 7)) & 1;
}

const UTF16 = new TextDecoder("utf-16be"), UTF8 = new TextDecoder("utf-8", { fatal: true });
const LATIN1 = new TextDecoder("latin1");

/** Text of bytes whose encoding nobody states: UTF-8, or Latin-1 where they cannot be that. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return LATIN1.decode(bytes);
  }
}

function text(value: string): Cell {
  return value.replace(/\0.*$/s, "").trim() || undefined;
}
