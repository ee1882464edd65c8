import { type Data, DataType } from "apache-arrow";
import type { ColumnChunk, Encoding, ParquetType } from "hyparquet";
import { ByteWriter, type ParquetWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js";

/** A dictionary is begun where, of so many texts, no more than half are different. */
const TRIED = 1024;

/** What a page of a column is made of. */
interface Content {
  readonly type: ParquetType;
  readonly encoding: Encoding;
  readonly bytes: Uint8Array;
  /** The least and the greatest value, where who reads a part of the rows may want to know. */
  readonly range?: readonly [least: number | bigint, most: number | bigint];
  /** Different texts, and how many they are. */
  readonly dictionary?: { readonly bytes: Uint8Array; readonly n: number };
}

/**
 * Writes a column of a row group straight from Arrow's buffers, in one page: hyparquet-writer, whose
 * headers these are, takes an object for each cell, and five times as long. Numbers are plain, texts
 * have a dictionary where it is worth while.
 *
 * @param parts The column in batches that go together; NaN is missing as null is.
 */
export function writeChunk(
  { writer, codec, compressors }: ParquetWriter,
  name: string,
  parts: readonly Data[],
): ColumnChunk {
  const isThere = presence(parts), nRows = isThere.length;
  const levels = new ByteWriter();
  writeRleBitPackedHybrid(levels, isThere, 1);
  return writePages({ writer, codec, compressors }, name, contentOf(parts, isThere), {
    nRows,
    nNulls: isThere.reduce((n, is) => is ? n : n + 1, 0),
    levels: levels.getBytes(),
  });
}

/** Writes a column of whole numbers of 64 bits, none of which may be missing. */
export function writeIndexChunk(
  writer: ParquetWriter,
  name: string,
  values: BigInt64Array,
): ColumnChunk {
  const content = {
    type: "INT64",
    encoding: "PLAIN",
    bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    range: rangeOf(values),
  } as const;
  const none = { nRows: values.length, nNulls: 0, levels: new Uint8Array(0) };
  return writePages(writer, name, content, none);
}

function writePages(
  { writer, codec, compressors }: Pick<ParquetWriter, "writer" | "codec" | "compressors">,
  name: string,
  { type, encoding, bytes, dictionary, range }: Content,
  { nRows, nNulls, levels }: {
    readonly nRows: number;
    readonly nNulls: number;
    /** Which rows have a value, as Parquet packs it. */
    readonly levels: Uint8Array;
  },
): ColumnChunk {
  const start = writer.offset, pack = compressors[codec]!;
  let unpacked = 0;
  const write = (header: object, before: Uint8Array, content: Uint8Array) => {
    const packed = pack(content), from = writer.offset;
    writePageHeader(
      writer,
      {
        uncompressed_page_size: before.length + content.length,
        compressed_page_size: before.length + packed.length,
        ...header,
      } as Parameters<typeof writePageHeader>[1],
    );
    unpacked += writer.offset - from + before.length + content.length;
    writer.appendBytes(before);
    writer.appendBytes(packed);
  };
  if (dictionary) {
    const header = { num_values: dictionary.n, encoding: "PLAIN" };
    write(
      { type: "DICTIONARY_PAGE", dictionary_page_header: header },
      new Uint8Array(0),
      dictionary.bytes,
    );
  }
  const dataStart = writer.offset;
  write(
    {
      type: "DATA_PAGE_V2",
      data_page_header_v2: {
        num_values: nRows,
        num_nulls: nNulls,
        num_rows: nRows,
        encoding,
        definition_levels_byte_length: levels.length,
        repetition_levels_byte_length: 0,
        is_compressed: true,
      },
    },
    levels,
    bytes,
  );
  return {
    file_offset: BigInt(start),
    meta_data: {
      type,
      encodings: dictionary ? ["PLAIN", encoding] : [encoding],
      path_in_schema: [name],
      codec,
      num_values: BigInt(nRows),
      total_compressed_size: BigInt(writer.offset - start),
      total_uncompressed_size: BigInt(unpacked),
      data_page_offset: BigInt(dataStart),
      ...(dictionary && { dictionary_page_offset: BigInt(start) }),
      statistics: {
        null_count: BigInt(nNulls),
        ...(range && { min_value: range[0], max_value: range[1] }),
      },
    },
  };
}

/** `[nRows]` 1 where a column has a value. */
function presence(parts: readonly Data[]): Uint8Array {
  const isThere = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { length, nullCount, nullBitmap, offset, values } of parts) {
    for (let row = 0; row < length; row++, at++) {
      const bit = offset + row;
      const isNull = nullCount > 0 && (nullBitmap[bit >> 3] >> (bit & 7) & 1) === 0;
      isThere[at] = isNull || (values instanceof Float64Array && isNaN(values[row])) ? 0 : 1;
    }
  }
  return isThere;
}

