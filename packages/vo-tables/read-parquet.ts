import { decompress as decompressZstd } from "fzstd";
import { parquetMetadataAsync, parquetScan, parquetSchema, type SchemaTree } from "hyparquet";
// the package's index compiles WebAssembly, which a page's policy may forbid
import { decompressBrotli } from "hyparquet-compressors/src/brotli.js";
import { decompressLz4, decompressLz4Raw } from "hyparquet-compressors/src/lz4.js";
import { ungzip } from "pako";
import type { OpenOptions, OpenTable, TableColumn } from "./open-table.ts";
import { splitUnit, unbytes } from "./split-cells.ts";
import { damage, malformed } from "./table-error.ts";
import type { TableFile } from "./table-file.ts";
import { WantedColumns } from "./wanted-columns.ts";
import { decodeText } from "./votable-parser.ts";

/**
 * Rows that are in memory together, and as many more as these cells: a page that has more rows than
 * are asked for is unpacked again for the next.
 */
const LEAST_ROWS = 16_384, MOST_CELLS = 4_000_000;

type Decompress = (bytes: Uint8Array, length: number) => Uint8Array;

/** Nothing unpacks to nothing, of which some decoders would make an error. */
const orNothing = (unpack: Decompress): Decompress => (bytes, length) =>
  length === 0 ? new Uint8Array(0) : unpack(bytes, length);

/** Besides Snappy, which hyparquet has. */
const COMPRESSORS = {
  GZIP: orNothing((bytes) => ungzip(bytes)),
  ZSTD: orNothing((bytes, length) => decompressZstd(bytes, new Uint8Array(length))),
  BROTLI: orNothing(decompressBrotli),
  LZ4: orNothing(decompressLz4),
  LZ4_RAW: orNothing(decompressLz4Raw),
};

/** Texts of bytes whatever their encoding; what is a date stays a text. */
const PARSERS = {
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && unbytes(decodeText(bytes)),
  jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && decodeText(bytes),
  dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10),
};

/**
 * Opens a Parquet file: rows are read in pieces, and of them the columns that are wanted only, so
 * that one of a kind that is not read, or a broken one, hinders nobody who does not need it.
 *
 * @throws TableError when the footer says another number of rows than the parts have.
 */
export async function openParquet(
  file: TableFile,
  { zstd }: OpenOptions = {},
): Promise<OpenTable> {
  const source = {
    byteLength: file.size,
    async slice(start: number, end = file.size) {
      const bytes = await file.read(start, end);
      return bytes.slice().buffer as ArrayBuffer;
    },
  };
  const options = { parsers: PARSERS, geoparquet: false };
  const metadata = await parquetMetadataAsync(source, options);
  const nRows = Number(metadata.num_rows);
  const inParts = metadata.row_groups.reduce((sum, { num_rows }) => sum + Number(num_rows), 0);
  if (inParts !== nRows) {
    throw malformed(`the Parquet file says ${nRows} rows and has parts of ${inParts} rows`);
  }
  for (const { columns, num_rows } of metadata.row_groups) {
    for (const { meta_data: of } of columns) {
      const isFlat = of?.path_in_schema.length === 1;
      const field = metadata.schema.find(({ name }) => name === of?.path_in_schema[0]);
      if (!isFlat || field?.repetition_type === "REPEATED" || of.num_values === num_rows) continue;
      throw malformed(
        `the Parquet file has ${of.num_values} values of "${
          of.path_in_schema[0]
        }" in ${num_rows} ` +
          "rows",
      );
    }
  }
  const fields = parquetSchema(metadata).children,
    names = fields.map(({ element }) => element.name);
  const wanted = new WantedColumns(names.length);
  async function* rows() {
    const scan = await parquetScan({
      ...options,
      file: source,
      metadata,
      compressors: zstd ? { ...COMPRESSORS, ZSTD: orNothing(zstd) } : COMPRESSORS,
    });
    for (const { rowStart, rowEnd } of scan.ranges) {
      for (let from = rowStart, to = from; from < rowEnd; from = to) {
        to = Math.min(from + Math.max(LEAST_ROWS, Math.floor(MOST_CELLS / wanted.size)), rowEnd);
        const columns: (ArrayLike<unknown> | undefined)[] = names.map(() => undefined);
        for (const i of wanted) {
          try {
            columns[i] = await column(scan, { column: names[i], rowStart: from, rowEnd: to });
          } catch (error) {
            wanted.fail(i, error);
          }
        }
        for (let row = 0; row < to - from; row++) {
          yield columns.map((cells) => cells?.[row]);
        }
      }
    }
    wanted.end();
  }
  return {
    kind: "Parquet",
    columns: fields.map(describe),
    rows: rows(),
    want: (places) => wanted.want(places),
  };
}

type Scan = Awaited<ReturnType<typeof parquetScan>>;

async function column(
  scan: Scan,
  range: Parameters<Scan["readColumn"]>[0],
): Promise<ArrayLike<unknown>> {
  let cells: ArrayLike<unknown>;
  try {
    cells = await scan.readColumn(range);
  } catch (error) {
    throw malformed(
      `column "${range.column}" of the Parquet file cannot be read: ${damage(error)}`,
    );
  }
  if (cells.length === range.rowEnd - range.rowStart) {
    const isBytes = Array.isArray(cells) && cells.some((cell) => cell instanceof Uint8Array);
    return isBytes
      ? Array.from(cells, (cell) => PARSERS.stringFromBytes(cell as Uint8Array))
      : cells;
  }
  throw malformed(
    `column "${range.column}" of the Parquet file has ${cells.length} values, not ` +
      `${range.rowEnd - range.rowStart}`,
  );
}

function describe({ element, children }: SchemaTree): TableColumn {
  const { type, converted_type: meaning, logical_type: logical } = element;
  const named = splitUnit(element.name);
  if (element.repetition_type === "REPEATED" || meaning === "LIST" || meaning === "MAP") {
    return { ...named, arrayLength: 0 };
  }
  if (children.length > 0) return { ...named, unreadable: "its cells have fields" };
  if (type === "BOOLEAN") return { ...named, type: "boolean" };
  const isText = type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY" ||
    /DATE|TIME/.test(`${meaning} ${logical?.type}`);
  if (meaning === "DECIMAL" || logical?.type === "FLOAT16") return { ...named, type: "number" };
  if (isText) return { ...named, type: "text" };
  return { ...named, type: type === "INT32" || type === "INT64" ? "integer" : "number" };
}
