import pl, { type DataFrame } from "nodejs-polars";
import { malformed } from "./table-error.ts";

export { printable, TableError } from "./table-error.ts";

/** What an archive says about one column. */
export interface ColumnInfo {
  readonly name: string;
  /** VOTable datatype: double, float, int, long, short, unsignedByte, boolean, char, ... */
  readonly datatype: string;
  /** VOTable arraysize; absent for a scalar. */
  readonly arraysize?: string;
  readonly unit?: string;
  readonly ucd?: string;
  readonly description?: string;
  /** The integer that stands for a missing value. */
  readonly null?: string;
}

/** A table from an archive. */
export interface ArchiveTable {
  /**
   * Numbers are Float64, except `long`, which is Int64; booleans Bool; all else, arrays included,
   * text. A missing value is null: an empty cell, a VOTable null, NaN.
   */
  readonly frame: DataFrame;
  readonly columns: readonly ColumnInfo[];
  /** Whether the service says that it left rows out. */
  readonly overflow: boolean;
}

/** One cell as the readers hand it over; `undefined` and NaN are missing. */
export type Cell = number | bigint | boolean | string | undefined;

const NUMERIC = new Set(["double", "float", "int", "short", "unsignedByte"]);

/** Collects cells row by row and makes the frame. */
export class TableBuilder {
  readonly columns: readonly ColumnInfo[];
  readonly #cells: (number | boolean | string | null)[][];
  #rows = 0;

  /** @throws TableError when there is no column or a name comes twice. */
  constructor(columns: readonly ColumnInfo[]) {
    const names = columns.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (names.length === 0) throw malformed("the table has no columns");
    if (twice !== undefined) throw malformed(`the column "${twice}" comes twice`);
    this.columns = columns;
    this.#cells = columns.map(() => []);
  }

  /** Adds one row, cells in the order of the columns. */
  add(row: readonly Cell[]): void {
    for (let i = 0; i < this.#cells.length; i++) {
      const cell = row[i];
      const missing = cell === undefined || Number.isNaN(cell);
      this.#cells[i].push(missing ? null : typeof cell === "bigint" ? String(cell) : cell);
    }
    this.#rows++;
  }

  get rows(): number {
    return this.#rows;
  }

  finish(overflow = false): ArchiveTable {
    const series = this.columns.map((column, i) => {
      const kind = columnKind(column), cells = this.#cells[i];
      if (kind === "number") return pl.Series(column.name, cells, pl.Float64);
      if (kind === "boolean") return pl.Series(column.name, cells, pl.Bool);
      const text = pl.Series(column.name, cells, pl.Utf8);
      return kind === "long" ? text.cast(pl.Int64) : text;
    });
    return { frame: pl.DataFrame(series), columns: this.columns, overflow };
  }
}

/** How the cells of a column are kept. */
export function columnKind(
  { datatype, arraysize }: ColumnInfo,
): "number" | "boolean" | "long" | "text" {
  if (arraysize !== undefined && arraysize !== "1") return "text";
  if (NUMERIC.has(datatype)) return "number";
  return datatype === "boolean" || datatype === "long" ? datatype : "text";
}

/**
 * One text cell as its column wants it; the empty text is missing.
 *
 * @throws TableError on text that is no value of the column.
 */
export function parseCell(text: string, column: ColumnInfo): Cell {
  const kind = columnKind(column), trimmed = text.trim();
  if (trimmed === "" || trimmed === column.null) return undefined;
  if (kind === "text") return trimmed;
  if (kind === "boolean") return parseBoolean(trimmed, column.name);
  if (kind === "long" && /^[+-]?\d+$/.test(trimmed)) return trimmed;
  const number = /^nan$/i.test(trimmed)
    ? NaN
    : Number(trimmed.replace(/^([+-]?)inf(inity)?$/i, "$1Infinity"));
  if (kind === "long" || (Number.isNaN(number) && !/^nan$/i.test(trimmed))) {
    throw malformed(`column "${column.name}" has "${trimmed}", expected a number`);
  }
  return number;
}

function parseBoolean(text: string, name: string): boolean | undefined {
  if (/^(t|true|1)$/i.test(text)) return true;
  if (/^(f|false|0)$/i.test(text)) return false;
  if (text === "?") return undefined;
  throw malformed(`column "${name}" has "${text}", expected true or false`);
}

/** What is wrong when a column that should tell rows apart does not; undefined when it does. */
export function repeatedKeys(frame: DataFrame, key: string): string | undefined {
  const values: unknown[] = frame.getColumn(key).toArray();
  const distinct = new Set(values).size, missing = frame.getColumn(key).nullCount();
  if (distinct === values.length && missing === 0) return undefined;
  return `${values.length} rows have ${distinct} different values of "${key}", ${missing} missing`;
}
