import { malformed } from "./table-error.ts";
import type { TableFile } from "./table-file.ts";

/** Bytes of the word that an Arrow file begins with; behind it lies a stream. */
const MAGIC_BYTES = 8;
/** Bytes of the word that it ends with and of the length before, and of a block of its footer. */
const TAIL_BYTES = 10, BLOCK_BYTES = 24;
/** Bytes of a message of a schema before this. */
const SCHEMA_HEAD = 40;
/** Bytes of a message that are read first: mostly they hold its description. */
const PEEK_BYTES = 8192;
/** Kinds of messages. */
const SCHEMA = 1, DICTIONARY_BATCH = 2, RECORD_BATCH = 3;
/** Fields within fields, and what a damaged length may not exceed. */
const MOST_DEPTH = 32, MOST_FIELDS = 100_000;

/** A message of an Arrow file: what it is, where it lies, and the rows that it holds. */
export interface ArrowMessage {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
  readonly rows: number;
}

/** Where the parts of an Arrow file lie. */
interface ArrowLayout {
  readonly dictionaries: readonly ArrowMessage[];
  /** Batches of rows, as the footer lists them. */
  readonly batches: readonly ArrowMessage[];
  /** Rows of all batches that are found; the footer may list fewer. */
  readonly rows: number;
  /** The stream of some of the batches, by their places, each message by itself. */
  part(from: number, to: number): Promise<Uint8Array[]>;
}

/**
 * Follows the lists of an Arrow file
 * (https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc)
 * and makes sure that none goes beyond the file: readers take their lengths on trust. Of the file the
 * descriptions of its parts are read, not these.
 *
 * @throws TableError for what cannot be.
 */
export async function arrowLayout(file: TableFile): Promise<ArrowLayout> {
  try {
    return await layoutOf(file);
  } catch (error) {
    if (error instanceof RangeError) throw malformed("its Arrow is broken or cut short");
    throw error;
  }
}

async function layoutOf(file: TableFile): Promise<ArrowLayout> {
  const tail = await file.read(Math.max(0, file.size - TAIL_BYTES), file.size);
  const end = file.size - TAIL_BYTES - viewOf(tail).getInt32(0, true);
  if (end < MAGIC_BYTES) throw new RangeError("the footer is longer than the file");
  const footer = await file.read(end, file.size), lists = new ArrowWalk(footer, file.size).footer();
  const schema = schemaMessage(footer, lists);
  const known = new Map<number, ArrowMessage>();
  const messageAt = async (start: number) => {
    const message = known.get(start) ?? await readMessage(file, start, end);
    known.set(start, message);
    return message;
  };
  const blocksOf = async ({ start, n }: List, kind: number) => {
    const blocks: ArrowMessage[] = [];
    for (let block = start; block < start + BLOCK_BYTES * n; block += BLOCK_BYTES) {
      const message = await messageAt(Number(viewOf(footer).getBigInt64(block, true)));
      if (message.kind !== kind) throw new RangeError("a block of something else");
      blocks.push(message);
    }
    return blocks;
  };
  const dictionaries = await blocksOf(lists.dictionaries, DICTIONARY_BATCH);
  const batches = await blocksOf(lists.batches, RECORD_BATCH);
  const listed = batches.reduce((sum, { rows }) => sum + rows, 0);
  return {
    dictionaries,
    batches,
    rows: Math.max(listed, await rowsInTurn(messageAt, end)),
    async part(from, to) {
      const messages = from < to ? [...dictionaries, ...batches.slice(from, to)] : [];
      const parts = [schema];
      for (const { start, end } of messages.sort((a, b) => a.start - b.start)) {
        // numbers stay as far from whole words as they were
        parts.push((await file.read(start - start % 8, end)).subarray(start % 8));
      }
      return parts;
    },
  };
}

/** The schema of a footer as the message that a stream begins with, and some files do not have. */
function schemaMessage(footer: Uint8Array, { version, schema }: FooterLists): Uint8Array {
  const message = new Uint8Array(SCHEMA_HEAD + footer.length), view = viewOf(message);
  message.set(footer, SCHEMA_HEAD);
  // its sign and length; where its table lies; the slots of that; the table
  [-1, message.length - 8, 16].forEach((value, i) => view.setInt32(4 * i, value, true));
  [12, 12, 4, 6, 8, 0].forEach((value, i) => view.setInt16(12 + 2 * i, value, true));
  view.setInt32(24, 12, true);
  view.setInt16(28, version, true);
  view.setUint8(30, SCHEMA);
  view.setInt32(32, SCHEMA_HEAD + schema - 32, true);
  return message;
}

/** Rows of the batches that lie behind each other, as far as they can be followed. */
async function rowsInTurn(
  messageAt: (start: number) => Promise<ArrowMessage>,
  end: number,
): Promise<number> {
  let rows = 0;
  try {
    for (let at = MAGIC_BYTES; at + 8 <= end;) {
      const message = await messageAt(at);
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
async function readMessage(file: TableFile, start: number, end: number): Promise<ArrowMessage> {
  if (start < 0 || start >= file.size) throw new RangeError("a message beyond the file");
  let bytes = await file.read(start, start + PEEK_BYTES);
  const view = viewOf(bytes), at = view.getInt32(0, true) === -1 ? 4 : 0;
  const length = view.getInt32(at, true), headEnd = at + 4 + length;
  if (length <= 0) return { kind: 0, start, end: start, rows: 0 };
  if (start + headEnd > end) throw new RangeError("a message is cut off");
  if (headEnd > bytes.length) bytes = await file.read(start, start + headEnd);
  const { kind, rows, body } = new ArrowWalk(bytes, file.size).message(at + 4);
  if (body < 0 || start + headEnd + body > end) throw new RangeError("a message is cut off");
  return { kind, start, end: start + headEnd + body, rows };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Where a list begins, and how many elements it has. */
interface List {
  readonly start: number;
  readonly n: number;
}

/** What a footer has. */
interface FooterLists {
  readonly version: number;
  /** Where its schema begins. */
  readonly schema: number;
  readonly dictionaries: List;
  readonly batches: List;
}

/** Follows what points to what in a footer or in the description of a message. */
class ArrowWalk {
  readonly #view: DataView;
  readonly #fileSize: number;
  #fields = 0;

  constructor(bytes: Uint8Array, fileSize: number) {
    [this.#view, this.#fileSize] = [viewOf(bytes), fileSize];
  }

  footer(): FooterLists {
    const footer = this.#follow(0), schema = this.#table(footer, 6), at = this.#slot(footer, 4);
    this.#schema(schema);
    this.#pairs(footer, 12);
    return {
      version: at && this.#view.getInt16(at, true),
      schema,
      dictionaries: this.#vector(footer, 8, BLOCK_BYTES),
      batches: this.#vector(footer, 10, BLOCK_BYTES),
    };
  }

  /** What a message is, its rows, and the bytes that follow its description. */
  message(at: number): { readonly kind: number; readonly rows: number; readonly body: number } {
    const message = this.#follow(at), body = this.#long(message, 10);
    const kindAt = this.#slot(message, 6), kind = kindAt && this.#view.getUint8(kindAt);
    const header = this.#table(message, 8);
    if (kind === DICTIONARY_BATCH) this.#batch(this.#table(header, 6), body);
    return { kind, rows: kind === RECORD_BATCH ? this.#batch(header, body) : 0, body };
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
    if (rows < 0 || rows > Math.max(most, this.#fileSize)) throw new RangeError("rows");
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
  #vector(table: number, slot: number, size: number): List {
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
