import { promises as fs } from "node:fs";
import { basename, dirname } from "node:path";
import { beforeReplacing } from "./kept-files.ts";
import { makeFolders } from "./made-folders.ts";
import { hasCode, heldFile, removeUnheld, withPlace } from "./system.ts";
import { begin } from "./unfinished.ts";

/** Where it is noted what files are written, see `WrittenFiles`. */
interface Noted {
  refuseOthers(path: string): Promise<void>;
  note(path: string, source: string): Promise<void>;
  isAsWritten(path: string): Promise<boolean>;
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Makes a file so that a reader sees the old content or the new, never a part: it is written to a
 * neighbour, which then takes the name; after an error nothing is left. Missing folders are made.
 * The neighbour is locked while its process lives, see {@link removeParts}: of a file that is noted,
 * those that killed processes have left go.
 *
 * @param write Writes the whole file to the path it is given, where an empty one is.
 * @param written Where it is noted, if anywhere.
 * @throws RangeError where a link, a folder or a device has that name: none of these is replaced;
 * OutputError for a file that is not as it was noted, see `WrittenFiles`.
 */
export async function replaceFile<T>(
  path: string,
  write: (part: string) => Promise<T>,
  written?: Noted,
): Promise<T> {
  await makeFolders(dirname(path));
  await refuseAllButFiles(path);
  if (written) await removeParts(dirname(path), new Set([basename(path)]));
  const part = `${path}.${crypto.randomUUID()}.part`;
  const removePart = () => fs.unlink(part).catch(() => {});
  const end = begin(part, removePart);
  try {
    using _held = await heldFile(part, { isWritten: true });
    const result = await write(part);
    await written?.refuseOthers(path);
    await written?.note(path, part);
    await beforeReplacing(path, part, written !== undefined);
    await keepMode(path, part);
    await fs.rename(part, path);
    return result;
  } catch (error) {
    await removePart();
    throw isOfFullDisk(error)
      ? Object.assign(new Error(`ENOSPC: no space left on device, write '${path}'`), FULL_DISK)
      : withPlace(error, path);
  } finally {
    end();
  }
}

const FULL_DISK = { code: "ENOSPC", syscall: "write" };

/** Whether a library says in words of its own that it could not write all of a file. */
function isOfFullDisk(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return /thrift: transport error|failed to write whole buffer/i.test(message);
}

/**
 * Removes the parts of files directly in a folder that killed processes have left there: those that
 * no living process holds.
 *
 * @param names Of these files alone, by the names that {@link replaceFile} and {@link placeFiles} give
 * to parts; of all if absent, with those that end in another name's ending too.
 */
export async function removeParts(folder: string, names?: ReadonlySet<string>): Promise<void> {
  for (const entry of await fs.readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = `${folder}/${entry.name}`;
    const isOne = isPart(entry.name) &&
      (names?.has(entry.name.replace(/\.[^.]+\.part$/, "")) ?? true);
    if (entry.isFile() && isOne) await removeUnheld(path, () => fs.unlink(path));
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
  const stat = await fs.lstat(path).catch((error) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (!stat) return undefined;
  if (stat.isSymbolicLink()) return "a link";
  if (stat.isDirectory()) return "a folder";
  return stat.isFile() ? "a file" : "no regular file (a pipe, a socket or a device)";
}

/** Writes a file in one piece; see {@link replaceFile}. */
export function writeAtomic(
  path: string,
  content: string | Uint8Array,
  written?: Noted,
): Promise<void> {
  return replaceFile(path, (part) => fs.writeFile(part, content), written);
}

/** {@link writeAtomic} of a value as indented JSON. */
export function writeJson(path: string, value: unknown, written?: Noted): Promise<void> {
  return writeAtomic(path, JSON.stringify(value, null, 2) + "\n", written);
}

/** Writes a file from pieces that need not fit in memory together; see {@link replaceFile}. */
export function writeStream(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  written?: Noted,
): Promise<void> {
  return replaceFile(path, async (part) => {
    const file = await fs.open(part, "r+");
    try {
      for await (const piece of pieces) {
        const bytes = toBytes(piece);
        // one call of `write` need not write all
        for (let done = 0; done < bytes.length;) {
          done += (await file.write(bytes, done)).bytesWritten;
        }
      }
    } finally {
      await file.close();
    }
  }, written);
}

/**
 * Gives finished files their places by renaming them. What lies on another file system is copied
 * beside its place first, where a full disk shows, then all are renamed, in the order given. Missing
 * folders are made; parts that a killed process has left beside the places are removed.
 *
 * @param written Where all are noted before the first has its place, if anywhere; then no other
 * process that notes there places files meanwhile, so that sets are not mixed.
 * @param gone Files that go with the set that is replaced, where they are as they were noted.
 * @throws RangeError, OutputError as {@link replaceFile}; then none has its place, and what was there
 * is as it was, where the system lets it.
 */
export async function placeFiles(
  files: readonly { readonly from: string; readonly to: string }[],
  written?: Noted,
  gone: readonly string[] = [],
): Promise<void> {
  const near = new Map<string, boolean>(), parts = new Map<string, () => void>();
  const all: { at: string; to: string }[] = [];
  let place = "";
  const held: Disposable[] = [];
  const names = new Set([...files.map(({ to }) => to), ...gone].map((path) => basename(path)));
  try {
    for (const folder of new Set(files.map(({ to }) => dirname(to)))) {
      await removeParts(folder, names);
    }
    for (const { from, to } of files) {
      place = to;
      const folder = dirname(to), part = `${to}.${crypto.randomUUID()}.part`;
      await makeFolders(folder);
      await refuseAllButFiles(to);
      if (!near.has(folder)) near.set(folder, await canBeRenamed(from, part));
      if (!near.get(folder)) {
        parts.set(part, begin(part, () => fs.unlink(part)));
        if (parts.size <= MOST_HELD) held.push(await heldFile(part, { isWritten: true }));
        await fs.copyFile(from, part);
      }
      all.push({ at: near.get(folder) ? from : part, to });
    }
    const placeAll = async () => {
      for (const { to } of files) await written?.refuseOthers(to);
      for (const { from, to } of files) {
        await written?.note(to, from);
        await beforeReplacing(to, from, written !== undefined);
      }
      const olds = new OldFiles();
      try {
        for (const path of gone) if (await written?.isAsWritten(path)) await olds.takeAway(path);
        for (const { at, to } of all) {
          place = to;
          await keepMode(to, at);
          if (all.length <= MOST_UNDONE) await olds.keep(to);
          await fs.rename(at, to);
        }
      } catch (error) {
        await olds.putBack();
        throw error;
      } finally {
        await olds.remove();
      }
    };
    await (written ? written.alone(placeAll) : placeAll());
  } catch (error) {
    for (const part of parts.keys()) await fs.unlink(part).catch(() => {});
    throw withPlace(error, place, true);
  } finally {
    for (const file of held) file[Symbol.dispose]();
    for (const end of parts.values()) end();
  }
}

/** Most files of a set that is as it was where one of them cannot have its place. */
const MOST_UNDONE = 20;

/** What was in the places of a set of files, under second names that last until all have theirs. */
class OldFiles {
  readonly #olds: { readonly path: string; readonly old?: string; readonly end: () => void }[] = [];

  /** Keeps a file that is about to be replaced, if there is one and it can have a second name. */
  async keep(path: string): Promise<void> {
    const isThere = await kindOf(path) !== undefined, old = this.#begin(path, isThere);
    if (old) await fs.link(path, old).catch(() => {});
  }

  /** Takes a file away that goes with the set. */
  async takeAway(path: string): Promise<void> {
    await fs.rename(path, this.#begin(path, true)!);
  }

  #begin(path: string, isThere: boolean): string | undefined {
    const old = isThere ? `${path}.${crypto.randomUUID()}.part` : undefined;
    this.#olds.push({ path, old, end: old ? begin(old, () => fs.unlink(old)) : () => {} });
    return old;
  }

  /** Makes all as it was: what took a place goes, but the last, which did not get its own. */
  async putBack(): Promise<void> {
    for (const [i, { path, old }] of this.#olds.entries()) {
      if (old) await fs.rename(old, path).catch(() => {});
      else if (i < this.#olds.length - 1) await fs.unlink(path).catch(() => {});
    }
  }

  /** Removes the second names. */
  async remove(): Promise<void> {
    for (const { old, end } of this.#olds) {
      if (old) await fs.unlink(old).catch(() => {});
      end();
    }
  }
}

/** Gives a file that takes the place of another its permissions: what was private stays so. */
async function keepMode(path: string, part: string): Promise<void> {
  const old = await fs.lstat(path).catch(() => undefined);
  if (old?.isFile()) await fs.chmod(part, old.mode & 0o777).catch(() => {});
}

/** Most files that are held open at once: a process may open some hundreds. */
const MOST_HELD = 100;

/**
 * Whether a file can be renamed to a place, which no system allows from one mount to another: nor can
 * it have a second name there. Where there are no second names it is copied.
 */
async function canBeRenamed(from: string, to: string): Promise<boolean> {
  const end = begin(to, () => fs.unlink(to));
  try {
    await fs.link(from, to);
    // another process may take it for one that was left
    await fs.unlink(to).catch(() => {});
    return true;
  } catch {
    return false;
  } finally {
    end();
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
  await fs.unlink(path).catch((error) => {
    if (!hasCode(error, "ENOENT")) throw error; // another process was quicker
  });
}
