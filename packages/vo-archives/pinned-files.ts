import { createHash } from "node:crypto";
import { promises as fs } from "node:fs";
import { dirname } from "node:path";
import { hasCode, makeFolder, placeFiles, removeFile, sha256 } from "@csc-classify/safe-files";

/** A public file that is known by what it holds. */
export interface PinnedFile {
  /** Path below a mirror or a cache. */
  readonly path: string;
  readonly url: string;
  /** Size and SHA-256 where the file itself was at hand when this was written. */
  readonly bytes?: number;
  readonly sha256?: string;
  /** Name of the content in git: the SHA-1 of `blob <size>`, a zero byte and the bytes. */
  readonly blob: string;
}

/** Where {@link fetchPinned} looks for files, and keeps them. */
export interface PinnedOptions {
  /** Folder of earlier downloads. */
  readonly cache: string;
  /** Folder that holds the files instead of the network. */
  readonly mirror?: string;
  /** What names the mirror, for messages: an option, or a variable. */
  readonly mirrorName: string;
  /** Patience with a download that sends nothing; default 60,000. */
  readonly stallMs?: number;
  readonly signal?: AbortSignal;
}

/** A file that could not be had this time: another day it may. */
export class DownloadError extends Error {}

/** Requests for a file, each of which goes on where the one before broke off. */
const MOST_REQUESTS = 3;

/**
 * Bytes of a pinned file: from the mirror if there is one, else from the cache, else from its URL,
 * streamed into the cache; a download that broke off goes on where it stopped. Whatever the way, the
 * content is checked by its SHA-256 or, where that is not known, by its git blob id.
 *
 * @throws DownloadError, or Error where it is not the file it should be, saying what it is instead;
 * both name file, place and remedy.
 */
export async function fetchPinned(file: PinnedFile, options: PinnedOptions): Promise<Uint8Array> {
  const { mirror, mirrorName, cache } = options;
  if (mirror !== undefined) {
    const bytes = await readIfPresent(`${mirror}/${file.path}`);
    if (bytes) return verified(file, bytes, `${mirror}/${file.path}`);
    throw new Error(`the mirror ${mirror} has no ${file.path}; add it or unset ${mirrorName}`);
  }
  const bytes = await readIfPresent(`${cache}/${file.path}`);
  if (bytes && isContent(file, bytes)) return bytes;
  return await download(file, options);
}

/** Whether a pinned file lies in a folder, by its size alone. */
export async function isPinnedAtHand(
  { path, bytes }: PinnedFile,
  folder: string,
): Promise<boolean> {
  const size = await fs.stat(`${folder}/${path}`).then((stat) => stat.size, () => -1);
  return size > 0 && (bytes === undefined || size === bytes);
}

async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await fs.readFile(path));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Streams a file into the cache beside its place, checks it there and gives it its name. */
async function download(file: PinnedFile, options: PinnedOptions): Promise<Uint8Array> {
  options.signal?.throwIfAborted();
  const cached = `${options.cache}/${file.path}`, part = `${cached}.part`;
  await makeFolder(dirname(cached));
  using _turn = await turnOf(options.cache);
  const meanwhile = await readIfPresent(cached);
  if (meanwhile && isContent(file, meanwhile)) return meanwhile;
  for (let tries = MOST_REQUESTS, whole = false; !whole; tries--) {
    const before = await sizeOf(part);
    try {
      await append(file, part, options);
      whole = true;
    } catch (error) {
      options.signal?.throwIfAborted();
      const size = await sizeOf(part);
      if (tries > 1 && size > before) continue;
      if (size === 0) await removeFile(part).catch(() => {});
      throw new DownloadError(
        `cannot download ${file.url} (${(error as Error).message}` +
          (size > 0 ? `; ${size} bytes are kept, the next try goes on from there` : "") +
          `); check the network, or put the file into a folder as ${file.path} and set ` +
          `${options.mirrorName} to that folder`,
        { cause: error },
      );
    }
  }
  try {
    const bytes = verified(file, new Uint8Array(await fs.readFile(part)), file.url);
    await placeFiles([{ from: part, to: cached }]);
    return bytes;
  } catch (error) {
    await removeFile(part);
    throw error;
  }
}

/** Waits until no other download of a cache is under way; Node has no locks, nobody waits there. */
async function turnOf(cache: string): Promise<Disposable> {
  if (typeof Deno === "undefined") return { [Symbol.dispose]: () => {} };
  const lock = await Deno.open(`${cache}/.download.lock`, { write: true, create: true });
  await lock.lock(true);
  return lock;
}

async function sizeOf(path: string): Promise<number> {
  return await fs.stat(path).then((stat) => stat.size, () => 0);
}

/** One request: adds what is missing to a file, or all of it where the server knows no ranges. */
async function append(
  { url }: PinnedFile,
  part: string,
  { signal, stallMs = 60_000 }: PinnedOptions,
): Promise<void> {
  const stalled = new AbortController();
  const impatient = () =>
    setTimeout(() => stalled.abort(new Error(`nothing came for ${stallMs / 1000} s`)), stallMs);
  let timer = impatient();
  const out = await fs.open(part, "a");
  try {
    const have = (await out.stat()).size;
    const response = await fetch(url, {
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
    for await (const piece of response.body ?? []) {
      clearTimeout(timer);
      timer = impatient();
      for (let at = 0; at < piece.length;) at += (await out.write(piece, at)).bytesWritten;
    }
  } finally {
    clearTimeout(timer);
    await out.close();
  }
}

function isContent({ sha256: digest, blob, bytes }: PinnedFile, content: Uint8Array): boolean {
  if (bytes !== undefined && content.length !== bytes) return false;
  return digest ? sha256(content) === digest : gitBlobId(content) === blob;
}

/** Name that git gives to a content: the SHA-1 of `blob <size>`, a zero byte and the bytes. */
export function gitBlobId(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

function verified(file: PinnedFile, bytes: Uint8Array, place: string): Uint8Array {
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
function whatItIs(bytes: Uint8Array, { path, bytes: size = 0 }: PinnedFile): string {
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
