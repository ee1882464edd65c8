import { dirname } from "node:path";
import { begin } from "./unfinished.ts";

/**
 * Makes a file so that a reader sees the old content or the new, never a part: it is written to a
 * neighbour, which then takes the name; after an error nothing is left. Missing folders are made.
 * The neighbour is locked while its process lives, see {@link removeParts}.
 *
 * @param write Writes the whole file to the path it is given, where an empty one is.
 * @throws RangeError where a link, a folder or a device has that name: none of these is replaced.
 */
export async function replaceFile<T>(
  path: string,
  write: (part: string) => Promise<T>,
): Promise<T> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await refuseAllButFiles(path);
  const part = `${path}.${crypto.randomUUID()}.part`;
  const removePart = () => Deno.remove(part).catch(() => {});
  const end = begin(part, removePart);
  try {
    using _held = await lockedFile(part);
    const result = await write(part);
    await Deno.rename(part, path);
    return result;
  } catch (error) {
    await removePart();
    throw isOfFullDisk(error)
      ? new Deno.errors.WriteZero(`No space left on device (os error 28): writing '${path}'`)
      : error;
  } finally {
    end();
  }
}

/** Whether a library says in words of its own that it could not write all of a file. */
function isOfFullDisk(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return /thrift: transport error|failed to write whole buffer/i.test(message);
}

/** A new file with a lock that the system takes away with this process. */
async function lockedFile(path: string): Promise<Disposable> {
  const file = await Deno.open(path, { write: true, createNew: true });
  // Windows would keep its writer out too; some networks' file systems have no locks
  if (Deno.build.os !== "windows") await file.lock(true).catch(() => {});
  return file;
}

/**
 * Removes the parts of files directly in a folder that killed processes have left there: those that
 * no living process holds.
 */
export async function removeParts(folder: string): Promise<void> {
  for (const { name, isFile } of await Array.fromAsync(Deno.readDir(folder)).catch(() => [])) {
    if (!isFile || !isPart(name)) continue;
    try {
      using part = await Deno.open(`${folder}/${name}`, { write: true });
      if (await part.tryLock(true)) await Deno.remove(`${folder}/${name}`);
    } catch {
      // finished or removed meanwhile, or not to be removed by this user
    }
  }
}

/** Whether a file name is that of a file of {@link replaceFile} that is not finished. */
export function isPart(name: string): boolean {
  return /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part(\.\w+)?$/.test(name);
}

async function refuseAllButFiles(path: string): Promise<void> {
  const what = await kindOf(path);
  if (what === undefined || what === "a file") return;
  throw new RangeError(`${path} is ${what}, which is not replaced; remove it or rename it`);
}

/** What a path names itself, links not followed; undefined where there is nothing. */
export async function kindOf(path: string): Promise<string | undefined> {
  const stat = await Deno.lstat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (!stat) return undefined;
  if (stat.isSymlink) return "a link";
  if (stat.isDirectory) return "a folder";
  return stat.isFile ? "a file" : "no regular file (a pipe, a socket or a device)";
}

/** Writes a file in one piece; see {@link replaceFile}. */
export function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  return replaceFile(path, (part) => Deno.writeFile(part, toBytes(content)));
}

/** {@link writeAtomic} of a value as indented JSON. */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeAtomic(path, JSON.stringify(value, null, 2) + "\n");
}

/** Writes a file from pieces that need not fit in memory together; see {@link replaceFile}. */
export function writeStream(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<void> {
  return replaceFile(path, async (part) => {
    using file = await Deno.open(part, { write: true });
    for await (const piece of pieces) {
      const bytes = toBytes(piece);
      // one call of `write` need not write all
      for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
    }
  });
}

/**
 * Gives finished files their places: all are brought beside theirs first, where a full disk shows,
 * then all are renamed. Missing folders are made.
 *
 * @throws RangeError as {@link replaceFile}; then none has its place.
 */
export async function placeFiles(
  files: readonly { readonly from: string; readonly to: string }[],
): Promise<void> {
  const parts = files.map((file) => ({ ...file, part: `${file.to}.${crypto.randomUUID()}.part` }));
  const ends = parts.map(({ part }) => begin(part, () => Deno.remove(part)));
  try {
    for (const { from, part, to } of parts) {
      await Deno.mkdir(dirname(to), { recursive: true });
      await refuseAllButFiles(to);
      // a copy where the place is on another file system
      await Deno.rename(from, part).catch(() => Deno.copyFile(from, part));
    }
    for (const { part, to } of parts) await Deno.rename(part, to);
  } catch (error) {
    for (const { part } of parts) await Deno.remove(part).catch(() => {});
    throw error;
  } finally {
    for (const end of ends) end();
  }
}

/** Text as UTF-8; bytes as they are. */
export function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

/** Removes a file, or a link without what it leads to; nothing where there is none. */
export async function removeFile(path: string): Promise<void> {
  const what = await kindOf(path);
  if (what === undefined) return;
  if (what === "a folder") throw new RangeError(`${path} is a folder, which is not removed so`);
  await Deno.remove(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // another process was quicker
  });
}
