import { parse } from "csv-parse/sync";
import {
  type ArchiveTable,
  type Cell,
  type ColumnInfo,
  parseCell,
  readVotable,
  TableBuilder,
  TableError,
} from "../tables/archive-table.ts";
import { ArchiveError } from "./archive-error.ts";
import type { CachedRequest } from "./response-cache.ts";
import { type ArchiveRequest, send, withRetries } from "./send.ts";
import type { TapOptions } from "./tap-client.ts";

/**
 * The table that answers a request: from the cache if it is there, else sent for, tried again as the
 * policy says, read, and kept.
 *
 * @param by How it is sent.
 * @throws ArchiveError when it cannot be had; what `read` throws.
 */
export async function ask(
  request: ArchiveRequest & CachedRequest,
  read: (bytes: Uint8Array) => ArchiveTable,
  options: TapOptions,
  by = send,
): Promise<ArchiveTable> {
  const kept = await options.cache?.read(request);
  if (kept) return read(kept);
  const fetched = await withRetries(async () => {
    const bytes = await by(request, options);
    return { bytes, table: read(bytes) };
  }, options);
  await options.cache?.write(request, fetched);
  return fetched.table;
}

/** Whose response it is and what must be in it. */
export interface ResponseOptions {
  readonly service: string;
  readonly query: string;
  /** VOTable datatypes of columns, by name, for csv, which shows none. */
  readonly types?: Readonly<Record<string, string>>;
  /** Columns that must be there, in any order. */
  readonly expect?: readonly string[];
}

/**
 * Reads a response by what it is, not by what it is said to be: markup as VOTable, all else as
 * csv. Errors come in the body whatever the status.
 *
 * @throws ArchiveError `query` with the service's own words, or `format`.
 */
export function readResponse(bytes: Uint8Array, options: ResponseOptions): ArchiveTable {
  const { service, query, types, expect = [] } = options;
  try {
    const opening = new TextDecoder().decode(bytes.subarray(0, 200));
    const table = /^\uFEFF?\s*</.test(opening) ? readVotable(bytes) : readCsv(bytes, types);
    const names = table.columns.map(({ name }) => name);
    const missing = expect.filter((name) => !names.includes(name));
    if (missing.length > 0) {
      const wrong = `the column ${missing.join(", ")} is missing`;
      throw new TableError("format", `${wrong}; there are ${names.join(", ").slice(0, 500)}`);
    }
    return table;
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    throw new ArchiveError({
      service,
      query,
      kind: error.kind === "query" ? "query" : "format",
      problem: error.message,
      remedy: error.kind === "query"
        ? "mend the query: table and column names are in the service's TAP_SCHEMA"
        : "run again; if it stays, look at the answer by hand: the service may have changed",
      transient: error.kind === "format",
      cause: error,
    });
  }
}

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
  const text = new TextDecoder().decode(bytes).replace(/^\uFEFF/, "");
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
