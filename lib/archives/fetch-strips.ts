import pl, { type DataFrame } from "nodejs-polars";
import { repeatedKeys } from "../tables/archive-table.ts";
import { decimal } from "./area.ts";
import { ArchiveError } from "./archive-error.ts";
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
  /** VOTable datatypes of columns, by name, where the answer is csv, which shows none. */
  readonly types?: Readonly<Record<string, string>>;
  /** Stop when there are at least so many rows. */
  readonly limit?: number;
  readonly onProgress?: (rows: number, total: number) => void;
}

/**
 * Fetches a table in strips small enough for the service, never trusting it to be complete: each
 * strip and their sum are compared with COUNT(*), and a strip that came short or too late is
 * halved. With a cache, an interrupted run goes on where it stopped.
 *
 * @returns All rows, in the order of the strips; columns in the order asked for.
 * @throws ArchiveError `incomplete` when rows are missing, duplicated, or null in the column.
 */
export async function fetchStrips(tap: TapClient, options: StripsOptions): Promise<DataFrame> {
  const { table, columns, where, along = "dec", range = [-90, 90.000001], onProgress } = options;
  const { limit = Infinity } = options;
  const { pageRows: page = 200_000, name: service } = tap.service;
  const pageRows = Math.min(page, Math.max(limit, 1000));
  const all = await tap.count(table, where), total = Math.min(all, limit);
  const frames: DataFrame[] = [];
  const todo: (readonly [number, number])[] = [range];
  let rows = 0;
  while (todo.length > 0 && rows < total) {
    const [from, to] = todo.pop()!;
    // a bound without exponent that reads back as the same number
    const middle = Number(decimal((from + to) / 2));
    const strip = `${along} >= ${decimal(from)} AND ${along} < ${decimal(to)}`;
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
      onProgress?.(Math.min(rows, total), total);
    } else {
      todo.push([middle, to], [from, middle]);
    }
  }
  if (rows !== all && rows < total) {
    const problem =
      `${rows} rows came in strips of ${along} from ${range[0]} to ${range[1]}, but ` +
      `COUNT(*) is ${all}`;
    throw incomplete(service, `SELECT COUNT(*) FROM ${table}`, problem);
  }
  if (frames.length === 0) {
    const problem = `${table} has no rows${where ? ` where ${where}` : ""}`;
    const remedy = "look at the service by hand: it may have changed";
    throw new ArchiveError({ kind: "query", service, query: table, problem, remedy });
  }
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

/** One strip; undefined when not all of it came, or not in time, and it can be divided. */
async function fetchStrip(tap: TapClient, strip: Strip): Promise<DataFrame | undefined> {
  const { adql, count: rows, columns, types, key, divisible } = strip;
  const expect = columns.map((name) => name.replaceAll('"', ""));
  try {
    // one more than there are, so that an answer of just the size asked for is a cut one
    const query = { adql, maxRows: rows + 1, rows, key, expect, types, divisible };
    return (await tap.sync(query)).frame.select(...expect);
  } catch (error) {
    if (divisible && error instanceof ArchiveError && error.divisible) return undefined;
    throw error;
  }
}

function incomplete(service: string, query: string, problem: string): ArchiveError {
  const remedy = "run again with --fresh; the table may have changed since its parts were kept";
  return new ArchiveError({ kind: "incomplete", service, query, problem, remedy });
}

/**
 * Frames with the same columns below one another. Csv shows no type where a column has no value, so
 * such a column takes the type that it has in the other frames. A frame without rows, which may
 * lack columns, counts only where there is no other.
 *
 * @throws TypeError naming a column that is text in one frame and a number in another.
 */
export function joinRows(parts: readonly DataFrame[]): DataFrame {
  const filled = parts.filter(({ height }) => height > 0);
  const frames = filled.length > 0 ? filled : parts.slice(-1);
  if (frames.length === 1) return frames[0];
  const types = new Map<string, pl.DataType>();
  for (const frame of frames) {
    for (const column of frame.getColumns()) {
      if (column.nullCount() === column.length) continue;
      const known = types.get(column.name);
      if (known && String(known) !== String(column.dtype)) {
        throw new TypeError(
          `column "${column.name}" is ${known} in one part and ${column.dtype} in another; ` +
            "state its type",
        );
      }
      types.set(column.name, column.dtype);
    }
  }
  const alike = frames.map((frame) =>
    frame.select(...frame.columns.map((name) => pl.col(name).cast(types.get(name) ?? pl.Float64)))
  );
  return pl.concat(alike, { how: "vertical" });
}

/** One column as numbers, `[nRows]`; NaN where missing, flags as 0 and 1. */
export function numbers(frame: DataFrame, name: string): Float64Array {
  const cells = frame.getColumn(name).toArray() as (number | bigint | boolean | string | null)[];
  return Float64Array.from(cells, (cell) => cell === null ? NaN : Number(cell));
}
