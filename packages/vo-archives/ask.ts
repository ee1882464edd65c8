import { type ArchiveTable, readCsv, readVotable, TableError } from "@csc-classify/vo-tables";
import { ArchiveError } from "./archive-error.ts";
import type { CachedRequest, ResponseCache } from "./response-cache.ts";
import {
  type ArchiveRequest,
  isBinary,
  isPassing,
  type RetryPolicy,
  send,
  withRetries,
  wordsOf,
} from "./send.ts";

/** How clients wait, give up, and keep answers. */
export interface TapOptions extends RetryPolicy {
  /** Where answers are kept; without it nothing is. */
  readonly cache?: ResponseCache;
  /** Called before anything is sent, not for what is kept; what it throws ends the request. */
  readonly ready?: () => Promise<void>;
}

/** How large an answer can be: rows and columns asked for. */
export interface AnswerSize {
  readonly rows: number;
  readonly columns: number;
}

/** The largest answer taken: the process is to stay below half a gigabyte. */
const MOST_BYTES = 96e6;

/** Bytes that an answer of a size can have as VOTable, head and all. */
export function bytesOf({ rows, columns }: AnswerSize): number {
  return Math.min(MOST_BYTES, 2e6 + 2000 * columns + rows * (40 + 48 * columns));
}

/**
 * The table that answers a request: from the cache if it is there, else sent for, tried again as the
 * policy says, read, and kept. What is kept but not taken any more, as by a later version that looks
 * closer, is sent for anew.
 *
 * @param read Refuses what is not to be kept.
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
  try {
    if (kept) return read(kept);
  } catch (error) {
    if (!(error instanceof ArchiveError) || options.cache?.isWhole) throw error;
  }
  await options.ready?.();
  const fetched = await withRetries(async () => {
    const bytes = await by(request, options);
    return { bytes, table: read(bytes) };
  }, options);
  await options.cache?.write(request, fetched);
  return fetched.table;
}

/** Whose response it is and what must be in it. */
interface ResponseOptions {
  readonly service: string;
  readonly query: string;
  /** VOTable datatypes of columns, by name, for csv, which shows none. */
  readonly types?: Readonly<Record<string, string>>;
  /** Columns that must be there, in any order. */
  readonly expect?: readonly string[];
  readonly size: AnswerSize;
}

/**
 * Reads a response by what it is, not by what it is said to be: markup as VOTable, all else as
 * csv. Errors come in the body whatever the status.
 *
 * @throws ArchiveError `query` with the service's own words, or `format`.
 */
export function readResponse(bytes: Uint8Array, options: ResponseOptions): ArchiveTable {
  const { service, query, types, expect = [], size } = options;
  try {
    const opening = new TextDecoder().decode(bytes.subarray(0, 200));
    const isMarkup = /^\uFEFF?\s*</.test(opening);
    checkShape(bytes, size, isMarkup);
    const most = 1000 + 2 * size.rows;
    const table = spelt(isMarkup ? readVotable(bytes, most) : readCsv(bytes, types), expect);
    const names = table.columns.map(({ name }) => name);
    const missing = expect.filter((name) => !names.includes(name));
    if (missing.length > 0) {
      const wrong = `the column ${missing.join(", ")} is missing`;
      throw new TableError("format", `${wrong}; there are ${names.join(", ").slice(0, 500)}`);
    }
    return table;
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    const parts = { service, query, cause: error };
    if (error.kind === "query") throw refusal(parts, error.message, bytes);
    throw new ArchiveError({
      ...parts,
      kind: "format",
      problem: error.message + said(bytes),
      remedy: "run again; if it stays, look at the answer by hand: the service may have changed",
      transient: true,
    });
  }
}

/** An error in a service's own words: about the query, or about its own state, which passes. */
function refusal(
  parts: { readonly service: string; readonly query: string; readonly cause: unknown },
  problem: string,
  bytes: Uint8Array,
): ArchiveError {
  // what fails after the first rows was no fault of the query
  const hasRows = /<(\w+:)?(TR|STREAM)\b/.test(new TextDecoder().decode(bytes));
  const passing = isPassing(problem) ?? (hasRows ? "busy" : undefined);
  return new ArchiveError({
    ...parts,
    kind: passing ? "http" : "query",
    problem,
    remedy: passing
      ? "the service is busy or broken; run again later: finished parts are kept"
      : "mend the query: table and column names are in the service's TAP_SCHEMA",
    transient: passing !== undefined,
    divisible: passing === "late",
  });
}

/** What an answer says that is no table: the words of a page, a job or a message, not of rows. */
function said(bytes: Uint8Array): string {
  const opening = new TextDecoder().decode(bytes.subarray(0, 2000));
  const isOther = isBinary(opening) || !/[\r\n]/.test(opening) ||
    /^\uFEFF?\s*(<|[[{])/.test(opening);
  if (!isOther || /<(\w+:)?VOTABLE\b/i.test(opening)) return "";
  const words = wordsOf(bytes).slice(0, 100);
  return words && `: "${words}"`;
}

/** The table with the columns that are expected as they are spelt there: ADQL knows no capitals. */
function spelt(table: ArchiveTable, expect: readonly string[]): ArchiveTable {
  const names = table.columns.map(({ name }) => name);
  const others = expect.filter((name) => !names.includes(name)).flatMap((name) => {
    const same = names.filter((one) => one.toLowerCase() === name.toLowerCase());
    return same.length === 1 && !expect.includes(same[0]) ? [[same[0], name] as const] : [];
  });
  if (others.length === 0) return table;
  const ours = new Map(others);
  return {
    ...table,
    frame: table.frame.rename(Object.fromEntries(others)),
    columns: table.columns.map((one) => ({ ...one, name: ours.get(one.name) ?? one.name })),
  };
}

/**
 * Refuses an answer with more cells, tags or attributes than one of its size can have, before a
 * parser makes objects of them.
 */
function checkShape(bytes: Uint8Array, { rows, columns }: AnswerSize, isMarkup: boolean): void {
  const most = 50_000 + 2 * (rows + 2) * (columns + 2) + 40 * columns;
  const marks = (isMarkup ? "<=" : ",\n").split("").map((mark) => mark.charCodeAt(0));
  for (const mark of marks) {
    let found = 0;
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) found++;
    if (found <= most) continue;
    const problem = `${found} "${String.fromCharCode(mark)}" in an answer of at most ${rows} rows`;
    throw new TableError("format", problem);
  }
}
