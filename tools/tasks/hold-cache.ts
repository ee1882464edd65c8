import { makeFolder, refuseLinks } from "@csc-classify/safe-files";
import { CACHE } from "#lib/run/files.ts";

/** Name of the file in `.cache/` that every task at work holds locked, together with the others. */
export const TASKS_LOCK = ".tasks.lock";

/** A hold of `.cache/`, which the system takes away with its process. */
export interface CacheHold extends Disposable {
  /** Whether no other task is at work, and none begins before this process ends. */
  isAlone(): Promise<boolean>;
}

/**
 * Makes `.cache/`, with its mark, where it is missing, and holds it for a task, together with other
 * tasks: while it does, nothing is removed there. Waits for one that removes to end. Where locks are
 * not to be had (another user's folder, some networks' file systems) it holds nothing.
 */
export async function shareCache(): Promise<CacheHold> {
  while (true) {
    await makeFolder(CACHE, "cache");
    const file = await openLock();
    if (!file) return { isAlone: () => Promise.resolve(false), [Symbol.dispose]: () => {} };
    if (await isGot(file, false)) {
      return {
        isAlone: () => file.tryLock(true).catch(() => false),
        [Symbol.dispose]: () => file.close(),
      };
    }
    file.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Holds `.cache/` alone, for a task that removes what is in it.
 *
 * @throws RangeError where another task is at work.
 */
export async function takeCache(): Promise<Disposable> {
  const file = await openLock();
  if (!file || await isGot(file, true)) return file ?? { [Symbol.dispose]: () => {} };
  file.close();
  throw new RangeError(
    `Another command of this project (report, score, lab ...) is at work with ${CACHE}: nothing is ` +
      "removed; stop it, or wait for its end",
  );
}

async function openLock(): Promise<Deno.FsFile | undefined> {
  const path = `${CACHE}/${TASKS_LOCK}`;
  try {
    if (!(await Deno.lstat(CACHE)).isDirectory) return undefined;
    await refuseLinks(CACHE, path);
    return await Deno.open(path, { read: true, write: true, create: true });
  } catch {
    return undefined;
  }
}

/** Whether the lock was got, on the file that still has its name. */
async function isGot(file: Deno.FsFile, alone: boolean): Promise<boolean> {
  try {
    if (!await file.tryLock(alone)) return false;
  } catch {
    return true; // a file system without locks
  }
  const there = await Deno.lstat(`${CACHE}/${TASKS_LOCK}`).catch(() => undefined);
  return there !== undefined && there.ino === (await file.stat()).ino;
}
