import { closeSync, openSync } from "node:fs";
import { platform } from "node:process";

/**
 * Whether there are locks that the system takes away with the process that holds them: Deno has
 * them, Node has not. Without them nothing is known to be left behind by a dead process.
 */
const HAS_LOCKS = typeof Deno !== "undefined";

/**
 * Makes a file that was not there, with a lock on it until it is disposed of or its process ends.
 *
 * @param isWritten Whether others open it to write while it is held.
 */
export async function heldFile(path: string, { isWritten = false } = {}): Promise<Disposable> {
  if (!HAS_LOCKS) {
    const file = openSync(path, "wx");
    return { [Symbol.dispose]: () => closeSync(file) };
  }
  const file = await Deno.open(path, { write: true, createNew: true });
  // Windows would keep its writer out too; some networks' file systems have no locks
  if (!isWritten || platform !== "win32") await file.lock(true).catch(() => {});
  return file;
}

/** A file with a lock on it, waited for where another process has it; undefined without locks. */
export async function waitedFor(path: string): Promise<Disposable | undefined> {
  if (!HAS_LOCKS) return undefined;
  const file = await Deno.open(path, { write: true, create: true });
  try {
    await file.lock(true);
    return file;
  } catch {
    file.close(); // some networks' file systems have no locks
    return undefined;
  }
}

/**
 * Removes what belongs to a file of {@link heldFile} if no living process holds it; where that
 * cannot be told, nothing.
 */
export async function removeUnheld(path: string, remove: () => Promise<unknown>): Promise<void> {
  if (!HAS_LOCKS) return;
  try {
    using file = await Deno.open(path, { write: true });
    if (await file.tryLock(true)) await remove();
  } catch {
    // finished or removed meanwhile, not locked yet, or not to be removed by this user
  }
}

/** Whether an error is the system's of that code, e.g. ENOENT: there is no such file. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Why a place cannot be written, in the system's words by its code. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on device",
  EDQUOT: "disk quota exceeded",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EROFS: "read-only file system",
  EBUSY: "mounted, or in use by another program",
};

/**
 * An error of writing or removing, with the name of the file: the system's own words may lack it, or
 * have that of another. What is no such refusal is as it was.
 *
 * @param isOfPlace Whether it can be of this place alone; else one that names a file is as it was.
 */
export function withPlace(error: unknown, path: string, isOfPlace = false): unknown {
  const code = Object.keys(REFUSALS).find((code) => hasCode(error, code));
  if (!code || !isOfPlace && /'[^']+'/.test((error as Error).message)) return error;
  const named = new Error(`${code}: ${REFUSALS[code]}, write '${path}'`, { cause: error });
  return Object.assign(named, { code, syscall: "write" });
}

/** The system's message in words alone: `EACCES: permission denied, open 'a'` without its code. */
export function systemWords(message: string): string {
  return message.replace(
    /\bE[A-Z\d]+: (\w)([^,\n]*), (?=[a-z]+(?: '|[^\w ]|$))/g,
    (_, first: string, rest: string) => `${first.toUpperCase()}${rest}: `,
  );
}
