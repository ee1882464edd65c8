import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { makeFolder, placeFiles, removeFile, sha256 } from "@csc-classify/safe-files";
import FILES from "../../data/published-files.json" with { type: "json" };
import { CACHE } from "../run/files.ts";

/** A public file that the work starts from, pinned by commit and digest. */
export interface PublishedFile {
  /** Path below the mirror folder or the cache. */
  readonly path: string;
  readonly url: string;
  /** Size and SHA-256 where the file itself was at hand when this was written. */
  readonly bytes?: number;
  readonly sha256?: string;
  /** Name of the content in git: the SHA-1 of `blob <size>`, a zero byte and the bytes. */
  readonly blob: string;
  /** Rows of the table in it. */
  readonly rows?: number;
  /** What it holds. */
  readonly content: string;
  /** Whose it is, and the licence. */
  readonly credit: string;
}

/** The public files: `data/published-files.json`. */
export const PUBLISHED_FILES: readonly PublishedFile[] = FILES;

/** What {@link fetchPublished} may be told. */
export interface FetchOptions {
  /** Folder that holds the files instead of the network; default the variable `CSC_MIRROR`. */
  readonly mirror?: string;
  /** Folder of earlier downloads; default `.cache/published`. */
  readonly cache?: string;
  /** Patience with a download that sends nothing; default 60,000. */
  readonly stallMs?: number;
  /** The files there are; {@link PUBLISHED_FILES} but in tests. */
  readonly registry?: readonly PublishedFile[];
  readonly signal?: AbortSignal;
}

/** A file that could not be had this time: another day it may. */
export class DownloadError extends Error {}

/**
 * Bytes of a published file: from the mirror folder if one is set, else from the cache, else from
 * its URL, streamed into the cache; a download that broke off goes on where it stopped. Whatever
 * the way, the content is checked by its SHA-256 or, where that is not known, by its git blob id.
 *
 * @throws RangeError for a path that is not published; Error naming file, place and remedy when
 * it cannot be had or is not the file it should be, saying what it is instead.
 */
export async function fetchPublished(
  path: string,
  options: FetchOptions = {},
): Promise<Uint8Array> {
  const file = publishedFile(path, options.registry);
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
  if (bytes && isContent(file, bytes)) return bytes;
  return await download(file, cached, options);
}

/**
 * The registry's entry of a path.
 *
 * @throws RangeError listing the paths there are.
 */
export function publishedFile(path: string, registry = PUBLISHED_FILES): PublishedFile {
  const file = registry.find((file) => file.path === path);
  if (!file) {
    const known = registry.map((file) => file.path).join(", ");
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
    const { bytes = size } = publishedFile(path, options.registry);
    if (size < 1 || size !== bytes) return false;
  }
  return true;
}

/** Files that the published training table is made from. */
export const TRAINING_FILES = ["chandra-ml/lightGBM-new.pkl", "chandra-ml/id_frame.csv"] as const;

/** What `auto` means here and now: published if at hand or reachable within seconds. */
export async function whatAutoMeans(
  options: FetchOptions = {},
): Promise<"published" | "simulated"> {
  const isThere = mirrorFolder(options) !== undefined ||
    await isPublishedAtHand(TRAINING_FILES, options) || await isPublishedReachable();
  return isThere ? "published" : "simulated";
}

/** How long a server may take to say that it has a file. */
const REACHABLE_MS = 4000;

