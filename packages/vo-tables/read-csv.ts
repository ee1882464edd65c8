import { parse } from "csv-parse/sync";
import { type ArchiveTable, TableBuilder } from "./archive-table.ts";
import { TableError } from "./table-error.ts";
import { type Cell, type ColumnInfo, parseCell } from "./votable-column.ts";

/**
 * Reads csv with a line of column names. A column of no stated type is numeric or boolean when all
 * its cells are; an empty cell and NULL are missing, and a column without any value is numeric.
 *
 * @throws TableError when the text is no such table: markup, an error message, a row of another
 * length, an unclosed quote, a last line without its end, a cell that is not of its stated type.
 */
export function readCsv(
  bytes: Uint8Array,
  types: Readonly<Record<string, string>> = {},
): ArchiveTable {
  const text = new TextDecoder().decode(bytes);
  // HEASARC's way to fail in text, with status 200
  if (/^\s*-{2,}\s*Messages?\s*-{2,}/i.test(text)) {
    throw new TableError("query", text.replace(/(-{2,}|\s)+/g, " ").trim().slice(0, 300));
  }
  if (text.trim() === "") throw new TableError("format", "the text is empty");
  if (!/[\r\n]$/.test(text)) {
    throw new TableError("format", "the last line has no line end: the text was cut off");
  }
  let lines: string[][];
  try {
    lines = parse(text, { skip_empty_lines: true });
  } catch (error) {
    throw new TableError("format", `malformed csv: ${(error as Error).message}`);
  }
  const [names, ...rows] = lines;
  const columns = names.map((name, i): ColumnInfo => ({
    name: name.trim(),
    datatype: types[name.trim()] ?? guessType(rows.map((row) => row[i].trim())),
  }));
  const builder = new TableBuilder(columns);
  for (const row of rows) {
    builder.add(row.map((cell, i): Cell => parseCell(isNull(cell) ? "" : cell, columns[i])));
  }
  return builder.finish();
}

function guessType(cells: readonly string[]): string {
  const there = cells.filter((cell) => cell !== "" && !isNull(cell));
  if (there.length > 0 && there.every((cell) => /^(true|false)$/i.test(cell))) return "boolean";
  const isNumber = (cell: string) => /^[+-]?(nan|inf(inity)?|[\d.].*)$/i.test(cell);
  if (!there.every((cell) => isNumber(cell) && !(/\d/.test(cell) && isNaN(Number(cell))))) {
    return "char";
  }
  // an identifier beyond 2^53 would lose digits as a double
  const isWhole = there.every((cell) => /^[+-]?\d+$/.test(cell));
  return isWhole && !there.every((cell) => Number.isSafeInteger(Number(cell))) ? "long" : "double";
}

function isNull(cell: string): boolean {
  return /^\s*null\s*$/i.test(cell);
}
