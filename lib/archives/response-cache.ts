import { CACHE, writeAtomic, writeJson } from "../run/files.ts";
import type { ArchiveTable } from "../tables/archive-table.ts";
import { sha256 } from "../tables/published-files.ts";

/** What was asked of an archive; equal requests have equal answers. */
export interface CachedRequest {
  readonly service: string;
  readonly url: string;
  readonly query: string;
  /** All else that shapes the answer. */
  readonly parameters?: unknown;
}

/** Where one kept answer comes from. */
export interface Provenance extends Pick<CachedRequest, "service" | "url" | "query"> {
  /** When it arrived, ISO 8601. */
  readonly date: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** File name in the cache folder. */
  readonly file: string;
}

/** An answer just fetched, read and found whole. */
export interface Fetched {
  readonly bytes: Uint8Array;
  readonly table: ArchiveTable;
}

/** Where answers are kept. */
export interface ResponseCache {
  /** The kept answer to a request; undefined when there is none that is intact. */
  read(request: CachedRequest): Promise<Uint8Array | undefined>;
  /** Keeps an answer with its provenance. */
  write(request: CachedRequest, fetched: Fetched): Promise<void>;
  /** Provenance of every kept answer, by date. */
  manifest(): Promise<Provenance[]>;
  /** Answers that came from the network since this cache was opened. */
  readonly fetched: number;
}

/**
 * Raw answers of archives on disk, each with a note of its provenance beside it. Only answers that
 * were read as whole tables get in, so a file that is there is whole; a file that does not match
 * its note is fetched again.
 */
export class FolderCache implements ResponseCache {
  fetched = 0;

  /** @param folder Made when first written to; default `.cache/archives`. */
  constructor(readonly folder: string = `${CACHE}/archives`) {}

  async read(request: CachedRequest): Promise<Uint8Array | undefined> {
    const base = `${this.folder}/${keyOf(request)}`;
    try {
      const note: Provenance = JSON.parse(await Deno.readTextFile(`${base}.json`));
      const bytes = await Deno.readFile(`${base}.response`);
      return note.sha256 === sha256(bytes) ? bytes : undefined;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  async write(request: CachedRequest, { bytes, table }: Fetched): Promise<void> {
    const { service, url, query } = request;
    const key = keyOf(request), file = `${key}.response`;
    const date = new Date().toISOString(), rows = table.frame.height;
    const size = { rows, bytes: bytes.length, sha256: sha256(bytes) };
    this.fetched++;
    await writeAtomic(`${this.folder}/${file}`, bytes);
    // last: an answer without its note does not count
    await writeJson(`${this.folder}/${key}.json`, { service, url, query, date, ...size, file });
  }

  /** Provenance of every kept answer by date, also written to `manifest.json` beside them. */
  async manifest(): Promise<Provenance[]> {
    const notes: Provenance[] = [];
    try {
      for await (const { name } of Deno.readDir(this.folder)) {
        if (!/^[0-9a-f]{32}\.json$/.test(name)) continue;
        notes.push(JSON.parse(await Deno.readTextFile(`${this.folder}/${name}`)));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    notes.sort((a, b) => a.date < b.date ? -1 : a.date > b.date ? 1 : a.file < b.file ? -1 : 1);
    if (notes.length > 0) await writeJson(`${this.folder}/manifest.json`, notes);
    return notes;
  }
}

/** What one answer is kept under. */
export function keyOf({ service, url, query, parameters }: CachedRequest): string {
  return sha256(JSON.stringify([service, url, query, parameters])).slice(0, 32);
}
