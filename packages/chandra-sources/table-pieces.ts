import type { OpenTable, TablePiece } from "@csc-classify/vo-tables/browser";

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
    for await (const { nRows, cells } of pieces) {
      for (let from = 0; from < nRows; from += PIECE_ROWS) {
        const length = Math.min(PIECE_ROWS, nRows - from), start = counted + 1;
        yield {
          nRows: length,
          cells: cells.map((column) => column && partOf(column, from, from + length)),
          numbers: Array.from({ length }, (_, row) => start + row),
          irregular: new Map(),
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

function partOf(cells: ArrayLike<unknown>, from: number, to: number): ArrayLike<unknown> {
  if (from === 0 && to === cells.length) return cells;
  return Array.isArray(cells) ? cells.slice(from, to) : (cells as Float64Array).subarray(from, to);
}

/** One row, missing cells as undefined however their file has them. */
export function rowOf({ cells }: TablePiece, row: number): unknown[] {
  return cells.map((column) => {
    const cell = column?.[row];
    return Number.isNaN(cell) ? undefined : cell;
  });
}
