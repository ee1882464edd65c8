import pl, { type DataFrame } from "nodejs-polars";
import type { Positions } from "@csc-classify/sky";
import type { ArchiveTable } from "@csc-classify/vo-tables";
import { decimal } from "./area.ts";
import { ArchiveError } from "./archive-error.ts";
import { joinRows, numbers } from "./fetch-strips.ts";
import { ask, bytesOf, readResponse, type TapOptions } from "./ask.ts";
import { isBinary, wordsOf } from "./send.ts";

// the cross-match service of CDS: http://cdsxmatch.u-strasbg.fr (Boch et al. 2012)
/** Name of the service. */
export const X_MATCH = "CDS X-Match";
/** Address of the service. */
export const X_MATCH_URL = "http://cdsxmatch.cds.unistra.fr/xmatch/api/v1/sync";

/** Rows asked for at most; the service itself gives 2,000,000, more than one wants in memory. */
const MOST_ROWS = 100_000;
/** Sources in one request, at most and within 10 arcsec. */
const MOST_SOURCES = 20_000, SOURCES_AT_10 = 10_000;

/** What {@link xMatch} needs besides positions and table. */
export interface XMatchOptions extends TapOptions {
  /** Above 0, at most 180. The service knows one radius for all: cut by ellipses afterwards. */
  readonly radiusArcsec: number;
  /** Columns of the table to return; all when absent. */
  readonly columns?: readonly string[];
  /**
   * Looks at each answer before it is kept, `csc_row` being the index into the sources; a text says
   * what is wrong with it.
   */
  readonly check?: (answer: ArchiveTable) => string | undefined;
  /** Sources in one request; default 10000 (10 arcsec / radius)^2, between 30 and 20000. */
  readonly chunkRows?: number;
  readonly url?: string;
  readonly onProgress?: (sources: number, total: number) => void;
}

/**
 * Every counterpart of every source within the radius, from a table at CDS, in chunks, which are
 * halved where the service takes too long; with a cache, an interrupted run goes on where it
 * stopped.
 *
 * @param sources Degrees; none may be missing.
 * @param table For instance `vizier:II/246/out`.
 * @returns Frame with `csc_row` (index into the sources), `angDist` (arcsec) and the table's
 * columns; no rows but the first two columns when nothing matches.
 * @throws RangeError on a bad radius or position; ArchiveError when the service fails.
 */
export async function xMatch(
  sources: Positions,
  table: string,
  options: XMatchOptions,
): Promise<DataFrame> {
  const { radiusArcsec, onProgress, chunkRows = xMatchChunk(radiusArcsec) } = options;
  if (!(radiusArcsec > 0 && radiusArcsec <= 180)) {
    throw new RangeError(`radiusArcsec is ${radiusArcsec}; ${X_MATCH} takes above 0 and up to 180`);
  }
  const total = sources.ra.length, frames: DataFrame[] = [];
  const todo: [number, number][] = [];
  for (let end = total; end > 0; end -= chunkRows) todo.push([Math.max(0, end - chunkRows), end]);
  // the chunks lie from the last to the first, so that the first is taken first
  while (todo.length > 0) {
    const [from, to] = todo.pop()!, middle = (from + to) >> 1;
    const frame = await matchOrHalve(sources, table, [from, to], options);
    if (frame) frames.push(frame), onProgress?.(to, total);
    else todo.push([middle, to], [from, middle]);
  }
  if (frames.length === 0) throw new RangeError("there are no sources to match");
  return joinRows(frames);
}

/** How many sources one request has at a radius: the rows of an answer grow with its square. */
export function xMatchChunk(radiusArcsec: number): number {
  const rows = Math.round(SOURCES_AT_10 * (10 / radiusArcsec) ** 2);
  return Math.min(MOST_SOURCES, Math.max(30, rows));
}

