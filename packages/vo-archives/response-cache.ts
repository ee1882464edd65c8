import { promises as fs } from "node:fs";
import {
  hasCode,
  isPart,
  readRegular,
  readRegularText,
  removeFile,
  sha256,
  useFolder,
  writeAtomic,
  writeJson,
} from "@csc-classify/safe-files";
import type { ArchiveTable } from "@csc-classify/vo-tables";

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
  /** Whether nothing is to be asked for besides what is kept. */
  readonly isWhole?: boolean;
}

/**
 * Raw answers of archives on disk, each with a note of its provenance beside it. Only answers that
 * were read as whole tables get in, so a file that is there is whole; a file that does not match
 * its note is fetched again.
 */
export class FolderCache implements ResponseCache {
  fetched = 0;

  /** @param folder Made when first written to. */
  constructor(readonly folder: string) {}

  /**
   * Makes the folder, or sees that it is empty or holds answers already.
   *
   * @param option What names it, for messages.
   * @throws RangeError for a folder with files of others.
   */
  async open(option?: string): Promise<this> {
    await useFolder(this.folder, { option, isOurs: holdsAnswers });
    return this;
  }

  /** Removes the answers that notes in the folder tell of, and nothing else. */
  async clear(): Promise<void> {
    const notes = await this.manifest();
    for (const { file } of notes) {
      await removeFile(`${this.folder}/${file}`);
      await removeFile(`${this.folder}/${file.replace(/response$/, "json")}`);
    }
    if (notes.length > 0) await removeFile(`${this.folder}/manifest.json`);
  }

  async read(request: CachedRequest): Promise<Uint8Array | undefined> {
    const key = keyOf(request), note = await readNote(this.folder, `${key}.json`);
    const bytes = note && await readRegular(`${this.folder}/${key}.response`);
    return bytes && note.sha256 === sha256(bytes) ? bytes : undefined;
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
    const notes = await readNotes(this.folder);
    notes.sort((a, b) => a.date < b.date ? -1 : a.date > b.date ? 1 : a.file < b.file ? -1 : 1);
    if (notes.length > 0) await writeJson(`${this.folder}/manifest.json`, notes);
    return notes;
  }
}

/** The notes in a folder; one that is damaged is none, for its answer is fetched again. */
async function readNotes(folder: string): Promise<Provenance[]> {
  const names = await fs.readdir(folder).catch((error) => {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
  const notes = names.filter((name) => NOTE.test(name)).map((name) => readNote(folder, name));
  return (await Promise.all(notes)).filter((note) => note !== undefined);
}

const NOTE = /^[0-9a-f]{32}\.json$/;

async function readNote(folder: string, name: string): Promise<Provenance | undefined> {
  const text = await readRegularText(`${folder}/${name}`);
  if (text === undefined) return undefined;
  try {
    const note: Provenance = JSON.parse(text);
    const isNote = note.file === name.replace(/json$/, "response") &&
      [note.service, note.url, note.query, note.date, note.sha256].every((text) =>
        typeof text === "string"
      );
    return isNote ? note : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Whether a folder without a mark holds answers, as those of earlier versions do, and nothing else. */
async function holdsAnswers(folder: string): Promise<boolean> {
  const names = await fs.readdir(folder);
  const isOurs = (name: string) =>
    /^([0-9a-f]{32}\.(json|response)|manifest\.json)$/.test(name) || isPart(name);
  return names.every(isOurs) && (await readNotes(folder)).length > 0;
}

/** What one answer is kept under. */
export function keyOf({ service, url, query, parameters }: CachedRequest): string {
  return sha256(JSON.stringify([service, url, query, parameters])).slice(0, 32);
}
