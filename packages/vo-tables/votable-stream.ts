import { ELEMENTS } from "./fits-elements.ts";
import { decodeText } from "./split-cells.ts";
import { malformed } from "./table-error.ts";
import { type Cell, type ColumnInfo, columnKind, isNull, type RowTaker } from "./votable-column.ts";

/** Letters of base64 that are decoded together, four for three bytes. */
const LETTERS = 1 << 16;

/** Takes the bytes of a stream as they come. */
export interface BytesTaker {
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** @throws TableError of what was wrong with them. */
  end(): void;
}

/** Text of base64, blanks within, that comes in pieces. */
export class Base64Stream {
  readonly #to: BytesTaker;
  #letters = "";
  #isBroken = false;

  constructor(to: BytesTaker) {
    this.#to = to;
  }

  write(text: string): void {
    if (this.#isBroken) return;
    this.#letters += text.replace(/\s+/g, "");
    let at = 0;
    for (; this.#letters.length - at >= LETTERS; at += LETTERS) this.#decode(at, at + LETTERS);
    this.#letters = this.#letters.slice(at);
  }

  /** @throws TableError where it is not base64 or its bytes are not what they should be. */
  end(): void {
    if (!this.#isBroken) this.#decode(0, this.#letters.length);
    // told when the stream has ended: in a document that is cut off that comes first
    if (this.#isBroken) throw malformed("the VOTable's stream is not base64");
    this.#to.end();
  }

  #decode(from: number, to: number): void {
    let plain: string;
    try {
      plain = atob(this.#letters.slice(from, to));
    } catch {
      this.#isBroken = true;
      return;
    }
    const bytes = new Uint8Array(plain.length);
    for (let i = 0; i < plain.length; i++) bytes[i] = plain.charCodeAt(i);
    this.#to.write(bytes);
  }
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

/** How the cells of a column lie in a stream. */
interface StreamField {
  /** Elements of a cell; undefined where a number of four bytes before it says that. */
  readonly count?: number;
  /** Bytes of so many elements. */
  bytes(count: number): number;
  read(view: DataView, at: number, count: number): Cell;
}

/** Hands over the rows of a BINARY or BINARY2 stream: sections 5.3 and 5.4 of the standard. */
export class BinaryRows implements BytesTaker {
  readonly #taker: RowTaker;
  readonly #maskBytes: number;
  readonly #fields: readonly StreamField[] = [];
  /** Bytes of a row; undefined where cells are of any length. */
  readonly #rowBytes?: number;
  readonly #row: Cell[];
  /** Bytes that no row has been made of yet. */
  #view = new DataView(new ArrayBuffer(0));
  #end = 0;
  /** So many bytes the next row takes at least. */
  #needed = 0;
  #rows = 0;
  #failure?: unknown;

  constructor(columns: readonly ColumnInfo[], isBinary2: boolean, taker: RowTaker) {
    this.#taker = taker;
    this.#maskBytes = isBinary2 ? Math.ceil(columns.length / 8) : 0;
    this.#row = columns.map(() => undefined);
    try {
      this.#fields = columns.map(fieldOf);
    } catch (error) {
      this.#failure = error;
    }
    if (this.#fields.every(({ count }) => count !== undefined)) {
      this.#rowBytes = this.#fields.reduce(
        (sum, { count, bytes }) => sum + bytes(count!),
        this.#maskBytes,
      );
    }
  }

  /** What is wrong is kept for the end, as the stream may be broken or cut off behind it. */
  write(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#failure !== undefined) return;
    this.#add(bytes);
    try {
      this.#take();
    } catch (error) {
      this.#failure = error;
    }
  }

  /** @throws TableError when the stream ends within a row, and what was wrong before. */
  end(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#end === 0) return;
    throw malformed(`the VOTable's stream ends within row ${this.#rows}: it is cut short`);
  }

  /** Puts bytes behind those that are left, in a larger place where one is needed. */
  #add(bytes: Uint8Array<ArrayBuffer>): void {
    const end = this.#end + bytes.length;
    if (this.#end === 0) this.#view = new DataView(bytes.buffer, 0, bytes.length);
    else {
      if (end > this.#view.buffer.byteLength) {
        const larger = new Uint8Array(2 * end);
        larger.set(new Uint8Array(this.#view.buffer, 0, this.#end));
        this.#view = new DataView(larger.buffer);
      }
      new Uint8Array(this.#view.buffer as ArrayBuffer).set(bytes, this.#end);
    }
    this.#end = end;
  }

  /** Makes rows of what is there. */
  #take(): void {
    let at = 0;
    while (at < this.#end && this.#end - at >= this.#needed) {
      const end = this.#reach(at);
      if (end === at) throw malformed("the rows of the VOTable's stream have no bytes");
      this.#needed = end - at;
      if (end > this.#end) break;
      this.#read(at);
      [at, this.#needed] = [end, 0];
    }
    if (at === 0) return;
    const rest = new Uint8Array(this.#view.buffer, at, this.#end - at).slice();
    [this.#view, this.#end] = [new DataView(rest.buffer), rest.length];
  }

  /** Where a row ends, or where its first part ends that is not there yet. */
  #reach(start: number): number {
    if (this.#rowBytes !== undefined) return start + this.#rowBytes;
    let at = start + this.#maskBytes;
    for (const { count, bytes } of this.#fields) {
      if (count !== undefined) at += bytes(count);
      else {
        at += 4;
        if (at > this.#end) return at;
        at += bytes(this.#view.getUint32(at - 4));
      }
    }
    return at;
  }

  #read(start: number): void {
    const { wants } = this.#taker, view = this.#view;
    let at = start + this.#maskBytes;
    for (let i = 0; i < this.#fields.length; i++) {
      const field = this.#fields[i];
      let { count } = field;
      if (count === undefined) [count, at] = [view.getUint32(at), at + 4];
      const isMissing = this.#maskBytes > 0 &&
        (view.getUint8(start + (i >> 3)) & (0x80 >> (i & 7))) !== 0;
      this.#row[i] = isMissing || wants?.(i) === false ? undefined : field.read(view, at, count);
      at += field.bytes(count);
    }
    this.#rows++;
    this.#taker.row(this.#row);
  }
}

/** @throws TableError for a type or a size that cannot be. */
function fieldOf(column: ColumnInfo): StreamField {
  const { name, datatype, arraysize = "1" } = column, form = FORMS.get(datatype);
  if (form === undefined) throw malformed(`column "${name}" has datatype "${datatype}"`);
  // "4x*" is a list of unknown length of arrays of four; its stored length counts all elements
  const isOpen = arraysize.includes("*"), parts = datatype.endsWith("Complex") ? 2 : 1;
  const size = isOpen ? 0 : arraysize.split("x").reduce((a, b) => a * Number(b), 1);
  if (!Number.isSafeInteger(size) || size < 0) {
    throw malformed(`column "${name}" has arraysize "${arraysize}"`);
  }
  const count = isOpen ? undefined : size;
  if (form === "X") {
    const bytes = (count: number) => Math.ceil(count / 8);
    const bits = (view: DataView, at: number, count: number) => {
      const raw = partOf(view, at, bytes(count));
      return text(Array.from({ length: count }, (_, i) => bitOf(raw, i, count)).join(""));
    };
    return { count, bytes, read: bits };
  }
  const [width, element] = ELEMENTS[form];
  const bytes = (count: number) => parts * count * width;
  if (datatype === "char" || datatype === "unicodeChar") {
    const decode = datatype === "char" ? decodeText : (raw: Uint8Array) => UTF16.decode(raw);
    return { count, bytes, read: (view, at, n) => text(decode(partOf(view, at, bytes(n)))) };
  }
  if (parts === 2 || columnKind(column) === "text") {
    const list = (view: DataView, at: number, n: number) =>
      text(Array.from({ length: parts * n }, (_, i) => element(view, at + i * width)).join(" "));
    return { count, bytes, read: list };
  }
  const read = (view: DataView, at: number) => {
    const value = element(view, at);
    return column.null !== undefined && isNull(value, column) ? undefined : value;
  };
  return { count, bytes, read };
}

function partOf(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}

/** A bit; where there is one alone writers differ in which of the byte it is. */
function bitOf(bytes: Uint8Array, i: number, count: number): number {
  return count === 1 ? Number(bytes[0] !== 0) : bytes[i >> 3] >> (7 - (i & 7)) & 1;
}

const UTF16 = new TextDecoder("utf-16be");

function text(value: string): Cell {
  return value.replace(/\0.*$/s, "").trim() || undefined;
}
