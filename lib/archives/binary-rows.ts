import { Buffer } from "node:buffer";
import { type Cell, type ColumnInfo, columnKind, type TableBuilder } from "./archive-table.ts";
import { TableError } from "./table-error.ts";

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
