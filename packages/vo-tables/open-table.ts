import { TextCells } from "./text-cells.ts";

/** A column as its file describes it; what the file does not say is undefined. */
export interface TableColumn {
  /** As in the file. */
  readonly name: string;
  /** As written. */
  readonly unit?: string;
  readonly ucd?: string;
  readonly description?: string;
  /** Kind of the cells; undefined where the format does not say, as in CSV. */
  readonly type?: "number" | "integer" | "text" | "boolean";
  /** Frame of a position, such as `ICRS`, `FK4 B1950` or `galactic`. */
  readonly frame?: string;
  /** Where cells are arrays: the number of their elements, 0 where it varies. */
  readonly arrayLength?: number;
  /** Display form or CDS format, such as `F9.5`, which may say that angles are sexagesimal. */
  readonly format?: string;
  /** Why its cells cannot be read: all are missing, and whoever needs them must refuse. */
  readonly unreadable?: string;
}

/** Rows that go together from reader to writer: of a wide table, some 5 MB with all that is made of them. */
export const BATCH_ROWS = 4096;

/** The cells of a column: values, or the part of a text that they are. */
export type Cells = ArrayLike<unknown> | TextCells;

/** Some rows of a table, by columns. */
export interface TablePiece {
  readonly nRows: number;
  /** By place the `[nRows]` cells of each column; undefined of what is not wanted. */
  readonly cells: readonly (Cells | undefined)[];
  /** `[nRows]` number that each row has in its file, see `rowNumber`; absent where they are counted. */
  readonly numbers?: ArrayLike<number>;
  /** Rows that have another number of cells than there are columns, by their place here. */
  readonly irregular?: ReadonlyMap<number, readonly unknown[]>;
}

/** One cell of a column; undefined of a column that is not there. */
export function cellOf(cells: Cells | undefined, row: number): unknown {
  return cells instanceof TextCells ? cells.at(row) : cells?.[row];
}

/** A table of a user, opened for one pass. */
export interface OpenTable {
  /** What the file is, such as `CSV, cells separated by ";"`. */
  readonly kind: string;
  readonly columns: readonly TableColumn[];
  /**
   * Cells in the order of the columns; null, undefined and NaN are missing, CSV cells are text,
   * integers of 64 bits are `bigint`.
   */
  readonly rows: Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>;
  /** The same by columns, where the file has them so; whoever takes these takes no `rows`. */
  readonly pieces?: Iterable<TablePiece> | AsyncIterable<TablePiece>;
  /** How many rows it has, where its file says so before they are read. */
  readonly nRows?: number;
  /** What part of its file, 0 to 1, the pieces given so far are of, where it is read in pieces. */
  readonly share?: () => number;
  /** Whether the service that wrote it says that it left rows out. */
  readonly overflow?: boolean;
  /** Which of several tables of the file this is, by name or number. */
  readonly table?: string;
  /** What people wrote of the table above it, a line each. */
  readonly comments?: readonly string[];
  /** What a reader did that a user should know, a sentence each; whole when the rows have ended. */
  readonly notes?: readonly string[];
  /**
   * Told before rows are taken, by their places, which columns are wanted: the others read as
   * missing and are not looked at.
   */
  readonly want?: (places: readonly number[]) => void;
  /**
   * Number that the last row given has in the file: 1 for the first line below the header, lines
   * that were passed over counted. Absent where rows are simply counted.
   */
  readonly rowNumber?: () => number;
  /** Opens the same file once more, for a second pass. */
  readonly again?: () => Promise<OpenTable>;
}

/** What opening a file may be told. */
export interface OpenOptions {
  /** Of a text without a byte order mark; UTF-8 by default. */
  readonly encoding?: string;
  /** Which of several tables of the file, by its name or its number from 1. */
  readonly table?: string;
  /** Bytes that a packed file may unpack to; by default what no honest table exceeds. */
  readonly maxSize?: number;
  /** Unpacks zstd to a known length, where there is a quicker way than that of the package. */
  readonly zstd?: (bytes: Uint8Array, length: number) => Uint8Array;
}

/** A table's cells for one pass, by columns or by rows. */
export function byColumns(
  pieces: Iterable<TablePiece> | AsyncIterable<TablePiece>,
): Pick<OpenTable, "pieces" | "rows" | "rowNumber"> {
  let counted = 0, number = 0;
  async function* rows() {
    for await (const { nRows, cells, numbers, irregular } of pieces) {
      for (let row = 0; row < nRows; row++) {
        counted++;
        number = numbers?.[row] ?? counted;
        yield irregular?.get(row) ?? cells.map((column) => cellOf(column, row));
      }
    }
  }
  return { pieces, rows: rows(), rowNumber: () => number };
}
