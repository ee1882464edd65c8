import { malformed } from "./table-error.ts";

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
  /** The number that stands for a missing value. */
  readonly null?: string;
}

/** One cell as the readers hand it over; `undefined` and NaN are missing. */
export type Cell = number | bigint | boolean | string | undefined;

/** What takes the rows of a table as they are read. */
export interface RowTaker {
  /** Takes a row, whose list is the reader's own and holds the next one later. */
  row(cells: readonly Cell[]): void;
  /** Whether the cells of a column are wanted, by its place: others may be undefined. By default all. */
  readonly wants?: (place: number) => boolean;
  /** Whether cells that are not wanted must be values of their columns all the same. */
  readonly checks?: boolean;
}

const NUMERIC = new Set(["double", "float", "int", "short", "unsignedByte"]);

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
  return isNull(number, column) ? undefined : number;
}

/** Whether a number is the one that stands for a missing value: 0.0 where the null is 0. */
export function isNull(value: Cell, column: ColumnInfo): boolean {
  if (column.null === undefined || value === undefined) return false;
  return typeof value === "number" ? value === Number(column.null) : String(value) === column.null;
}

function parseBoolean(text: string, name: string): boolean | undefined {
  if (/^(t|true|1)$/i.test(text)) return true;
  if (/^(f|false|0)$/i.test(text)) return false;
  if (text === "?") return undefined;
  throw malformed(`column "${name}" has "${text}", expected true or false`);
}
