import pl, { type DataFrame } from "nodejs-polars";
import { type ArchiveTable, repeatedKeys } from "@csc-classify/vo-tables";
import { decimal } from "./area.ts";
import { ArchiveError } from "./archive-error.ts";
import type { TapClient } from "./tap-client.ts";

/** A table to fetch whole, and along which column to cut it. */
interface StripsOptions {
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
  /** Looks at each answer before it is kept; a text says what is wrong with it. */
  readonly check?: (table: ArchiveTable) => string | undefined;
  /** Stop when there are at least so many rows. */
  readonly limit?: number;
  readonly onProgress?: (rows: number, total: number) => void;
}

/**
 * Fetches a table in strips small enough for the service, never trusting it to be complete: each
 * strip and their sum are compared with COUNT(*), and a strip that came short or too late is
 * halved. Where a service does not count, see {@link fetchPages}. With a cache, an interrupted run
 * goes on where it stopped.
 *
 * @returns All rows, in the order of the strips; columns in the order asked for.
 * @throws ArchiveError `incomplete` when rows are missing, duplicated, or null in the column;
 * `query` when there are none.
 */
export async function fetchStrips(tap: TapClient, options: StripsOptions): Promise<DataFrame> {
  const frame = await fetchAnyStrips(tap, options);
  if (frame) return frame;
  const { table, where } = options, { name: service } = tap.service;
  const problem = `${table} has no rows${where ? ` where ${where}` : ""}`;
  const remedy = "look at the service by hand: it may have changed";
  throw new ArchiveError({ kind: "query", service, query: table, problem, remedy });
}

/** As {@link fetchStrips}; undefined where there are no rows. */
export async function fetchAnyStrips(
  tap: TapClient,
  options: StripsOptions,
): Promise<DataFrame | undefined> {
  const { table, where, along = "dec", range = WHOLE, onProgress, limit = Infinity } = options;
  const { pageRows: page = 200_000, name: service } = tap.service;
  const pageRows = Math.min(page, Math.max(limit, 1000));
  const all = await countOrNone(tap, table, where);
  if (all === undefined) {
    // borders are compared by the column that is cut along
    const columns = [...new Set([...options.columns, along])];
    const pages = await fetchPages(tap, { ...options, columns }, pageRows);
    return joined(tap, options, pages)?.select(...options.columns.map(bare));
  }
  const total = Math.min(all, limit), frames: DataFrame[] = [];
  let rows = 0;
  // a count that nothing speaks against is believed where it is 0 or all is there, else rows decide
  const fetchPart = async (from: number, to: number, count: number, isSure: boolean) => {
    if (isSure ? count === 0 || rows >= total : rows >= limit) return;
    const middle = middleOf(from, to), divisible = count > 1 && middle > from && middle < to;
    const part = divisible && count > pageRows
      ? undefined
      : await fetchStrip(tap, { ...options, from, to, count, divisible });
    if (part) {
      frames.push(part);
      rows += part.height;
      onProgress?.(Math.min(rows, total), total);
      return;
    }
    const condition = stripOf(options, from, middle), south = await tap.count(table, condition);
    if (south > count) {
      const problem = `COUNT(*) is ${south} in a half of a strip with ${count} rows`;
      throw incomplete(service, `SELECT COUNT(*) FROM ${table} WHERE ${condition}`, problem);
    }
    const isDivided = isSure && count > pageRows;
    await fetchPart(from, middle, south, isDivided);
    await fetchPart(middle, to, count - south, isDivided);
  };
  await fetchPart(...range, await tap.count(table, stripOf(options, ...range)), all > 0);
  if (rows !== all && rows < total) {
    const problem =
      `${rows} rows came in strips of ${along} from ${range[0]} to ${range[1]}, but ` +
      `COUNT(*) is ${all}`;
    throw incomplete(service, `SELECT COUNT(*) FROM ${table}`, problem);
  }
  return joined(tap, options, frames);
}

const WHOLE = [-90, 90.000001] as const;

