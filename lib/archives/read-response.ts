import { type ArchiveTable, TableError } from "../tables/archive-table.ts";
import { readVotable } from "../tables/read-votable.ts";
import { ArchiveError } from "./archive-error.ts";
import { readTextTable, type TextDialect } from "./read-text-table.ts";

/** Whose response it is and what must be in it. */
export interface ResponseOptions {
  readonly service: string;
  readonly query: string;
  /** Dialect of a response that is no VOTable; default `csv`. */
  readonly text?: TextDialect;
  /** VOTable datatypes of columns, by name, for text, which shows none. */
  readonly types?: Readonly<Record<string, string>>;
  /** Columns that must be there, in any order. */
  readonly expect?: readonly string[];
}

/**
 * Reads a response by what it is, not by what it is said to be: markup as VOTable, all else as
 * text. Errors come in the body whatever the status.
 *
 * @throws ArchiveError `query` with the service's own words, or `format`.
 */
export function readResponse(bytes: Uint8Array, options: ResponseOptions): ArchiveTable {
  const { service, query, text = "csv", types, expect = [] } = options;
  try {
    const opening = new TextDecoder().decode(bytes.subarray(0, 200));
    const table = /^\uFEFF?\s*</.test(opening)
      ? readVotable(bytes)
      : readTextTable(bytes, { dialect: text, types });
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
