import {
  cellOf,
  type Cells,
  type OpenTable,
  type TablePiece,
  TextCells,
} from "@csc-classify/vo-tables/browser";
import { toNumber } from "./cells.ts";

// runs in a browser's page too: the rows of an opened table, some at a time

/** Rows whose cells are looked at together, column by column. */
export const PIECE_ROWS = 4096;

/** Some rows of a table, by columns, with what only their file knows. */
export interface NumberedPiece extends TablePiece {
  /** `[nRows]` the number that each row has in its file. */
  readonly numbers: ArrayLike<number>;
  /** Rows that have another number of cells than there are columns, by their place here. */
  readonly irregular: ReadonlyMap<number, readonly unknown[]>;
}

/** The cells of a table's rows, some at a time. */
export async function* piecesOf(
  { columns, rows, pieces, rowNumber }: OpenTable,
): AsyncGenerator<NumberedPiece> {
  let counted = 0;
  if (pieces) {
    for await (const { nRows, cells, numbers, irregular = new Map() } of pieces) {
      for (let from = 0; from < nRows; from += PIECE_ROWS) {
        const length = Math.min(PIECE_ROWS, nRows - from), start = counted + 1;
        yield {
          nRows: length,
          cells: cells.map((column) => column && partOf(column, from, from + length)),
          numbers: numbers ?? Array.from({ length }, (_, row) => start + row),
          irregular,
        };
        counted += length;
      }
    }
    return;
  }
  const begin = () => ({
    cells: columns.map((): unknown[] => []),
    numbers: [] as number[],
    irregular: new Map<number, readonly unknown[]>(),
  });
  let piece = begin();
  for await (const row of rows) {
    counted++;
    const isRegular = row.length === columns.length;
    if (!isRegular) piece.irregular.set(piece.numbers.length, row);
    for (let i = 0; i < columns.length; i++) piece.cells[i].push(isRegular ? row[i] : undefined);
    piece.numbers.push(rowNumber?.() ?? counted);
    if (piece.numbers.length < PIECE_ROWS) continue;
    yield { nRows: piece.numbers.length, ...piece };
    piece = begin();
  }
  if (piece.numbers.length > 0) yield { nRows: piece.numbers.length, ...piece };
}

/** Some of the cells of a column; those of a text come few enough together. */
function partOf(cells: Cells, from: number, to: number): Cells {
  if (cells instanceof TextCells || (from === 0 && to === cells.length)) return cells;
  return Array.isArray(cells) ? cells.slice(from, to) : (cells as Float64Array).subarray(from, to);
}

/** One row, missing cells as undefined however their file has them. */
export function rowOf({ cells }: TablePiece, row: number): unknown[] {
  return cells.map((column) => {
    const cell = cellOf(column, row);
    return Number.isNaN(cell) ? undefined : cell;
  });
}

/** What the first rows say of a column. */
interface FirstCells {
  /** `[nRows]` the number of each cell, see `toNumber`. */
  readonly numbers: Float64Array;
  /** Cells that are texts and no numbers; empty ones left out. */
  readonly texts: readonly string[];
}

/** The first rows of a table, by which its columns are judged. */
export class FirstRows {
  /** The pieces that hold them, the last maybe more than them. */
  readonly pieces: readonly NumberedPiece[];
  readonly length: number;
  readonly #columns = new Map<number, FirstCells>();

  constructor(pieces: readonly NumberedPiece[], most: number) {
    this.pieces = pieces;
    this.length = Math.min(most, pieces.reduce((sum, { nRows }) => sum + nRows, 0));
  }

  /** The cells of a column by its place. */
  column(index: number): FirstCells {
    let found = this.#columns.get(index);
    if (found) return found;
    const numbers = new Float64Array(this.length), texts: string[] = [];
    let start = 0;
    for (const { nRows, cells: { [index]: cells } } of this.pieces) {
      const end = Math.min(nRows, this.length - start);
      const plain = cells instanceof TextCells ? cells.numbers() : undefined;
      for (let row = 0; row < end; row++) {
        let number = plain ? plain[row] : NaN;
        if (number !== number) {
          const cell = cellOf(cells, row);
          number = cell === "" ? NaN : toNumber(cell);
          if (number !== number && typeof cell === "string" && cell !== "") texts.push(cell);
        }
        numbers[start + row] = number;
      }
      start += end;
    }
    this.#columns.set(index, found = { numbers, texts });
    return found;
  }

  /** Rows that have a cell for every column, no more than asked for. */
  rows(most: number): unknown[][] {
    const found: unknown[][] = [];
    let left = this.length;
    for (const piece of this.pieces) {
      const end = Math.min(piece.nRows, left);
      for (let row = 0; row < end && found.length < most; row++) {
        if (!piece.irregular.has(row)) found.push(rowOf(piece, row));
      }
      left -= end;
    }
    return found;
  }
}
