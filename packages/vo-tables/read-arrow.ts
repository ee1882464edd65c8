import {
  type Column,
  CompressionType,
  type DataType,
  setCompressionCodec,
  type Table,
  tableFromIPC,
  Type,
} from "@uwdata/flechette";
import { decompress as decompressZstd } from "fzstd";
import { decompress as decompressLz4 } from "lz4js";
import { arrowLayout, type ArrowMessage } from "./arrow-layout.ts";
import {
  BATCH_ROWS,
  byColumns,
  type OpenTable,
  type TableColumn,
  type TablePiece,
} from "./open-table.ts";
import { decodeText, splitUnit, unbytes } from "./split-cells.ts";
import { damage, malformed } from "./table-error.ts";
import type { TableFile } from "./table-file.ts";
import { WantedColumns } from "./wanted-columns.ts";

/** Bytes of batches that are in memory together; a batch that is larger is so alone. */
const PART = 1 << 22;

/**
 * Opens an Arrow IPC file, also Feather's second form, packed by LZ4 or Zstandard too, in parts
 * of whole batches. Columns are read as they are wanted.
 *
 * @throws TableError when the footer says fewer rows than the file holds.
 */
export async function openArrow(file: TableFile): Promise<OpenTable> {
  const encode = () => {
    throw new Error("nothing is packed here");
  };
  setCompressionCodec(CompressionType.LZ4_FRAME, {
    encode,
    decode: (bytes, length) => decompressLz4(bytes, length),
  });
  setCompressionCodec(CompressionType.ZSTD, {
    encode,
    decode: (bytes, length) => decompressZstd(bytes, new Uint8Array(length)),
  });
  const { batches, dictionaries, rows, part } = await arrowLayout(file);
  const check = (said: number, held: number) => {
    if (said === held) return;
    throw malformed(`the Arrow file says ${said} rows at its end and holds ${held}`);
  };
  const decode = async (from: number, to: number) =>
    tableFromIPC(await part(from, to), { useBigInt: true });
  const { fields } = (await decode(0, 0)).schema, wanted = new WantedColumns(fields.length);
  const rowsOf = (of: readonly ArrowMessage[]) =>
    fields.length === 0 ? 0 : of.reduce((sum, { rows }) => sum + rows, 0);
  const nRows = rowsOf(batches);
  check(nRows, rows);
  const sizeOf = ({ start, end }: ArrowMessage) => end - start;
  // what all batches share is decoded with each part
  const least = Math.max(PART, dictionaries.reduce((sum, one) => sum + sizeOf(one), 0));
  async function* pieces(): AsyncGenerator<TablePiece> {
    for (let from = 0, to = 0; from < batches.length; from = to) {
      for (let size = 0; to < batches.length && size < least; to++) size += sizeOf(batches[to]);
      const table = await decode(from, to);
      check(table.numRows, rowsOf(batches.slice(from, to)));
      yield* piecesOf(table, wanted);
    }
    wanted.end();
  }
  return {
    kind: "Arrow",
    nRows,
    columns: fields.map(({ name, type }) => ({ ...splitUnit(name), ...kindOf(type) })),
    ...byColumns(pieces()),
    want: (places) => wanted.want(places),
  };
}

/** The rows of a part of a file that has been decoded. */
function* piecesOf(table: Table, wanted: WantedColumns): Generator<TablePiece> {
  const { schema: { fields }, numRows } = table;
  const columns = fields.map((_, i) => table.getChildAt(i) as Column<unknown>);
  for (let from = 0; from < numRows; from += BATCH_ROWS) {
    const length = Math.min(BATCH_ROWS, numRows - from);
    const cells: (ArrayLike<unknown> | undefined)[] = fields.map(() => undefined);
    for (const i of wanted) {
      const cell = (row: number) => plain(columns[i].at(from + row));
      try {
        cells[i] = fields[i].type.typeId === Type.Float
          ? Float64Array.from({ length }, (_, row) => Number(cell(row) ?? NaN))
          : Array.from({ length }, (_, row) => cell(row));
      } catch (error) {
        const { name } = fields[i];
        const problem = `column "${name}" of the Arrow file cannot be read: ${damage(error)}`;
        wanted.fail(i, malformed(problem));
      }
    }
    yield { nRows: length, cells };
  }
}

/** Texts as they are meant, of bytes too. */
function plain(cell: unknown): unknown {
  if (typeof cell === "string") return unbytes(cell);
  return cell instanceof Uint8Array ? unbytes(decodeText(cell)) : cell;
}

function kindOf(type: DataType): Partial<TableColumn> {
  switch (type.typeId) {
    case Type.Dictionary:
      return kindOf(type.dictionary);
    case Type.RunEndEncoded:
      return kindOf(type.children[1].type);
    case Type.Int:
      return { type: "integer" };
    case Type.Float:
    case Type.Decimal:
      return { type: "number" };
    case Type.Bool:
      return { type: "boolean" };
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary:
      return { type: "text" };
    case Type.FixedSizeList:
      return { arrayLength: type.stride };
    case Type.List:
    case Type.LargeList:
    case Type.ListView:
    case Type.LargeListView:
      return { arrayLength: 0 };
    case Type.Struct:
    case Type.Map:
    case Type.Union:
      return { unreadable: "its cells have fields" };
    default:
      return {};
  }
}
