import {
  type ArchiveTable,
  type Cell,
  type ColumnInfo,
  parseCell,
  TableBuilder,
  TableError,
} from "../tables/archive-table.ts";

/**
 * How a service writes text: `csv` (RFC 4180), `tsv` (the CSC's: tab-separated after lines that
 * begin with #), `pipe` (HEASARC's: cells between bars).
 */
export type TextDialect = "csv" | "tsv" | "pipe";

/** What a reader of text knows beforehand. */
export interface TextOptions {
  readonly dialect: TextDialect;
  /** VOTable datatypes of columns, by name; those of others are guessed from their cells. */
  readonly types?: Readonly<Record<string, string>>;
  /** Accept a last line without its line end, although it may have been cut; default false. */
  readonly openEnd?: boolean;
}

/**
 * Reads a table written as text with one line of column names. A column of no stated type is
 * numeric or boolean when all its cells are; an empty cell and NULL are missing, and a column
 * without any value is numeric.
 *
 * @throws TableError when the body is no such table: markup, a row of another length, an
 * unclosed quote, a last line without its end, a cell that is not of its column's stated type.
 */
export function readTextTable(bytes: Uint8Array, options: TextOptions): ArchiveTable {
  const text = new TextDecoder().decode(bytes).replace(/^\uFEFF/, "");
  if (/^\s*</.test(text)) {
    throw new TableError(
      "format",
      `expected ${options.dialect} text, got markup: "${opening(text)}"`,
    );
  }
  if (!options.openEnd && text !== "" && !/[\r\n]$/.test(text)) {
    throw new TableError("format", "the last line has no line end: the text was cut off");
  }
  const lines = options.dialect === "csv" ? splitCsv(text) : splitLines(text, options.dialect);
  if (lines.length === 0) {
    throw new TableError("format", "the text is empty, expected column names");
  }
  const [names, ...rows] = lines;
  rows.forEach((row, i) => {
    if (row.length === names.length) return;
    const wrong = `row ${i} has ${row.length} cells, expected ${names.length}`;
    throw new TableError("format", `${wrong}: "${opening(row.join(" "))}"`);
  });
  const columns = names.map((name, i): ColumnInfo => ({
    name: name.trim(),
    datatype: options.types?.[name.trim()] ?? guessType(rows, i),
  }));
  const builder = new TableBuilder(columns);
  for (const row of rows) {
    builder.add(row.map((cell, i): Cell => parseCell(isNull(cell) ? "" : cell, columns[i])));
  }
  return builder.finish();
}

function guessType(rows: readonly string[][], column: number): string {
  const kinds = new Set(rows.map((row) => cellKind(row[column].trim())));
  kinds.delete("missing");
  if (kinds.has("text") || (kinds.has("boolean") && kinds.size > 1)) return "char";
  if (kinds.has("boolean")) return "boolean";
  return kinds.has("long") && !kinds.has("decimal") ? "long" : "double";
}

function isNull(cell: string): boolean {
  return /^\s*null\s*$/i.test(cell);
}

function cellKind(cell: string): "missing" | "boolean" | "integer" | "long" | "decimal" | "text" {
  if (cell === "" || isNull(cell)) return "missing";
  if (/^(true|false)$/i.test(cell)) return "boolean";
  // an identifier beyond 2^53 would lose digits as a double
  if (/^[+-]?\d+$/.test(cell)) return Number.isSafeInteger(Number(cell)) ? "integer" : "long";
  if (/^[+-]?(nan|inf(inity)?)$/i.test(cell)) return "decimal";
  return /^[+-]?[\d.]/.test(cell) && !isNaN(Number(cell)) ? "decimal" : "text";
}

function splitLines(text: string, dialect: "tsv" | "pipe"): string[][] {
  const lines = text.split(/\r?\n/);
  return lines
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => {
      if (dialect === "tsv") return line.split("\t");
      // HEASARC may also draw bars at both ends
      return line.replace(/^\s*\|(.*)\|\s*$/, "$1").split("|").map((cell) => cell.trim());
    });
}

function splitCsv(text: string): string[][] {
  const lines: string[][] = [];
  // a cell is quoted, with doubled quotes inside, or bare; a comma or a line end follows it
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  let line: string[] = [];
  while (cell.lastIndex < text.length) {
    const start = cell.lastIndex;
    const match = cell.exec(text);
    if (!match) {
      throw new TableError("format", `malformed csv at "${opening(text.slice(start))}"`);
    }
    line.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    if (match[3] === ",") continue;
    if (line.length > 1 || line[0] !== "") lines.push(line);
    line = [];
  }
  return lines;
}

function opening(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, 80);
}