/** One chunk; undefined when it is to be halved. */
async function matchOrHalve(
  sources: Positions,
  table: string,
  [from, to]: readonly [number, number],
  options: XMatchOptions,
): Promise<DataFrame | undefined> {
  const divisible = to - from > 1;
  try {
    const { frame, overflow } = await matchChunk(sources, table, [from, to], {
      ...options,
      rather: divisible ? "divide" : "repeat",
    });
    return isCut(frame, overflow) ? undefined : frame;
  } catch (error) {
    if (divisible && error instanceof ArchiveError && error.divisible) return undefined;
    throw error;
  }
}

/** Whether rows were left out of an answer: it says so, or has as many as were asked for. */
function isCut(frame: DataFrame, overflow: boolean): boolean {
  return overflow || frame.height >= MOST_ROWS;
}

/**
 * Names of the columns of a table at CDS, as the service lists them.
 *
 * @param accept Throws for a list that is not to be kept.
 */
export async function xMatchColumns(
  table: string,
  options: TapOptions & { readonly url?: string } = {},
  accept: (names: readonly string[]) => void = () => {},
): Promise<string[]> {
  const list = { action: "getColList", tabName: table, RESPONSEFORMAT: "json" };
  const url = `${options.url ?? X_MATCH_URL}/tables?${new URLSearchParams(list)}`;
  const request = { service: X_MATCH, url, query: `columns of ${table}`, maxBytes: 1e6 };
  const namesOf = ({ frame }: ArchiveTable) => frame.getColumn("name").toArray().map(String);
  const read = (bytes: Uint8Array) => {
    const list = readColumns(bytes, table);
    accept(namesOf(list));
    return list;
  };
  return namesOf(await ask(request, read, options));
}

/** Any printable name is one, `<zph>` and `[Fe/H]` too, but not words with blanks between them. */
const COLUMN_NAME = /^[^\s\p{C}]{1,100}$/u;
/** A closing tag, a declaration or a tag of a web page: no name is like that. */
const MARKUP = /<\/|<[!?]|<(html|head|body|title|p|br|h\d|votable)\b/i;

/**
 * JSON is asked for, in whichever of its usual shapes; plain lines are understood too. A web page,
 * or an error in words, is no list.
 */
function readColumns(bytes: Uint8Array, table: string): ArchiveTable {
  const text = new TextDecoder().decode(bytes).trim();
  const isLines = text.includes("\n");
  const names = jsonNames(text) ??
    text.split(isLines ? /\r?\n/ : ",").map((line) => line.split(/[\t|]/)[0].trim());
  if (MARKUP.test(text) || names.length === 0 || !names.every((name) => COLUMN_NAME.test(name))) {
    const words = ((MARKUP.test(text) || isBinary(text)) && wordsOf(bytes)) || text;
    const problem = `the list of columns is "${words.slice(0, 80)}", expected names`;
    const remedy = "run again; if it stays, look at the service by hand: it may have changed";
    throw failure("format", `columns of ${table}`, problem, remedy, true);
  }
  const frame = pl.DataFrame([pl.Series("name", names, pl.Utf8)]);
  return { frame, columns: [{ name: "name", datatype: "char" }], overflow: false };
}

/** Names in a list of names, of records with a name, or of lists that begin with one, if it is JSON. */
function jsonNames(text: string): string[] | undefined {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    // "[Fe/H]" may begin a list in lines
    return undefined;
  }
  if (typeof list !== "object" || list === null) return [];
  const entries = Array.isArray(list) ? list : Object.values(list).find(Array.isArray);
  return (entries ?? []).map((entry: unknown) =>
    String(Array.isArray(entry) ? entry[0] : (entry as { name?: string })?.name ?? entry)
  );
}

