import { chooseTable } from "./choose-table.ts";
import {
  BATCH_ROWS,
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
import { VotableParser } from "./votable-parser.ts";

/** One of the tables of a document, by a pass that looks at all and keeps no cell. */
interface CountedTable {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly kinds: readonly ReturnType<typeof columnKind>[];
  nRows: number;
}

/**
 * Opens the table of sources of a VOTable. The document is read to its end first, for what may stand
 * there: other tables, or that the service failed; the rows then come as it is read once more, so
 * that no more than some thousand are in memory.
 *
 * @param contents Its bytes from the beginning, each time that they are asked for.
 * @throws TableError as {@link VotableParser}, and where several tables may be meant.
 */
export async function openVotable(
  contents: () => AsyncIterable<Uint8Array>,
  { encoding, table: wanted }: OpenOptions,
): Promise<OpenTable> {
  const tables: CountedTable[] = [], fits: BlobPart[][] = [];
  const parser = new VotableParser({
    table({ name, columns, frames }) {
      const described = columns.map((column, i) => describeField(column, frames[i]));
      const table = { name, columns: described, kinds: columns.map(columnKind), nRows: 0 };
      tables.push(table);
      return { row: () => table.nRows++, wants: () => false, checks: true };
    },
    fits() {
      const parts: BlobPart[] = [];
      fits.push(parts);
      return { write: (bytes) => parts.push(bytes), end() {} };
    },
  }, encoding);
  for await (const piece of contents()) parser.write(piece);
  const overflow = parser.finish();
  if (fits.length > 0) {
    if (fits.length + tables.length > 1) throw malformed("the VOTable holds FITS beside tables");
    const bytes = new Uint8Array(await new Blob(fits[0]).arrayBuffer());
    const table = await openFits(bytesFile("the VOTable", bytes), { table: wanted });
    return { ...table, kind: "FITS in a VOTable", overflow };
  }
  const { place, note } = chooseTable(tables, wanted), chosen = tables[place];
  let wants = (_: number) => true;
  return {
    kind: "VOTable",
    nRows: chosen.nRows,
    columns: chosen.columns,
    ...byColumns(rowsOf(chosen, place, () => wants, contents, encoding)),
    want(places) {
      const set = new Set(places);
      wants = (place) => set.has(place);
    },
    overflow,
    ...(tables.length > 1 && { table: chosen.name || String(place + 1) }),
    notes: note ? [note] : [],
  };
}

/** The rows of one of the tables, by another pass that ends with the last of them. */
async function* rowsOf(
  chosen: CountedTable,
  place: number,
  wants: () => (column: number) => boolean,
  contents: () => AsyncIterable<Uint8Array>,
  encoding?: string,
): AsyncGenerator<TablePiece> {
  const full: RowsTogether[] = [];
  let rest = chosen.nRows, nTables = 0;
  if (rest === 0) return;
  let together = new RowsTogether(chosen, wants(), rest);
  const parser = new VotableParser({
    table: () =>
      nTables++ !== place ? undefined : {
        wants: (column) => together.wants(column),
        row(cells) {
          if (rest === 0) throw changed();
          together.add(cells);
          rest--;
          if (!together.isFull) return;
          full.push(together);
          together = new RowsTogether(chosen, wants(), rest);
        },
      },
  }, encoding);
  for await (const piece of contents()) {
    parser.write(piece);
    yield* full.splice(0);
    if (rest === 0) return;
  }
  throw changed();
}

const changed = () => malformed("the VOTable changed while it was read; close what writes it");

/** Some rows of a table, by columns. */
class RowsTogether implements TablePiece {
  readonly cells: readonly (Float64Array | unknown[] | undefined)[];
  /** Which columns are kept. */
  readonly wants: (column: number) => boolean;
  readonly #table: CountedTable;
  readonly #most: number;
  nRows = 0;

  constructor(table: CountedTable, wants: (column: number) => boolean, most: number) {
    [this.#table, this.wants, this.#most] = [table, wants, Math.min(most, BATCH_ROWS)];
    this.cells = table.kinds.map((kind, i) => {
      if (!wants(i)) return undefined;
      return kind === "number" ? new Float64Array(this.#most) : [];
    });
  }

  get isFull(): boolean {
    return this.nRows === this.#most;
  }

  add(row: readonly Cell[]): void {
    for (let i = 0; i < row.length; i++) {
      const cells = this.cells[i], cell = row[i];
      if (cells instanceof Float64Array) cells[this.nRows] = Number(cell ?? NaN);
      else cells?.push(typeof cell === "string" ? this.#plain(cell, i) : cell);
    }
    this.nRows++;
  }

  /** A text as its column has it: an integer with all its digits, a list of numbers. */
  #plain(text: string, place: number): unknown {
    const { kinds, columns } = this.#table;
    if (kinds[place] === "long") return BigInt(text);
    if (columns[place].arrayLength === undefined) return unbytes(text);
    return text.split(/\s+/).map(Number);
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
