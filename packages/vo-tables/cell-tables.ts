import { chooseTable } from "./choose-table.ts";
import { quotedLines } from "./csv-line.ts";
import type { OpenTable } from "./open-table.ts";
import { openText } from "./read-text.ts";

/** A table of a document, all of whose cells are texts: titles, names, units and data alike. */
export interface CellTable {
  /** Its name or caption; "" where it has none. */
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

/** What {@link openCells} is told of a document. */
interface DocumentOptions {
  /** What its tables are, such as `Excel sheet`. */
  readonly kind: string;
  /** Which of several tables, by its title or by number from 1. */
  readonly wanted?: string;
  /** So many rows may stand above the data: names of columns, and groups of these. */
  readonly headRows: number;
  /** What a user should know of the document. */
  readonly notes?: readonly string[];
  /** What is written around the table that is read. */
  readonly comments?: (table: CellTable) => readonly string[];
}

/**
 * Opens one of the tables of a document as a table of text is read, with titles, lines of units and
 * groups of columns: the one that is wanted, else the one with positions, see {@link chooseTable}.
 *
 * @param tables At least one.
 * @throws TableError naming the tables there are where none is meant, and as readers of text do.
 */
export async function openCells(
  name: string,
  tables: readonly CellTable[],
  { kind, wanted, headRows, notes = [], comments }: DocumentOptions,
): Promise<OpenTable> {
  const { place, note } = chooseTable(
    tables.map(({ title, rows }) => ({
      name: title,
      nRows: rows.length - 1,
      columns: rows.slice(0, headRows).flat().map((name) => ({ name })),
    })),
    wanted,
  );
  const chosen = tables[place], table = await openText(name, quotedLines(chosen.rows));
  return {
    ...table,
    kind,
    ...(comments && { comments: comments(chosen) }),
    notes: [...note === undefined ? [] : [note], ...notes, ...table.notes ?? []],
    ...(tables.length > 1 && { table: chosen.title || String(place + 1) }),
  };
}
