import { decompress as decompressZstd } from "fzstd";
import {
  type ColumnChunk,
  type ColumnMetaData,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
} from "hyparquet";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
// the package's index compiles WebAssembly, which a page's policy may forbid
import { decompressBrotli } from "hyparquet-compressors/src/brotli.js";
import { decompressLz4, decompressLz4Raw } from "hyparquet-compressors/src/lz4.js";
import { ungzip } from "pako";
import { parse } from "yaml";
import {
  byColumns,
  type OpenOptions,
  type OpenTable,
  type TableColumn,
  type TablePiece,
} from "./open-table.ts";
import { ColumnPages } from "./parquet-pages.ts";
import { describeField } from "./read-votable.ts";
import { decodeText, splitUnit, unbytes } from "./split-cells.ts";
import { damage, malformed } from "./table-error.ts";
import type { TableFile } from "./table-file.ts";
import { WantedColumns } from "./wanted-columns.ts";
import { VotableParser } from "./votable-parser.ts";

/** Rows that are in memory together: the first, before anybody says which columns are wanted. */
const FIRST_ROWS = 16_384, ROWS = 8192;

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
      const isOwn = bytes.length === bytes.buffer.byteLength;
      return (isOwn ? bytes : bytes.slice()).buffer as ArrayBuffer;
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
  const root = parquetSchema(metadata), fields = root.children;
  const wanted = new WantedColumns(fields.length);
  const stated = statedColumns(
    new Map(metadata.key_value_metadata?.map(({ key, value = "" }) => [key, value])),
  );
  const unpackers = zstd ? { ...COMPRESSORS, ZSTD: orNothing(zstd) } : COMPRESSORS;
  const decoding = { parsers: { ...DEFAULT_PARSERS, ...PARSERS }, compressors: unpackers };
  async function* pieces(): AsyncGenerator<TablePiece> {
    const scan = await parquetScan({ ...options, ...decoding, file: source, metadata });
    let groupStart = 0, nAll = FIRST_ROWS;
    for (const group of metadata.row_groups) {
      const nGroup = Number(group.num_rows), open = new Map<number, ColumnPages>();
      for (let from = 0, n; from < nGroup; from += n) {
        n = Math.min(nAll, nGroup - from);
        const cells: (ArrayLike<unknown> | undefined)[] = fields.map(() => undefined);
        for (const i of wanted) {
          const { name: column } = fields[i].element, rowStart = groupStart + from;
          try {
            cells[i] = await cellsOf(column, n, async () => {
              const pages = open.get(i) ?? await pagesFrom(group, i, from);
              if (!pages) return await scan.readColumn({ column, rowStart, rowEnd: rowStart + n });
              open.set(i, pages);
              return await pages.take(n);
            });
          } catch (error) {
            open.delete(i);
            wanted.fail(i, error);
          }
          // a page of every column would be much: most may not be wanted
          if (nAll === FIRST_ROWS && !wanted.isTold) open.delete(i);
        }
        nAll = ROWS;
        yield { nRows: n, cells };
        for (const i of open.keys()) if (!wanted.has(i)) open.delete(i);
      }
      groupStart += nGroup;
    }
    wanted.end();
  }
  /** The pages of a flat column from a row of the group on; undefined of one that is not flat. */
  const pagesFrom = async (group: RowGroup, place: number, from: number) => {
    const field = fields[place];
    if (field.children.length > 0 || field.element.repetition_type === "REPEATED") return undefined;
    const pages = new ColumnPages(source, columnOf(group, root, place), [root, field], decoding);
    await pages.skip(from);
    return pages;
  };
  return {
    kind: "Parquet",
    nRows,
    columns: fields.map((field) => ({ ...describe(field), ...stated.get(field.element.name) })),
    ...byColumns(pieces()),
    want: (places) => wanted.want(places),
  };
}

/** Where a row group has a column, by its place among the fields. */
function columnOf({ columns }: RowGroup, root: SchemaTree, place: number): ColumnMetaData {
  const { name } = root.children[place].element;
  const leaf = root.children.slice(0, place).reduce((sum, field) => sum + leavesOf(field), 0);
  const isNamed = (column?: ColumnChunk) => column?.meta_data?.path_in_schema[0] === name;
  const found = isNamed(columns[leaf]) ? columns[leaf] : columns.find(isNamed);
  if (found?.meta_data && !found.file_path) return found.meta_data;
  throw new Error("a part of the file has it not");
}

/**
 * Units, UCDs and descriptions that a writer put beside the data: astropy the header of an ECSV file,
 * TOPCAT a VOTable without rows (https://www.ivoa.net/documents/Notes/VOParquet). What cannot be
 * understood there says nothing.
 */
function statedColumns(
  pairs: ReadonlyMap<string, string>,
): Map<string, Partial<TableColumn>> {
  const stated = new Map<string, Partial<TableColumn>>();
  const add = ({ name, unit, ucd, description, frame }: TableColumn) =>
    stated.set(name, {
      ...(unit && { unit }),
      ...(ucd && { ucd }),
      ...(description && { description }),
      ...(frame && { frame }),
    });
  try {
    const yaml = pairs.get("table_meta_yaml"), votable = pairs.get("IVOA.VOTable-Parquet.content");
    if (yaml !== undefined) {
      const { datatype = [] } = parse(yaml, { logLevel: "silent", maxAliasCount: 100 });
      for (const { name, unit, description } of datatype) {
        add({ name: String(name), ...(unit && { unit: String(unit) }), description });
      }
    }
    if (votable !== undefined) {
      const parser = new VotableParser({
        table({ columns, frames }) {
          columns.forEach((column, i) => add(describeField(column, frames[i])));
          return { row() {} };
        },
        fits: () => ({ write() {}, end() {} }),
      });
      parser.write(new TextEncoder().encode(votable));
      parser.finish();
    }
  } catch {
    return stated;
  }
  return stated;
}

function leavesOf({ children }: SchemaTree): number {
  return children.length === 0 ? 1 : children.reduce((sum, child) => sum + leavesOf(child), 0);
}

/** Takes `n` cells of a column. @throws TableError where it has others, or cannot be read. */
async function cellsOf(
  name: string,
  n: number,
  read: () => Promise<ArrayLike<unknown>>,
): Promise<ArrayLike<unknown>> {
  let cells: ArrayLike<unknown>;
  try {
    cells = await read();
  } catch (error) {
    throw malformed(`column "${name}" of the Parquet file cannot be read: ${damage(error)}`);
  }
  if (cells.length === n) {
    const isBytes = Array.isArray(cells) && cells.some((cell) => cell instanceof Uint8Array);
    return isBytes
      ? Array.from(cells, (cell) => PARSERS.stringFromBytes(cell as Uint8Array))
      : cells;
  }
  throw malformed(
    `column "${name}" of the Parquet file has ${cells.length} values, not ${n}`,
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