function contentOf(parts: readonly Data[], isThere: Uint8Array): Content {
  const [{ type }] = parts, n = isThere.reduce((sum, is) => sum + is, 0);
  if (DataType.isUtf8(type)) return textsContent(parts, isThere, n);
  if (DataType.isBool(type)) {
    const bits = new Uint8Array(Math.ceil(n / 8));
    let row = 0, next = 0;
    for (const { length, offset, values } of parts) {
      for (let i = offset; i < offset + length; i++) {
        if (!isThere[row++]) continue;
        bits[next >> 3] |= (values[i >> 3] >> (i & 7) & 1) << (next & 7);
        next++;
      }
    }
    return { type: "BOOLEAN", encoding: "PLAIN", bytes: bits };
  }
  const isInteger = DataType.isInt(type);
  const numbers = isInteger ? new Int32Array(n) : new Float64Array(n);
  let row = 0, next = 0;
  for (const { length, values } of parts) {
    for (let i = 0; i < length; i++) if (isThere[row++]) numbers[next++] = values[i];
  }
  return {
    type: isInteger ? "INT32" : "DOUBLE",
    encoding: "PLAIN",
    // both have their least byte first, as every machine has that this runs on
    bytes: new Uint8Array(numbers.buffer),
    range: rangeOf(numbers),
  };
}

/** The least and the greatest; of zeros the first counts as negative, the second not. */
function rangeOf<Value extends number | bigint>(
  values: ArrayLike<Value>,
): readonly [Value | number, Value | number] | undefined {
  if (values.length === 0) return undefined;
  let least = values[0], most = values[0];
  for (let i = 1; i < values.length; i++) {
    if (values[i] < least) least = values[i];
    if (values[i] > most) most = values[i];
  }
  return [least === 0 ? -0 : least, most === 0 ? 0 : most];
}

function textsContent(parts: readonly Data[], isThere: Uint8Array, n: number): Content {
  const sizes = parts.map(({ valueOffsets, length }) => valueOffsets[length] - valueOffsets[0]);
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  /** Where each text begins, and behind the last one the end: missing ones are left out. */
  const starts = new Int32Array(n + 1);
  let row = 0, next = 0, end = 0;
  for (const { length, valueOffsets, values } of parts) {
    bytes.set(values.subarray(valueOffsets[0], valueOffsets[length]), end);
    for (let i = 0; i < length; i++) {
      if (isThere[row++]) starts[next++] = end;
      end += valueOffsets[i + 1] - valueOffsets[i];
    }
  }
  starts[n] = end;
  const { places, different } = distinct(bytes, starts);
  if (!different) return { type: "BYTE_ARRAY", encoding: "PLAIN", bytes: plain(bytes, starts) };
  const page = new ByteWriter(), width = Math.max(1, 32 - Math.clz32(different.length - 1));
  page.appendUint8(width);
  writeRleBitPackedHybrid(page, places, width);
  return {
    type: "BYTE_ARRAY",
    encoding: "RLE_DICTIONARY",
    bytes: page.getBytes(),
    dictionary: { bytes: plain(bytes, starts, different), n: different.length },
  };
}

/** Texts behind each other, each behind its length: of some if they are named by their places. */
function plain(bytes: Uint8Array, starts: Int32Array, some?: readonly number[]): Uint8Array {
  const places = some ?? Array.from({ length: starts.length - 1 }, (_, i) => i);
  const size = places.reduce((sum, i) => sum + 4 + starts[i + 1] - starts[i], 0);
  const made = new Uint8Array(size), view = new DataView(made.buffer);
  let end = 0;
  for (const i of places) {
    const length = starts[i + 1] - starts[i];
    view.setUint32(end, length, true);
    made.set(bytes.subarray(starts[i], starts[i + 1]), end + 4);
    end += 4 + length;
  }
  return made;
}

/**
 * The place of each text among the different ones, and where these stand first; nothing of texts
 * more than half of which are different.
 */
function distinct(bytes: Uint8Array, starts: Int32Array) {
  const n = starts.length - 1, places = new Int32Array(n), different: number[] = [];
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * n + 1))), mask = slots.length - 1;
  for (let i = 0; i < n; i++) {
    if (i === TRIED && different.length > TRIED / 2) return { places };
    const from = starts[i], to = starts[i + 1];
    let slot = hashOf(bytes, from, to) & mask;
    while (slots[slot] > 0) {
      const first = different[slots[slot] - 1];
      if (isSame(bytes, starts[first], starts[first + 1], from, to)) break;
      slot = slot + 1 & mask;
    }
    if (slots[slot] === 0) slots[slot] = different.push(i);
    places[i] = slots[slot] - 1;
  }
  return n > 0 && different.length <= n / 2 ? { places, different } : { places };
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/). */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash >>> 0;
}

function isSame(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (aEnd - a !== bEnd - b) return false;
  for (; a < aEnd; a++, b++) if (bytes[a] !== bytes[b]) return false;
  return true;
}
