import sax from "sax";
import {
  type ArchiveTable,
  type Cell,
  type ColumnInfo,
  columnKind,
  parseCell,
  TableBuilder,
  TableError,
} from "./archive-table.ts";
import { Buffer } from "node:buffer";

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
  readonly #decoder = new TextDecoder();
  readonly #fields: ColumnInfo[] = [];
  #builder?: TableBuilder;
  #binary?: BinaryRows;
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
      if (this.#binary) this.#binary.push(text);
      else this.#text += text;
    };
    this.#parser.onerror = (error: Error) => {
      const [what] = error.message.split("\n");
      throw new TableError("format", `malformed or cut-off VOTable (${what})`);
    };
  }

  write(chunk: Uint8Array): void {
    this.#parser.write(this.#decoder.decode(chunk, { stream: true }));
  }

  finish(): ArchiveTable {
    this.#parser.close();
    if (this.#status === "ERROR") {
      throw new TableError("query", this.#failure || "the service reported an error without words");
    }
    if (!this.#builder) throw new TableError("format", "the VOTable holds no table with data");
    return this.#builder.finish(this.#status === "OVERFLOW");
  }

  #open(name: string, attributes: Record<string, string>): void {
    this.#text = "";
    if (!this.#started && name !== "VOTABLE") {
      throw new TableError(
        "format",
        `expected a VOTable, got a document of <${name.toLowerCase()}>`,
      );
    }
    this.#started = true;
    if (name === "TABLE") this.#tables++;
    if (name === "INFO" && attributes.name === "QUERY_STATUS") {
      this.#status = attributes.value.toUpperCase();
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
    if (name === "FITS") {
      throw new TableError("format", "the VOTable holds FITS; ask for TABLEDATA");
    }
    if (name === "STREAM") this.#openStream(attributes);
    if (name === "TR") this.#row = [];
  }

  #openStream(attributes: Record<string, string>): void {
    if (attributes.encoding !== "base64" || attributes.href) {
      const form = attributes.href ? `at ${attributes.href}` : `"${attributes.encoding}"`;
      throw new TableError("format", `the VOTable's stream is ${form}; expected base64 in place`);
    }
    this.#binary = new BinaryRows(this.#builder!, this.#binary2);
  }

  #close(name: string): void {
    if (name === "INFO" && this.#status === "ERROR") this.#failure ||= this.#text.trim();
    if (this.#tables === 1) {
      if (name === "TD") this.#row.push(this.#text);
      if (name === "TR") this.#endRow();
      if (name === "FIELD") this.#inField = false;
      if (name === "DESCRIPTION" && this.#inField) {
        this.#fields.push({ ...this.#fields.pop()!, description: this.#text.trim() });
      }
      if (name === "STREAM") {
        this.#binary?.finish();
        this.#binary = undefined;
      }
    }
    this.#text = "";
  }

  #endRow(): void {
    const columns = this.#builder!.columns;
    if (this.#row.length !== columns.length) {
      throw new TableError(
        "format",
        `row ${this.#builder!.rows} has ${this.#row.length} cells, expected ${columns.length}`,
      );
    }
    this.#builder!.add(this.#row.map((text, i) => parseCell(text, columns[i])));
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

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1).toUpperCase();
}

function toColumn({ name, datatype, arraysize, unit, ucd }: Record<string, string>): ColumnInfo {
  return { name, datatype: datatype ?? "char", arraysize, unit, ucd };
}

const SIZES: Readonly<Record<string, number>> = {
  boolean: 1,
  bit: 1,
  unsignedByte: 1,
  char: 1,
  short: 2,
  unicodeChar: 2,
  int: 4,
  float: 4,
  long: 8,
  double: 8,
  floatComplex: 8,
  doubleComplex: 16,
};

/** More bytes of the row are needed. */
const MORE = Symbol("more");

/**
 * Decodes the base64 rows of a VOTable's BINARY or BINARY2 stream into a table builder:
 * https://www.ivoa.net/documents/VOTable/, sections 5.3 and 5.4.
 */