/** The number of rows; undefined where the service does not count. */
async function countOrNone(
  tap: TapClient,
  table: string,
  where?: string,
): Promise<number | undefined> {
  try {
    return await tap.count(table, where);
  } catch (error) {
    const cannot = error instanceof ArchiveError && !["network", "timeout"].includes(error.kind);
    if (cannot) return undefined;
    throw error;
  }
}

function bare(name: string): string {
  return name.replaceAll('"', "");
}

/** A bound without exponent that reads back as the same number. */
function middleOf(from: number, to: number): number {
  return Number(decimal((from + to) / 2));
}

function stripOf({ where, along = "dec" }: StripsOptions, from: number, to: number): string {
  const strip = `${along} >= ${decimal(from)} AND ${along} < ${decimal(to)}`;
  return where ? `(${where}) AND ${strip}` : strip;
}

/** The strips as one frame, whose key is one; undefined where there are no rows. */
function joined(
  tap: TapClient,
  { key, table }: StripsOptions,
  frames: readonly DataFrame[],
): DataFrame | undefined {
  if (frames.every(({ height }) => height === 0)) return undefined;
  const frame = joinRows(frames), repeated = key && repeatedKeys(frame, key);
  if (!repeated) return frame;
  throw incomplete(tap.service.name, `SELECT ${key} FROM ${table}`, repeated);
}

/** A page that came, and the strip that it is. */
interface Page {
  readonly from: number;
  readonly to: number;
  readonly frame: DataFrame;
}

/**
 * Strips of a table whose service does not count: each is halved until it comes back shorter than
 * asked, so that nothing says that it was cut. Services cut without a word, too: what lies around
 * every border between pages is asked again and must be what the pages have there. Where it is not,
 * the largest page is taken for the service's own limit, and all is done anew below it.
 *
 * @throws ArchiveError `incomplete` when rows are missing even so.
 */
async function fetchPages(
  tap: TapClient,
  options: StripsOptions,
  pageRows: number,
): Promise<DataFrame[]> {
  const { range = WHOLE, limit = Infinity, along = "dec", onProgress } = options;
  const pages: Page[] = [];
  let rows = 0;
  const fetchPart = async (from: number, to: number): Promise<void> => {
    if (rows >= limit) return;
    const middle = middleOf(from, to), divisible = middle > from && middle < to;
    const frame = await fetchStrip(tap, { ...options, from, to, maxRows: pageRows, divisible });
    if (frame) {
      pages.push({ from, to, frame });
      rows += frame.height;
      return onProgress?.(Math.min(rows, limit), limit);
    }
    await fetchPart(from, middle);
    await fetchPart(middle, to);
  };
  await fetchPart(...range);
  const filled = pages.filter(({ frame }) => frame.height > 0);
  const largest = Math.max(0, ...filled.map(({ frame }) => frame.height));
  for (let i = 0; i <= filled.length && filled.length > 0; i++) {
    const [south, north] = [filled[i - 1], filled[i]];
    const low = south ? quantile(south, along, 0.9) : range[0];
    const high = north ? quantile(north, along, 0.1) : range[1];
    if (!(low < high) || (!north && rows >= limit)) continue;
    const around = { ...options, from: low, to: high, maxRows: pageRows, divisible: false };
    const found = (await fetchStrip(tap, around))!;
    const kept = [south, north].flatMap((page) =>
      page ? textsBetween(page.frame, options, low, high) : []
    );
    if (kept.join("\n") === textsBetween(found, options, low, high).join("\n")) continue;
    if (largest > 10 && largest < pageRows) return fetchPages(tap, options, largest);
    const problem = `rows between ${along} ${low} and ${high} are not those of the pages there`;
    throw incomplete(tap.service.name, `SELECT ... FROM ${options.table}`, problem);
  }
  return filled.map(({ frame }) => frame);
}

/** The value that a share of a page's rows lies below. */
function quantile({ frame }: Page, along: string, share: number): number {
  const values = numbers(frame, bare(along)).sort();
  return Number(decimal(values[Math.min(values.length - 1, Math.floor(share * values.length))]));
}

