import { fileURLToPath } from "node:url";
import { createHash } from "node:crypto";
import { basename, dirname, resolve } from "node:path";

/** Absolute path of the project's root folder, without a trailing slash. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Set-up products, downloads and finished folds: safe to delete, made again on demand. */
export const CACHE = `${ROOT}/.cache`;

/** Everything a user takes away; `CSC_OUT` moves it (tests use a folder of their own). */
export function outFolder(): string {
  // kernels run in notebooks/, so a relative path is one below the root
  return resolve(ROOT, Deno.env.get("CSC_OUT") || "out");
}

/** What the project ships: published numbers, derived statistics, registries. */
export const DATA = `${ROOT}/data`;

/**
 * Makes a file so that a reader sees the old content or the new, never a part: it is written to a
 * neighbour, which then takes the name; after an error nothing is left. Missing folders are made.
 *
 * @param write Writes the whole file to the path it is given.
 */
export async function replaceFile<T>(
  path: string,
  write: (part: string) => Promise<T>,
): Promise<T> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const part = `${path}.${crypto.randomUUID()}.part`;
  try {
    const result = await write(part);
    await Deno.rename(part, path);
    return result;
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
}

/** Writes a file in one piece; see {@link replaceFile}. */
export function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  return replaceFile(path, (part) => Deno.writeFile(part, toBytes(content)));
}

function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

/** Writes a file from pieces that need not fit in memory together; see {@link replaceFile}. */
export function writeStream(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<void> {
  return replaceFile(path, async (part) => {
    using file = await Deno.open(part, { write: true, createNew: true });
    for await (const piece of pieces) {
      const bytes = toBytes(piece);
      // one call of `write` need not write all
      for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
    }
  });
}

/**
 * {@link writeAtomic} of work to be kept, with a SHA-256 of its place and content behind it, so that
 * {@link readSealed} knows a file that was cut, altered or put in another's place.
 */
export function writeSealed(path: string, content: string | Uint8Array): Promise<void> {
  const bytes = toBytes(content);
  return writeStream(path, [bytes, seal(path, bytes)]);
}

/** What {@link writeSealed} wrote there; undefined when there is nothing or it is not as written. */
export async function readSealed(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const sealed = await Deno.readFile(path), end = Math.max(0, sealed.length - SEAL_BYTES);
    const bytes = sealed.subarray(0, end);
    return seal(path, bytes).equals(sealed.subarray(end)) ? bytes : undefined;
  } catch {
    return undefined; // whoever asks makes it again, which is always right
  }
}

const SEAL_BYTES = 32;

function seal(path: string, bytes: Uint8Array) {
  const place = `${basename(dirname(path))}/${basename(path)}\0`;
  return createHash("sha256").update(place).update(bytes).digest();
}

/** {@link writeAtomic} of a value as indented JSON. */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeAtomic(path, JSON.stringify(value, null, 2) + "\n");
}

/**
 * Path of a file inside an npm package of `deno.json`, for what a package ships besides code:
 * fonts, WASM, browser builds. Works from the global cache and from `node_modules` alike.
 *
 * @param name Package name, e.g. `@resvg/resvg-wasm`; its entry point lies in its root folder.
 * @param path Path below that folder.
 */
export function packageFile(name: string, path: string): string {
  return fileURLToPath(new URL(path, import.meta.resolve(name)));
}