export class BinaryRows {
  readonly #builder: TableBuilder;
  readonly #maskBytes: number;
  #base64 = "";
  #bytes: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(builder: TableBuilder, binary2: boolean) {
    this.#builder = builder;
    this.#maskBytes = binary2 ? Math.ceil(builder.columns.length / 8) : 0;
  }

  /** Takes the next piece of base64 text and adds the rows that it completes. */
  push(text: string): void {
    this.#base64 += text.replace(/\s+/g, "");
    if (/[^A-Za-z0-9+/=]/.test(this.#base64)) {
      throw new TableError("format", "the VOTable's stream is not base64");
    }
    const whole = this.#base64.length & ~3;
    const fresh = Buffer.from(this.#base64.slice(0, whole), "base64");
    this.#base64 = this.#base64.slice(whole);
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#offset), fresh]);
    this.#offset = 0;
    while (this.#offset < this.#bytes.length && this.#readRow());
  }

  /** @throws TableError when the stream ends within a row. */
  finish(): void {
    if (this.#offset < this.#bytes.length || this.#base64 !== "") {
      throw new TableError("format", `the VOTable's stream ends within row ${this.#builder.rows}`);
    }
  }

  #readRow(): boolean {
    const start = this.#offset;
    try {
      const mask = this.#take(this.#maskBytes);
      const row = this.#builder.columns.map((column, i) => {
        const cell = this.#readCell(column);
        return mask.length && mask[i >> 3] & (0x80 >> (i & 7)) ? undefined : cell;
      });
      this.#builder.add(row);
      return true;
    } catch (error) {
      if (error !== MORE) throw error;
      this.#offset = start;
      return false;
    }
  }

  #take(size: number): Buffer {
    if (this.#offset + size > this.#bytes.length) throw MORE;
    return this.#bytes.subarray(this.#offset, this.#offset += size);
  }

  #readCell(column: ColumnInfo): Cell {
    const { datatype, arraysize = "1" } = column;
    const size = SIZES[datatype];
    if (size === undefined) {
      throw new TableError("format", `column "${column.name}" has datatype "${datatype}"`);
    }
    // "4x*" is a list of unknown length of arrays of four; its stored length counts all elements
    const count = arraysize.includes("*")
      ? this.#take(4).readUInt32BE()
      : arraysize.split("x").reduce((product, part) => product * Number(part), 1);
    if (datatype === "bit") return this.#bits(count);
    const bytes = this.#take(count * size);
    if (datatype === "char") return text(bytes.toString("utf8"));
    if (datatype === "unicodeChar") return text(Buffer.from(bytes).swap16().toString("utf16le"));
    const values = Array.from({ length: count }, (_, i) => element(bytes, i * size, datatype));
    if (columnKind(column) === "text") return text(values.map(String).join(" "));
    return String(values[0]) === column.null ? undefined : values[0];
  }

  #bits(count: number): Cell {
    const bytes = this.#take(Math.ceil(count / 8));
    return Array.from({ length: count }, (_, i) => bytes[i >> 3] >> (7 - (i & 7)) & 1).join("");
  }
}

function text(value: string): Cell {
  return value.replace(/\0.*$/s, "").trim() || undefined;
}

function element(bytes: Buffer, at: number, datatype: string): Cell {
  switch (datatype) {
    case "boolean":
      return "Tt1".includes(String.fromCharCode(bytes[at]))
        ? true
        : "Ff0".includes(String.fromCharCode(bytes[at]))
        ? false
        : undefined;
    case "unsignedByte":
      return bytes[at];
    case "short":
      return bytes.readInt16BE(at);
    case "int":
      return bytes.readInt32BE(at);
    case "long":
      return bytes.readBigInt64BE(at);
    case "float":
      return bytes.readFloatBE(at);
    case "double":
      return bytes.readDoubleBE(at);
    case "floatComplex":
      return `${bytes.readFloatBE(at)} ${bytes.readFloatBE(at + 4)}`;
    default:
      return `${bytes.readDoubleBE(at)} ${bytes.readDoubleBE(at + 8)}`;
  }
}