/** Rows of a frame within bounds as texts, sorted: their keys, or all that they have. */
function textsBetween(
  frame: DataFrame,
  { key, along = "dec" }: StripsOptions,
  low: number,
  high: number,
): string[] {
  const place = numbers(frame, bare(along));
  const cells: unknown[] = key ? frame.getColumn(key).toArray() : frame.rows();
  const inside = cells.filter((_, row) => place[row] >= low && place[row] < high);
  return inside.map((cell) => JSON.stringify(cell)).sort();
}

interface Strip extends StripsOptions {
  readonly from: number;
  readonly to: number;
  /** How many rows there are, or how many to ask for where that is not known. */
  readonly count?: number;
  readonly maxRows?: number;
  readonly divisible: boolean;
}

/** One strip; undefined when not all of it came, or not in time, and it can be divided. */
async function fetchStrip(tap: TapClient, strip: Strip): Promise<DataFrame | undefined> {
  const { table, from, to, count, columns, types, key, check, divisible, along = "dec" } = strip;
  const adql = `SELECT ${columns.join(", ")} FROM ${table} WHERE ${stripOf(strip, from, to)}`;
  const expect = columns.map(bare);
  // one more than there are, so that an answer of just the size asked for is a cut one
  const maxRows = count === undefined ? strip.maxRows : count + 1;
  const ofStrip = (table: ArchiveTable) => {
    const { frame } = table;
    // a place in sexagesimal text is looked at by whoever reads it
    const isNumber = expect.includes(bare(along)) &&
      !/String|Utf8/.test(String(frame.getColumn(bare(along)).dtype));
    const strange = isNumber
      ? numbers(frame, bare(along)).find((value) => !(value >= from && value < to))
      : undefined;
    return strange === undefined
      ? check?.(table)
      : `gave a row with ${along} ${strange}, asked for ${from} to ${to}`;
  };
  try {
    const query = { adql, maxRows, rows: count, key, expect, types, check: ofStrip, divisible };
    const { frame } = await tap.sync(query);
    return frame.select(...expect);
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
 * Frames with the same columns below one another. A column without any value takes the type that it
 * has in the other frames, for csv shows none; one that is text in any is text in all. A frame
 * without rows, which may lack columns, counts only where there is no other.
 */
export function joinRows(parts: readonly DataFrame[]): DataFrame {
  const filled = parts.filter(({ height }) => height > 0);
  const frames = filled.length > 0 ? filled : parts.slice(-1);
  if (frames.length === 1) return frames[0];
  const types = new Map<string, pl.DataType>();
  for (const frame of frames) {
    for (const column of frame.getColumns()) {
      if (column.nullCount() === column.length) continue;
      const known = types.get(column.name), isSame = String(known) === String(column.dtype);
      const isText = [known, column.dtype].some((type) => /String|Utf8|Bool/.test(String(type)));
      const other = isText ? pl.Utf8 : pl.Float64;
      types.set(column.name, known === undefined || isSame ? column.dtype : other);
    }
  }
  const alike = frames.map((frame) => pl.DataFrame(frame.columns.map((name) => as(frame, name))));
  return pl.concat(alike, { how: "vertical" });

  function as(frame: DataFrame, name: string): pl.Series {
    const column = frame.getColumn(name), type = types.get(name) ?? pl.Float64;
    if (String(type) !== String(pl.Utf8)) return column.cast(type);
    // every digit stays
    const texts = column.toArray().map((cell: unknown) => cell === null ? null : String(cell));
    return pl.Series(name, texts, pl.Utf8);
  }
}

/** One column as numbers, `[nRows]`; NaN where missing, blanks among it, flags as 0 and 1. */
export function numbers(frame: DataFrame, name: string): Float64Array {
  const cells = frame.getColumn(name).toArray() as (number | bigint | boolean | string | null)[];
  const isMissing = (cell: unknown) =>
    cell === null || (typeof cell === "string" && cell.trim() === "");
  return Float64Array.from(cells, (cell) => isMissing(cell) ? NaN : Number(cell));
}
