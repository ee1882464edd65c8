import { type ArchiveTable, TableError } from "../tables/archive-table.ts";
import { ArchiveError } from "./archive-error.ts";
import { convertNed, nedPassband } from "./ned-units.ts";
import { readTextTable } from "./read-text-table.ts";
import { type ResponseCache, throughCache } from "./response-cache.ts";
import { send } from "./send.ts";
import { type RetryPolicy, sleep, withRetries } from "./with-retries.ts";

/** NED's search by name (https://ned.ipac.caltech.edu); its TAP service has no photometry. */
export const NED_URL = "https://ned.ipac.caltech.edu/cgi-bin/datasearch";

const NAME = "NED";

/** Photometry of one source as the features want it. */
export interface NedPhotometry {
  readonly name: string;
  /** Feature and value: the mean of NED's measurements in the feature's unit, as in the paper. */
  readonly features: Readonly<Record<string, number>>;
  /** What was converted or refused, in words that name the passband. */
  readonly notes: readonly string[];
  /** Why there is no photometry, e.g. that NED does not know the name. */
  readonly absent?: string;
}

/** Options of {@link fetchNed}. */
export interface NedOptions extends RetryPolicy {
  readonly url?: string;
  /** Time from one request to the next, ms; default 1000, so 277,000 names take three days. */
  readonly everyMs?: number;
  readonly stallMs?: number;
  readonly cache?: ResponseCache;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Photometry of sources by name, one request each at a polite rate. With a cache, an interrupted
 * run goes on where it stopped. A name that NED does not know, or knows without photometry, yields
 * an entry with `absent`.
 *
 * @throws ArchiveError when NED fails for good; the signal's reason when cancelled.
 */
export async function* fetchNed(
  names: readonly string[],
  options: NedOptions = {},
): AsyncGenerator<NedPhotometry> {
  const { everyMs = 1000, cache, onProgress, signal } = options;
  let next = 0;
  for (const [i, name] of names.entries()) {
    const read = (bytes: Uint8Array) => readNedTable(bytes, name);
    const url = `${options.url ?? NED_URL}?${new URLSearchParams({
      objname: name,
      search_type: "Photometry",
      of: "ascii_bar",
    })}`;
    const table = await throughCache(cache, { service: NAME, url, query: name }, {
      fetch: () =>
        withRetries(async () => {
          await sleep(Math.max(0, next - performance.now()), signal);
          next = performance.now() + everyMs;
          const { bytes } = await send({ ...options, service: NAME, query: name, url });
          return { bytes, table: read(bytes) };
        }, options),
      read,
    });
    yield toPhotometry(name, table);
    onProgress?.(i + 1, names.length);
  }
}

const COLUMNS = ["Observed Passband", "Photometry Measurement", "Units"] as const;
const TEXT = Object.fromEntries(COLUMNS.map((name) => [name, "char"]));

/**
 * The photometry in an answer of NED, between bars after some lines of words. An answer that says
 * that there is none is a table without rows.
 *
 * @throws ArchiveError on an answer that is neither.
 */
function readNedTable(bytes: Uint8Array, name: string): ArchiveTable {
  const text = new TextDecoder().decode(bytes);
  const lines = text.split(/\r?\n/);
  const head = lines.findIndex((line) => COLUMNS.every((column) => line.includes(column)));
  const none = /no (such )?object|not (currently )?recogni[sz]ed|no (photometric )?data|not found/i;
  try {
    if (head < 0) {
      if (!none.test(text)) throw new TableError("format", "the answer has no table of photometry");
      const empty = new TextEncoder().encode(COLUMNS.join("|") + "\n");
      return readTextTable(empty, { dialect: "pipe", types: TEXT });
    }
    const names = lines[head].split("|");
    const cells = names.map((_, i) => i).filter((i) => TEXT[names[i].trim()]);
    if (!text.endsWith("\n")) throw new TableError("format", "the last line was cut off");
    // the last column is free text and may hold more bars
    const rows = lines.slice(head).filter((line) => line.includes("|")).map((line) => {
      const parts = line.split("|");
      if (parts.length < names.length) {
        throw new TableError("format", `the line "${line.slice(0, 60)}" was cut off`);
      }
      return cells.map((i) => parts[i]).join("|");
    });
    const table = new TextEncoder().encode(rows.join("\n") + "\n");
    return readTextTable(table, { dialect: "pipe", types: TEXT });
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    throw new ArchiveError({
      service: NAME,
      query: name,
      kind: "format",
      problem: error.message,
      remedy: "run again; if it stays, look at the answer by hand: the service may have changed",
      transient: true,
      cause: error,
    });
  }
}

function toPhotometry(name: string, { frame }: ArchiveTable): NedPhotometry {
  if (frame.height === 0) return { name, features: {}, notes: [], absent: "NED has no photometry" };
  const values = new Map<string, number[]>(), notes: string[] = [];
  for (const row of frame.select(...COLUMNS).rows() as (string | null)[][]) {
    const [band, measured, unit] = row.map((cell) => cell ?? "");
    const passband = nedPassband(band);
    if (!passband || measured === "") continue;
    // a limit such as "<0.3" is no measurement
    const { value, note } = /^[<>]/.test(measured) || isNaN(Number(measured))
      ? { note: `refused: "${measured}" is no measurement` }
      : convertNed(passband, Number(measured), unit);
    if (note) notes.push(`${band}: ${note}`);
    if (value === undefined) continue;
    values.set(passband.feature, [...values.get(passband.feature) ?? [], value]);
  }
  const means = [...values].map(([feature, list]) =>
    [feature, list.reduce((sum, value) => sum + value) / list.length] as const
  );
  return { name, features: Object.fromEntries(means), notes };
}
