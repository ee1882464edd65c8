import pl from "nodejs-polars";
import { openArrowFile } from "../tables/arrow-file.ts";
import { fromArrowSchema } from "./scored-batch.ts";
import { VOTABLE_TAIL, votableHead } from "./votable-document.ts";

const ROWS_PER_GROUP = 65_536;

/**
 * Converts an Arrow product to Parquet (zstd, row groups of 65,536) without loading it. Units,
 * UCDs, descriptions and provenance go into the footer as a VOTable without data, the IVOA
 * convention that TOPCAT and astropy read (https://www.ivoa.net/documents/Notes/VOParquet/),
 * and as plain keys.
 */
export async function writeParquet(arrowPath: string, path: string): Promise<void> {
  const { schema, batches } = await openArrowFile(arrowPath);
  await batches[Symbol.asyncIterator]().return?.();
  const { columns, metadata } = fromArrowSchema(schema);
  const part = `${path}.${crypto.randomUUID()}.part`;
  try {
    await pl.scanIPC(arrowPath)
      .sinkParquet(part, { compression: "zstd", rowGroupSize: ROWS_PER_GROUP, mkdir: true })
      .collect();
    await addParquetMetadata(part, {
      "IVOA.VOTable-Parquet.version": "1.0",
      "IVOA.VOTable-Parquet.content": votableHead(columns, metadata) + VOTABLE_TAIL,
      title: metadata.title,
      simulated: String(metadata.simulated),
      ...metadata.provenance,
    });
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
}

/**
 * Adds key-value pairs to the footer of a Parquet file in place; polars cannot write any. The
 * footer is a Thrift struct in the compact protocol, `FileMetaData` of
 * https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift.
 *
 * @throws TypeError when the file is not Parquet.
 */
export async function addParquetMetadata(
  path: string,
  pairs: Readonly<Record<string, string>>,
): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  const { size } = await file.stat();
  const tail = await readAt(file, size - 8, 8);
  if (new TextDecoder().decode(tail.subarray(4)) !== "PAR1") {
    throw new TypeError(`${path} is not a Parquet file (no PAR1 at its end)`);
  }
  const length = new DataView(tail.buffer).getUint32(0, true);
  const footer = await readAt(file, size - 8 - length, length);
  const added = withPairs(footer, Object.entries(pairs));
  const end = new Uint8Array(added.length + 8);
  end.set(added);
  new DataView(end.buffer).setUint32(added.length, added.length, true);
  end.set(new TextEncoder().encode("PAR1"), added.length + 4);
  await file.seek(size - 8 - length, Deno.SeekMode.Start);
  for (let done = 0; done < end.length;) done += await file.write(end.subarray(done));
}

/** Key-value pairs of the footer of a Parquet file. */
export async function readParquetMetadata(path: string): Promise<Record<string, string>> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const tail = await readAt(file, size - 8, 8);
  const length = new DataView(tail.buffer).getUint32(0, true);
  const footer = await readAt(file, size - 8 - length, length);
  return Object.fromEntries(pairsOf(footer));
}

async function readAt(file: Deno.FsFile, start: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  await file.seek(start, Deno.SeekMode.Start);
  for (let done = 0; done < length;) {
    const n = await file.read(bytes.subarray(done));
    if (n === null) throw new TypeError("the Parquet file is cut short");
    done += n;
  }
  return bytes;
}

const KEY_VALUE_FIELD = 5;
const LIST = 9, STRUCT = 12, BINARY = 8;

interface Span {
  readonly id: number;
  readonly type: number;
  /** Start of the field's value, behind its header. */
  readonly start: number;
  readonly end: number;
}

/** The fields of a struct that starts at the beginning of `bytes`. */
function topFields(bytes: Uint8Array): Span[] {
  const reader = new Reader(bytes);
  const spans: Span[] = [];
  for (let id = 0;;) {
    const header = reader.byte();
    if (header === 0) return spans;
    id = header >> 4 ? id + (header >> 4) : reader.zigzag();
    const start = reader.at;
    reader.skip(header & 15);
    spans.push({ id, type: header & 15, start, end: reader.at });
  }
}

