import { chooseTable } from "./choose-table.ts";
import {
  byColumns,
  type OpenOptions,
  type OpenTable,
  type TableColumn,
  type TablePiece,
} from "./open-table.ts";
import { openFits } from "./read-fits.ts";
import { unbytes } from "./split-cells.ts";
import { malformed } from "./table-error.ts";
import { bytesFile } from "./table-file.ts";
import { type Cell, type ColumnInfo, columnKind } from "./votable-column.ts";
import { VotableParser, type VotableTable } from "./votable-parser.ts";

/** Rows that are given out together. */
const PIECE_ROWS = 8192;

/**
 * Opens the table of sources of a VOTable that comes in pieces; its cells are kept by column, 8
 * bytes a number.
 *
 * @throws TableError as {@link VotableParser}, and where several tables may be meant.
 */
export async function openVotable(
  pieces: AsyncIterable<Uint8Array>,
  { encoding, table: wanted }: OpenOptions,
): Promise<OpenTable> {
  const tables: Stored[] = [], fits: Uint8Array[] = [];
  const parser = new VotableParser({
    table(table) {
      const stored = new Stored(table);
      tables.push(stored);
      return (row) => stored.add(row);
    },
    fits: (bytes) => fits.push(bytes),
  }, encoding);
  for await (const piece of pieces) parser.write(piece);
  const overflow = parser.finish();
  if (fits.length > 0) {
    if (fits.length + tables.length > 1) throw malformed("the VOTable holds FITS beside tables");
    const table = await openFits(bytesFile("the VOTable", fits[0]), { table: wanted });
    return { ...table, kind: "FITS in a VOTable", overflow };
  }
  const { place, note } = chooseTable(tables, wanted), chosen = tables[place];
  return {
    kind: "VOTable",
    nRows: chosen.nRows,
    columns: chosen.columns,
    ...byColumns(chosen.pieces()),
    overflow,
    ...(tables.length > 1 && { table: chosen.name || String(place + 1) }),
    notes: note ? [note] : [],
  };
}

/** A table in memory, by columns. */
class Stored {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  nRows = 0;
  readonly #cells: (Float64Array | unknown[])[];
  readonly #kinds: readonly ReturnType<typeof columnKind>[];

  constructor({ name, columns, frames }: VotableTable) {
    this.name = name;
    this.columns = columns.map((column, i) => describeField(column, frames[i]));
    this.#kinds = columns.map(columnKind);
    this.#cells = this.#kinds.map((kind) => kind === "number" ? new Float64Array(64) : []);
  }

  add(row: readonly Cell[]): void {
    for (let i = 0; i < row.length; i++) {
      const cells = this.#cells[i], cell = row[i];
      if (!(cells instanceof Float64Array)) {
        cells.push(typeof cell === "string" ? this.#plain(cell, i) : cell);
        continue;
      }
      if (this.nRows < cells.length) cells[this.nRows] = Number(cell ?? NaN);
      else {
        const wider = new Float64Array(2 * cells.length);
        wider.set(cells);
        wider[this.nRows] = Number(cell ?? NaN);
        this.#cells[i] = wider;
      }
    }
    this.nRows++;
  }

  /** A text as its column has it: an integer with all its digits, a list of numbers. */
  #plain(text: string, place: number): unknown {
    if (this.#kinds[place] === "long") return BigInt(text);
    if (this.columns[place].arrayLength === undefined) return unbytes(text);
    return text.split(/\s+/).map(Number);
  }

  *pieces(): Generator<TablePiece> {
    for (let from = 0; from < this.nRows; from += PIECE_ROWS) {
      const to = Math.min(from + PIECE_ROWS, this.nRows);
      const cells = this.#cells.map((column) =>
        column instanceof Float64Array ? column.subarray(from, to) : column.slice(from, to)
      );
      yield { nRows: to - from, cells };
    }
  }
}

/** A FIELD of a VOTable as a column. */
export function describeField(column: ColumnInfo, frame: string | undefined): TableColumn {
  const { name, unit, ucd, description, datatype, arraysize = "1" } = column;
  const kind = columnKind({ name, datatype }), isText = /^(char|unicodeChar)$/.test(datatype);
  const sizes = arraysize.includes("*") ? [0] : arraysize.split("x").map(Number);
  return {
    name,
    unit,
    ucd,
    description,
    frame,
    type: kind === "number"
      ? /^(double|float)$/.test(datatype) ? "number" : "integer"
      : kind === "long"
      ? "integer"
      : kind,
    ...(!isText && arraysize !== "1" && { arrayLength: sizes.reduce((a, b) => a * b, 1) }),
    ...(/Complex$/.test(datatype) && { unreadable: "it holds complex numbers" }),
  };
}