/** Whether the network serves a published file, asked with a HEAD request. */
export async function isPublishedReachable(url = PUBLISHED_FILES[0].url): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "HEAD",
      signal: AbortSignal.timeout(REACHABLE_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
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

/** Streams a file into the cache beside its place, checks it there and gives it its name. */
async function download(
  file: PublishedFile,
  cached: string,
  options: FetchOptions,
): Promise<Uint8Array> {
  options.signal?.throwIfAborted();
  await makeFolder(dirname(cached));
  const part = `${cached}.part`;
  using out = await Deno.open(part, { read: true, write: true, create: true });
  await out.lock(true);
  const meanwhile = await readIfPresent(cached);
  if (meanwhile && isContent(file, meanwhile)) return meanwhile;
  for (let tries = 3, whole = false; !whole; tries--) {
    const before = (await out.stat()).size;
    try {
      await append(file, out, options);
      whole = true;
    } catch (error) {
      options.signal?.throwIfAborted();
      const size = (await out.stat()).size;
      if (tries > 1 && size > before) continue;
      if (size === 0) await removeFile(part).catch(() => {});
      throw new DownloadError(
        `cannot download ${file.url} (${(error as Error).message}` +
          (size > 0 ? `; ${size} bytes are kept, the next try goes on from there` : "") +
          `); check the network, or put the file into a folder as ${file.path} and set ` +
          "CSC_MIRROR to that folder",
        { cause: error },
      );
    }
  }
  try {
    const bytes = verified(file, await Deno.readFile(part), file.url);
    await placeFiles([{ from: part, to: cached }]);
    return bytes;
  } catch (error) {
    await removeFile(part);
    throw error;
  }
}

/** One request: adds what is missing to `out`, or all of it where the server knows no ranges. */
async function append(
  file: PublishedFile,
  out: Deno.FsFile,
  { signal, stallMs = 60_000 }: FetchOptions,
): Promise<void> {
  const stalled = new AbortController();
  const impatient = () =>
    setTimeout(() => stalled.abort(new Error(`nothing came for ${stallMs / 1000} s`)), stallMs);
  let timer = impatient();
  try {
    const have = (await out.stat()).size;
    const response = await fetch(file.url, {
      headers: { "accept-encoding": "identity", ...(have > 0 && { range: `bytes=${have}-` }) },
      signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      if (response.status === 416) return; // no byte beyond those: whole, or another file
      throw new Error(`status ${response.status}`);
    }
    const goesOn = response.headers.get("content-range")?.startsWith(`bytes ${have}-`) ?? false;
    if (!goesOn) await out.truncate(0);
    await out.seek(0, Deno.SeekMode.End);
    for await (const piece of response.body ?? []) {
      clearTimeout(timer);
      timer = impatient();
      for (let at = 0; at < piece.length;) at += await out.write(piece.subarray(at));
    }
  } finally {
    clearTimeout(timer);
  }
}

function isContent({ sha256: digest, blob, bytes }: PublishedFile, content: Uint8Array): boolean {
  if (bytes !== undefined && content.length !== bytes) return false;
  return digest ? sha256(content) === digest : gitBlobId(content) === blob;
}

/** Name that git gives to a content: the SHA-1 of `blob <size>`, a zero byte and the bytes. */
export function gitBlobId(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

function verified(file: PublishedFile, bytes: Uint8Array, place: string): Uint8Array {
  if (isContent(file, bytes)) return bytes;
  const [digest, expected] = file.sha256
    ? [`SHA-256 ${sha256(bytes)}`, file.sha256]
    : [`git blob ${gitBlobId(bytes)}`, file.blob];
  throw new Error(
    `${place} is not the published file: ${whatItIs(bytes, file)}${digest} of ${bytes.length} ` +
      `bytes, expected ${expected}${file.bytes ? ` of ${file.bytes}` : ""}; delete it and fetch ` +
      `it again from ${file.url}`,
  );
}

/** What a wrong file is, where its first and last bytes tell. */
function whatItIs(bytes: Uint8Array, { path, bytes: size = 0 }: PublishedFile): string {
  const latin = new TextDecoder("latin1");
  const text = latin.decode(bytes.subarray(0, 200)).trimStart(),
    end = latin.decode(bytes.slice(-4));
  const isParquet = text.startsWith("PAR1");
  const kinds: readonly (readonly [is: boolean, what: string])[] = [
    [bytes.length === 0, "empty"],
    [text.startsWith("version https://git-lfs"), "a Git LFS pointer"],
    [/^<(!doctype|html|\?xml|head|body)/i.test(text), "a web page"],
    [/^[{[]/.test(text), "JSON"],
    [bytes[0] === 0x1f && bytes[1] === 0x8b, "compressed with gzip"],
    [path.endsWith(".gz") && !isParquet, "no Parquet file"],
    [isParquet && end !== "PAR1" || bytes.length < size, "truncated"],
  ];
  const found = kinds.find(([is]) => is);
  return found ? `it is ${found[1]}; ` : "";
}