function pairsOf(footer: Uint8Array): [string, string][] {
  const span = topFields(footer).find(({ id }) => id === KEY_VALUE_FIELD);
  if (!span) return [];
  const reader = new Reader(footer, span.start);
  const header = reader.byte();
  const count = header >> 4 === 15 ? reader.varint() : header >> 4;
  return Array.from({ length: count }, () => {
    const pair: [string, string] = ["", ""];
    for (let id = 0, field = reader.byte(); field !== 0; field = reader.byte()) {
      id += field >> 4;
      pair[id - 1] = reader.text();
    }
    return pair;
  });
}

/** The footer with more pairs: its fields copied as bytes, the list of pairs written anew. */
function withPairs(footer: Uint8Array, added: readonly [string, string][]): Uint8Array {
  const replaced = new Set(added.map(([key]) => key));
  const pairs = [...pairsOf(footer).filter(([key]) => !replaced.has(key)), ...added];
  const others = topFields(footer).filter(({ id }) => id !== KEY_VALUE_FIELD);
  const out: number[] = [];
  let last = 0;
  const writeField = (id: number, type: number, value: Iterable<number>) => {
    out.push(((id - last) << 4) | type); // ids of FileMetaData are dense: the step fits 4 bits
    last = id;
    for (const byte of value) out.push(byte);
  };
  const before = others.filter(({ id }) => id < KEY_VALUE_FIELD);
  for (const { id, type, start, end } of before) writeField(id, type, footer.subarray(start, end));
  writeField(KEY_VALUE_FIELD, LIST, encodePairs(pairs));
  const after = others.filter(({ id }) => id > KEY_VALUE_FIELD);
  for (const { id, type, start, end } of after) writeField(id, type, footer.subarray(start, end));
  out.push(0);
  return Uint8Array.from(out);
}

function* encodePairs(pairs: readonly [string, string][]): Generator<number> {
  yield 0xf0 | STRUCT;
  yield* varint(pairs.length);
  for (const pair of pairs) {
    for (const text of pair) {
      const bytes = new TextEncoder().encode(text);
      yield 0x10 | BINARY;
      yield* varint(bytes.length);
      yield* bytes;
    }
    yield 0;
  }
}

function* varint(value: number): Generator<number> {
  for (; value >= 0x80; value = Math.floor(value / 0x80)) yield (value & 0x7f) | 0x80;
  yield value;
}

/** Reads the Thrift compact protocol as far as skipping and texts need. */
class Reader {
  constructor(readonly bytes: Uint8Array, public at = 0) {}

  byte(): number {
    return this.bytes[this.at++];
  }

  varint(): number {
    let value = 0, scale = 1, byte;
    do {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte & 0x80);
    return value;
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  }

  text(): string {
    const length = this.varint();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }

  skip(type: number): void {
    if (type === 3) this.at += 1;
    else if (type >= 4 && type <= 6) this.varint();
    else if (type === 7) this.at += 8;
    else if (type === BINARY) this.text();
    else if (type === LIST || type === 10) this.#skipList();
    else if (type === STRUCT) this.#skipStruct();
    else if (type !== 1 && type !== 2) throw new TypeError(`Thrift type ${type} is not Parquet's`);
  }

  #skipList(): void {
    const header = this.byte();
    const count = header >> 4 === 15 ? this.varint() : header >> 4;
    for (let i = 0; i < count; i++) {
      // a boolean takes a byte inside a list and none as a field
      if ((header & 15) <= 2) this.at += 1;
      else this.skip(header & 15);
    }
  }

  #skipStruct(): void {
    for (let header = this.byte(); header !== 0; header = this.byte()) {
      if (header >> 4 === 0) this.zigzag();
      this.skip(header & 15);
    }
  }
}
