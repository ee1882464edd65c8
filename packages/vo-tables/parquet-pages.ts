import type { AsyncBuffer, ColumnMetaData, DecodedArray, PageHeader, SchemaTree } from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert, convertWithDictionary } from "hyparquet/src/convert.js";
import { decompressPage, readDataPage, readDataPageV2 } from "hyparquet/src/datapage.js";

/** Bytes that are looked at for the header of a page, and at most where it is a long one. */
const HEAD_BYTES = 1 << 12, MOST_HEAD_BYTES = 1 << 24;

/** How cells are decoded, as hyparquet takes it. */
type Decoder = Parameters<typeof readPage>[2];

/**
 * The cells of a flat column in one row group, a page at a time: each page is read and unpacked
 * once, and memory holds one, however many rows the group has.
 */
export class ColumnPages {
  readonly #file: AsyncBuffer;
  readonly #decoder: Decoder;
  readonly #end: number;
  #at: number;
  #dictionary?: DecodedArray;
  /** The page that was begun, and how many of its cells are gone. */
  #page: DecodedArray = [];
  #taken = 0;

  /**
   * @param path The file's root and the column in the tree of its schema.
   * @param options Parsers and decompressors.
   */
  constructor(
    file: AsyncBuffer,
    column: ColumnMetaData,
    path: readonly SchemaTree[],
    options: Pick<Decoder, "parsers" | "compressors">,
  ) {
    this.#file = file;
    const element = path.at(-1)!.element;
    const pathInSchema = [...column.path_in_schema];
    this.#decoder = { ...options, ...column, pathInSchema, element, schemaPath: [...path] };
    this.#at = Number(column.dictionary_page_offset || column.data_page_offset);
    this.#end = this.#at + Number(column.total_compressed_size);
  }

  /** Passes over cells, as far as there are any: whole pages of them without a look inside. */
  async skip(n: number): Promise<void> {
    let rest = n - this.#pass(n);
    while (rest > 0 && this.#at < this.#end) {
      await this.#next(rest, (skipped) => rest -= skipped);
      rest -= this.#pass(rest);
    }
  }

  /** The next cells; numbers with a fraction as Float64Array, NaN where missing. Fewer at the end. */
  async take(n: number): Promise<ArrayLike<unknown>> {
    const parts: DecodedArray[] = [];
    for (let rest = n; rest > 0;) {
      if (this.#taken === this.#page.length) {
        if (this.#at >= this.#end) break;
        await this.#next(0);
        continue;
      }
      const start = this.#taken, length = this.#pass(rest);
      rest -= length;
      parts.push(
        Array.isArray(this.#page)
          ? this.#page.slice(start, start + length)
          : this.#page.subarray(start, start + length),
      );
    }
    return parts.length === 1 ? parts[0] : joined(parts);
  }

  /** Passes over cells of the page that was begun; how many they were. */
  #pass(n: number): number {
    const passed = Math.min(n, this.#page.length - this.#taken);
    this.#taken += passed;
    return passed;
  }

  /** Goes on to the next page; one of no more than `unseen` cells is passed over, and told. */
  async #next(unseen: number, onSkip: (cells: number) => void = () => {}): Promise<void> {
    [this.#page, this.#taken] = [[], 0];
    const { header, length, seen } = await this.#header();
    const start = this.#at + length, end = start + header.compressed_page_size;
    if (!(header.compressed_page_size >= 0) || end > this.#end) {
      throw new Error("a page goes on behind the end of its column");
    }
    this.#at = end;
    const cells = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_rows;
    if (cells !== undefined && cells <= unseen) return onSkip(cells);
    const view = end - start + length <= seen.byteLength
      ? new DataView(seen, length, end - start)
      : new DataView(await this.#file.slice(start, end));
    if (view.byteLength < end - start) throw new Error("the file is cut short");
    if (header.type === "DICTIONARY_PAGE") {
      const reader = { view, offset: 0 };
      const { data } = readPage(reader, header, this.#decoder, undefined, undefined, 0);
      this.#dictionary = data && convert(data, this.#decoder);
      return;
    }
    const bytes = new Uint8Array(view.buffer, view.byteOffset, end - start);
    this.#page = this.#cells(header, bytes);
  }

  /** The cells of a data page: hyparquet would make a list of numbers and gaps, cell by cell. */
  #cells(header: PageHeader, bytes: Uint8Array): DecodedArray {
    const { codec, compressors, type } = this.#decoder;
    const { data_page_header: first, data_page_header_v2: second } = header;
    if (!first && !second) throw new Error(`a page is of the type ${header.type}`);
    const { definitionLevels: levels, dataPage } = first
      ? readDataPage(
        decompressPage(bytes, header.uncompressed_page_size, codec, compressors),
        first,
        this.#decoder,
      )
      : readDataPageV2(bytes, header, this.#decoder);
    const { encoding } = (first ?? second)!;
    const values = convertWithDictionary(dataPage, this.#dictionary, encoding, this.#decoder);
    const isNumber = /^(FLOAT|DOUBLE)$/.test(type);
    if (!levels?.length) {
      return isNumber && Array.isArray(values) ? Float64Array.from(values) : values;
    }
    const cells = isNumber
      ? new Float64Array(levels.length).fill(NaN)
      : Array(levels.length).fill(null);
    for (let i = 0, next = 0; i < levels.length; i++) if (levels[i] > 0) cells[i] = values[next++];
    return cells;
  }

  /** Reads the header of the page that comes next, however long it is. */
  async #header() {
    for (let n = HEAD_BYTES;; n *= 16) {
      const seen = await this.#file.slice(this.#at, Math.min(this.#at + n, this.#end));
      const reader = { view: new DataView(seen), offset: 0 };
      try {
        return { header: parquetHeader(reader), length: reader.offset, seen };
      } catch (error) {
        if (this.#at + n >= this.#end || n >= MOST_HEAD_BYTES) throw error;
      }
    }
  }
}

function joined(parts: readonly DecodedArray[]): ArrayLike<unknown> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (parts.length === 0 || !parts.every((part) => part instanceof Float64Array)) {
    return parts.flatMap((part) => Array.isArray(part) ? part : Array.from<unknown>(part));
  }
  const all = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
