import type { DataFrame } from "nodejs-polars";
import { ArchiveError } from "./archive-error.ts";
import type { ArchiveTable } from "./archive-table.ts";
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
  /** Columns to keep as text where the answer is text. */
  readonly textColumns?: readonly string[];
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
    const halve = () => todo.push([middle, to], [from, middle]);
    const strip = `${along} >= ${from} AND ${along} < ${to}`;
    const condition = where ? `(${where}) AND ${strip}` : strip;
    const count = await tap.count(table, condition);
    if (count === 0) continue;
    if (count > pageRows && middle > from && middle < to) {
      halve();
      continue;
    }
    const adql = `SELECT ${columns.join(", ")} FROM ${table} WHERE ${condition}`;
    const part = await fetchStrip(tap, { ...options, adql, count });
    if (part) {
      frames.push(part.frame.select(...part.columns.map(({ name }) => name)));
      onProgress?.(rows += part.frame.height, total);
    } else if (count > 1 && middle > from && middle < to) {
      halve();
    } else {
      throw incomplete(service, adql, `has COUNT(*) = ${count} but gives fewer rows`);
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
  checkKey(service, frame, options);
  return frame;
}

/** One strip; undefined when the service left rows out. */
async function fetchStrip(
  tap: TapClient,
  { adql, count, columns, textColumns }: StripsOptions & { adql: string; count: number },
): Promise<ArchiveTable | undefined> {
  const expect = columns.map((name) => name.replaceAll('"', ""));
  // one more than there are, so that an answer of just the size asked for is a cut one
  const query = { adql, maxRows: count + 1, expect, textColumns };
  let part: ArchiveTable;
  try {
    part = await tap.sync(query);
  } catch (error) {
    if (error instanceof ArchiveError && error.kind === "incomplete") return undefined;
    throw error;
  }
  if (part.frame.height < count) return undefined;
  if (part.frame.height > count) {
    const problem = `gave ${part.frame.height} rows where COUNT(*) is ${count}: duplicated rows`;
    throw incomplete(tap.service.name, adql, problem);
  }
  return { ...part, columns: expect.map((name) => part.columns.find((c) => c.name === name)!) };
}

function checkKey(service: string, frame: DataFrame, { key, table }: StripsOptions): void {
  if (!key) return;
  const values: unknown[] = frame.getColumn(key).toArray();
  const distinct = new Set(values);
  if (distinct.size === values.length && !distinct.has(null)) return;
  const problem = `${values.length} rows have ${distinct.size} different values of "${key}"`;
  throw incomplete(service, `SELECT ${key} FROM ${table}`, `${problem}: rows repeat or lack it`);
}

function incomplete(service: string, query: string, problem: string): ArchiveError {
  const remedy = "delete the cached parts of this query and run again; the table may have changed";
  return new ArchiveError({ kind: "incomplete", service, query, problem, remedy });
}
