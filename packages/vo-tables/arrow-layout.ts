import { malformed } from "./table-error.ts";

/** Bytes of the word that an Arrow file begins with; behind it lies a stream. */
const MAGIC_BYTES = 8;
/** Kinds of messages. */
const DICTIONARY_BATCH = 2, RECORD_BATCH = 3;
/** Fields within fields, and what a damaged length may not exceed. */
const MOST_DEPTH = 32, MOST_FIELDS = 100_000;

/**
 * Follows the lists of an Arrow file
 * (https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc)
 * and makes sure that none goes beyond the file: readers take their lengths on trust.
 *
 * @returns Rows of all batches that are found; the footer may list fewer.
 * @throws TableError for what cannot be.
 */
export function checkArrow(bytes: Uint8Array): number {
  const walk = new ArrowWalk(bytes);
  try {
    return walk.file();
  } catch (error) {
    if (error instanceof RangeError) throw malformed("its Arrow is broken or cut short");
    throw error;
  }
}

class ArrowWalk {
  readonly #view: DataView;
  #fields = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  file(): number {
    const last = this.#view.byteLength - 10, end = last - this.#int(last);
    if (end < MAGIC_BYTES) throw new RangeError("the footer is longer than the file");
    const footer = this.#follow(end);
    this.#schema(this.#table(footer, 6));
    this.#pairs(footer, 12);
    this.#blocks(footer, 8, end);
    return Math.max(this.#blocks(footer, 10, end), this.#stream(end));
  }

  /** Rows of the batches that the footer lists. */
  #blocks(footer: number, slot: number, end: number): number {
    const { start, n } = this.#vector(footer, slot, 24);
    let rows = 0;
    for (let block = start; block < start + 24 * n; block += 24) {
      rows += this.#message(Number(this.#view.getBigInt64(block, true)), end).rows;
    }
    return rows;
  }

  /** Rows of the batches that lie behind each other, as far as they can be followed. */
  #stream(end: number): number {
    let rows = 0;
    try {
      for (let at = MAGIC_BYTES; at + 8 <= end;) {
        const message = this.#message(at, end);
        if (message.end === at) break;
        rows += message.rows;
        at = message.end;
      }
    } catch (error) {
      // writers may leave gaps between messages, which the footer knows
      if (!(error instanceof RangeError)) throw error;
    }
    return rows;
  }

  /** A message of rows, a dictionary or a schema; it ends where it begins where there is none. */
  #message(start: number, end: number): { rows: number; end: number } {
    const at = this.#int(start) === -1 ? start + 4 : start, length = this.#int(at);
    if (length <= 0) return { rows: 0, end: start };
    const message = this.#follow(at + 4), body = this.#long(message, 10);
    if (body < 0 || at + 4 + length + body > end) throw new RangeError("a message is cut off");
    const kindAt = this.#slot(message, 6), kind = kindAt && this.#view.getUint8(kindAt);
    const header = this.#table(message, 8);
    if (kind === DICTIONARY_BATCH) this.#batch(this.#table(header, 6), body);
    const rows = kind === RECORD_BATCH ? this.#batch(header, body) : 0;
    return { rows, end: at + 4 + length + body };
  }

  /** A batch of rows, its nodes and buffers. */
  #batch(batch: number, body: number): number {
    const rows = this.#long(batch, 4), isPacked = this.#slot(batch, 10) > 0;
    // a bit a row and more; what is packed may be 1,000 times larger
    const most = 8 * body * (isPacked ? 1000 : 1);
    for (const [node] of this.#pairsOfLongs(batch, 6)) {
      // a column of nothing has no bytes
      if (node < 0 || (node > most && node !== rows)) throw new RangeError("too long a column");
    }
    for (const [offset, length] of this.#pairsOfLongs(batch, 8)) {
      if (offset < 0 || length < 0 || offset + length > body) throw new RangeError("a buffer");
    }
    this.#vector(batch, 12, 8);
    if (rows < 0 || rows > Math.max(most, this.#view.byteLength)) throw new RangeError("rows");
    return rows;
  }

  #schema(schema: number): void {
    this.#children(schema, 6, 0);
    this.#pairs(schema, 8);
  }

  #children(parent: number, slot: number, depth: number): void {
    const { start, n } = this.#vector(parent, slot, 4);
    this.#fields += n;
    if (depth > MOST_DEPTH || this.#fields > MOST_FIELDS) throw new RangeError("too many fields");
    for (let i = 0; i < n; i++) {
      const field = this.#follow(start + 4 * i);
      this.#vector(field, 4, 1);
      this.#pairs(field, 16);
      this.#children(field, 14, depth + 1);
      const kind = this.#slot(field, 8), type = this.#slot(field, 10);
      // of all types the union alone has a list
      if (kind && type && this.#view.getUint8(kind) === 14) this.#vector(this.#follow(type), 6, 4);
    }
  }

  /** Names with values, as metadata. */
  #pairs(table: number, slot: number): void {
    const { start, n } = this.#vector(table, slot, 4);
    for (let i = 0; i < n; i++) {
      const pair = this.#follow(start + 4 * i);
      this.#vector(pair, 4, 1);
      this.#vector(pair, 6, 1);
    }
  }

  *#pairsOfLongs(table: number, slot: number): Generator<readonly [number, number]> {
    const { start, n } = this.#vector(table, slot, 16);
    for (let at = start; at < start + 16 * n; at += 16) {
      yield [
        Number(this.#view.getBigInt64(at, true)),
        Number(this.#view.getBigInt64(at + 8, true)),
      ];
    }
  }

  /** A list of a table: where it begins and how many elements of `size` bytes it has. */
  #vector(table: number, slot: number, size: number): { start: number; n: number } {
    const at = this.#slot(table, slot);
    if (at === 0) return { start: 0, n: 0 };
    const start = this.#follow(at) + 4, n = this.#int(start - 4);
    if (n < 0 || start + n * size > this.#view.byteLength) throw new RangeError("a list");
    return { start, n };
  }

  /** The table that a slot points to. */
  #table(table: number, slot: number): number {
    const at = this.#slot(table, slot);
    if (at === 0) throw new RangeError("a part is missing");
    return this.#follow(at);
  }

  #long(table: number, slot: number): number {
    const at = this.#slot(table, slot);
    return at === 0 ? 0 : Number(this.#view.getBigInt64(at, true));
  }

  /** Where a slot of a flatbuffer's table lies; 0 where it is not there. */
  #slot(table: number, slot: number): number {
    const names = table - this.#int(table);
    const offset = slot < this.#view.getInt16(names, true)
      ? this.#view.getInt16(names + slot, true)
      : 0;
    return offset && table + offset;
  }

  #follow(at: number): number {
    return at + this.#int(at);
  }

  #int(at: number): number {
    return this.#view.getInt32(at, true);
  }
}
