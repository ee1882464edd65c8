import { createHash } from "node:crypto";
import FILES from "../../data/published-files.json" with { type: "json" };
import { CACHE, writeAtomic } from "../run/files.ts";

/** One of the public files the reproduction starts from, pinned by commit and digest. */
export interface PublishedFile {
  /** Path below the mirror folder or the cache. */
  readonly path: string;
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What it holds. */
  readonly content: string;
}

/** The five public files: `data/published-files.json`. */
export const PUBLISHED_FILES: readonly PublishedFile[] = FILES;

/** What {@link fetchPublished} may be told. */
export interface FetchOptions {
  /** Folder that holds the files instead of the network; default the variable `CSC_MIRROR`. */
  readonly mirror?: string;
  /** Folder of earlier downloads; default `.cache/published`. */
  readonly cache?: string;
  /** Patience for one download; default 120,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Bytes of a published file: from the mirror folder if one is set, else from the cache, else from
 * its URL (then cached). Whatever the way, the SHA-256 is checked.
 *
 * @throws RangeError for a path that is not published; Error naming file, place and remedy when
 * it cannot be had or is not the file it should be.
 */
export async function fetchPublished(
  path: string,
  options: FetchOptions = {},
): Promise<Uint8Array> {
  const file = publishedFile(path);
  const mirror = mirrorFolder(options);
  if (mirror !== undefined) {
    const bytes = await readIfPresent(`${mirror}/${path}`);
    if (!bytes) {
      throw new Error(`the mirror ${mirror} has no ${path}; add it or unset CSC_MIRROR`);
    }
    return verified(file, bytes, `${mirror}/${path}`);
  }
  const cached = `${options.cache ?? `${CACHE}/published`}/${path}`;
  const bytes = await readIfPresent(cached);
  if (bytes && sha256(bytes) === file.sha256) return bytes;
  const fresh = verified(file, await download(file, options), file.url);
  await writeAtomic(cached, fresh);
  return fresh;
}

/**
 * The registry's entry of a path.
 *
 * @throws RangeError listing the paths there are.
 */
export function publishedFile(path: string): PublishedFile {
  const file = PUBLISHED_FILES.find((file) => file.path === path);
  if (!file) {
    const known = PUBLISHED_FILES.map((file) => file.path).join(", ");
    throw new RangeError(`"${path}" is not a published file; there are ${known}`);
  }
  return file;
}

/** Whether the given files can be had without the network: from the mirror or the cache. */
export async function isPublishedAtHand(
  paths: readonly string[],
  options: FetchOptions = {},
): Promise<boolean> {
  const folder = mirrorFolder(options) ?? options.cache ?? `${CACHE}/published`;
  for (const path of paths) {
    const size = await Deno.stat(`${folder}/${path}`).then((info) => info.size, () => -1);
    if (size !== publishedFile(path).bytes) return false;
  }
  return true;
}

/** Whether the network serves the first published file, asked with a HEAD request. */
export async function isPublishedReachable(timeoutMs = 4000): Promise<boolean> {
  try {
    const response = await fetch(PUBLISHED_FILES[0].url, {
      method: "HEAD",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** SHA-256 of bytes, of numbers as they lie in memory, or of text, as lower-case hexadecimal digits. */
export function sha256(content: NodeJS.ArrayBufferView | string): string {
  return createHash("sha256").update(content).digest("hex");
}

function mirrorFolder(options: FetchOptions): string | undefined {
  return (options.mirror ?? Deno.env.get("CSC_MIRROR")) || undefined;
}

async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function download(file: PublishedFile, options: FetchOptions): Promise<Uint8Array> {
  const patience = AbortSignal.timeout(options.timeoutMs ?? 120_000);
  const signal = options.signal ? AbortSignal.any([options.signal, patience]) : patience;
  try {
    const response = await fetch(file.url, { signal });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`status ${response.status}`);
    }
    return await response.bytes();
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new Error(
      `cannot download ${file.url} (${(error as Error).message}); check the network, or put the ` +
        `file into a folder as ${file.path} and set CSC_MIRROR to that folder`,
      { cause: error },
    );
  }
}

function verified(file: PublishedFile, bytes: Uint8Array, place: string): Uint8Array {
  const digest = sha256(bytes);
  if (digest !== file.sha256) {
    throw new Error(
      `${place} is not the published file: SHA-256 ${digest} of ${bytes.length} bytes, expected ` +
        `${file.sha256} of ${file.bytes}; delete it and fetch it again from ${file.url}`,
    );
  }
  return bytes;
}
