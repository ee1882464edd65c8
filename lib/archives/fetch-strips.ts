import type { DataFrame } from "nodejs-polars";
import { repeatedKeys } from "../tables/archive-table.ts";
import { ArchiveError } from "./archive-error.ts";
import { joinRows } from "./join-rows.ts";
import type { TapClient } from "./tap-client.ts";

/** A table to fetch whole, and along which column to cut it. */
export interface StripsOptions {
  readonly table: string;
  readonly columns: readonly string[];
  /** ADQL condition. */
  readonly where?: string;
  /** Numeric column to cut along; rows where it is null raise an error. Default `dec`. */
  readonly along?: string;
  /** Range of that column, the end excluded; default -90 to a little above 90. */
  readonly range?: readonly [number, number];
  /** Column without duplicates; checked. */
  readonly key?: string;
  /** VOTable datatypes of columns, by name, where the answer is text, which shows none. */
  readonly types?: Readonly<Record<string, string>>;
  readonly onProgress?: (rows: number, total: number) => void;
}

/**
 * Fetches a table in strips small enough for the service, never trusting it to be complete: each
 * strip and their sum are compared with COUNT(*), and a strip that came short is halved. With a
 * cache, an interrupted run goes on where it stopped.
 *
 * @returns All rows, in the order of the strips; columns in the order asked for.
 * @throws ArchiveError `incomplete` when rows are missing, duplicated, or null in the column.
 */
export async function fetchStrips(tap: TapClient, options: StripsOptions): Promise<DataFrame> {
  const { table, columns, where, along = "dec", range = [-90, 90.000001], onProgress } = options;
  const { pageRows = 200_000, name: service } = tap.service;
  const total = await tap.count(table, where);
  const frames: DataFrame[] = [];
  const todo: (readonly [number, number])[] = [range];
  let rows = 0;
  while (todo.length > 0) {
    const [from, to] = todo.pop()!, middle = (from + to) / 2;
    const strip = `${along} >= ${from} AND ${along} < ${to}`;
    const condition = where ? `(${where}) AND ${strip}` : strip;
    const count = await tap.count(table, condition);
    if (count === 0) continue;
    const divisible = count > 1 && middle > from && middle < to;
    const adql = `SELECT ${columns.join(", ")} FROM ${table} WHERE ${condition}`;
    const part = divisible && count > pageRows
      ? undefined
      : await fetchStrip(tap, { ...options, adql, count, divisible });
    if (part) {
      frames.push(part);
      rows += part.height;
      onProgress?.(rows, total);
    } else {
      todo.push([middle, to], [from, middle]);
    }
  }
  if (rows !== total) {
    const problem =
      `${rows} rows came in strips of ${along} from ${range[0]} to ${range[1]}, but ` +
      `COUNT(*) is ${total}`;
    throw incomplete(service, `SELECT COUNT(*) FROM ${table}`, problem);
  }
  if (frames.length === 0) throw incomplete(service, table, "the table has no such rows");
  const frame = joinRows(frames);
  const repeated = options.key && repeatedKeys(frame, options.key);
  if (repeated) throw incomplete(service, `SELECT ${options.key} FROM ${table}`, repeated);
  return frame;
}

interface Strip extends StripsOptions {
  readonly adql: string;
  readonly count: number;
  readonly divisible: boolean;
}

/** One strip; undefined when not all of it came and it can be divided. */
async function fetchStrip(tap: TapClient, strip: Strip): Promise<DataFrame | undefined> {
  const { adql, count: rows, columns, types, key, divisible } = strip;
  const expect = columns.map((name) => name.replaceAll('"', ""));
  try {
    // one more than there are, so that an answer of just the size asked for is a cut one
    const { frame } = await tap.sync({ adql, maxRows: rows + 1, rows, key, expect, types });
    return frame.select(...expect);
  } catch (error) {
    if (divisible && error instanceof ArchiveError && error.kind === "incomplete") return undefined;
    throw error;
  }
}

function incomplete(service: string, query: string, problem: string): ArchiveError {
  const remedy = "delete the cached parts of this query and run again; the table may have changed";
  return new ArchiveError({ kind: "incomplete", service, query, problem, remedy });
}