function matchChunk(
  sources: Positions,
  table: string,
  [from, to]: readonly [number, number],
  options: XMatchOptions,
): Promise<ArchiveTable> {
  const { radiusArcsec, columns, url = X_MATCH_URL } = options;
  const lines = ["csc_row,csc_ra,csc_dec"];
  for (let row = from; row < to; row++) {
    const ra = sources.ra[row], dec = sources.dec[row];
    if (!isFinite(ra) || !(Math.abs(dec) <= 90)) {
      throw new RangeError(`source ${row} is at (${ra}, ${dec}); expected degrees`);
    }
    const turned = decimal(ra);
    // 360 is no right ascension for everybody
    lines.push(`${row},${turned === "360" ? "0" : turned},${decimal(dec)}`);
  }
  // an upload of one row has been refused ("Mauvaise Requete"): it goes twice and is kept once
  if (lines.length === 2) lines.push(lines[1].replace(/^\d+/, "-1"));
  const fields: Record<string, string> = {
    REQUEST: "xmatch",
    cat2: table,
    distMaxArcsec: String(radiusArcsec),
    selection: "all",
    // its end tag tells a whole answer from a cut one
    RESPONSEFORMAT: "votable",
    MAXREC: String(MOST_ROWS),
    colRA1: "csc_ra",
    colDec1: "csc_dec",
    ...(columns && { cols2: columns.join(",") }),
  };
  const upload = lines.join("\n") + "\n";
  const query = `${table} within ${radiusArcsec} arcsec of sources ${from} to ${to - 1}`;
  const expect = ["angDist", "csc_row", ...columns ?? []];
  // the positions sent come back, and the service adds columns of its own
  const size = { rows: MOST_ROWS, columns: columns ? columns.length + 8 : 200 };
  const read = (bytes: Uint8Array) => {
    const answer = readResponse(bytes, { service: X_MATCH, query, expect, size });
    const all = answer.frame.withColumns(
      ...["csc_row", "angDist"].map((name) =>
        pl.Series(name, [...numbers(answer.frame, name)], pl.Float64)
      ),
    );
    const isOurs = Array.from(numbers(all, "csc_row"), (row) => row !== -1);
    const frame = all.filter(pl.Series("ours", isOurs, pl.Bool));
    checkRows(frame, [from, to], radiusArcsec, query);
    // what can be halved is kept, so that the next run halves it at once
    if (to - from === 1 && isCut(frame, answer.overflow)) {
      const words = `one source has ${frame.height} counterparts, and not all of them came`;
      throw failure("incomplete", table, words, "use a smaller radius");
    }
    const problem = options.check?.({ ...answer, frame });
    if (problem === undefined) return { ...answer, frame };
    throw failure("format", query, problem, "look at the service by hand: it may have changed");
  };
  const body = () => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set("cat1", new Blob([upload], { type: "text/csv" }), "sources.csv");
    return form;
  };
  const parameters = { ...fields, upload };
  const maxBytes = bytesOf(size);
  return ask({ service: X_MATCH, url, query, body, parameters, maxBytes }, read, options);
}

/** Refuses an answer to another question: rows not asked for, or counterparts too far away. */
function checkRows(
  frame: DataFrame,
  [from, to]: readonly [number, number],
  radiusArcsec: number,
  query: string,
): void {
  const rows = frame.getColumn("csc_row").toArray() as (number | null)[];
  const distances = frame.getColumn("angDist").toArray() as (number | null)[];
  rows.forEach((row, i) => {
    const distance = distances[i];
    const asked = row !== null && Number.isInteger(row) && row >= from && row < to;
    if (asked && distance !== null && distance >= 0 && distance <= radiusArcsec * 1.001) return;
    const problem = `gave source ${row} at ${distance} arcsec, which was not asked for`;
    throw failure("format", query, problem, "look at the service by hand: it may have changed");
  });
}

function failure(
  kind: "format" | "incomplete",
  query: string,
  problem: string,
  remedy: string,
  transient = false,
): ArchiveError {
  return new ArchiveError({ kind, service: X_MATCH, query, problem, remedy, transient });
}
