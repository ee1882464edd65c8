import { makeFolder, refuseLinks, removeParts } from "@csc-classify/safe-files";

/** Name of the file in a folder that a report holds locked. */
const LOCK = ".report.lock";

/**
 * Holds a folder for one report at a time, by a lock that the system releases with its process: one
 * left by a killed process is taken over. Waits for another report to end, and says so.
 *
 * @param tell Takes a line for the user.
 * @returns Gives the folder free when disposed of.
 * @throws The signal's reason when stopped while waiting.
 */
export async function holdFolder(
  folder: string,
  tell: (line: string) => void,
  signal?: AbortSignal,
): Promise<Disposable> {
  await makeFolder(folder);
  const path = `${folder}/${LOCK}`;
  await refuseLinks(folder, path); // what it is told is written into it
  const file = await Deno.open(path, { read: true, write: true, create: true });
  try {
    for (let told = false; !(await file.tryLock(true)); told = true) {
      const owner = await ownerOf(path);
      if (!told) tell(`${owner} is writing to ${folder}; waiting for it to end (Ctrl-C gives up).`);
      await new Promise((resolve) => setTimeout(resolve, 500));
      signal?.throwIfAborted();
    }
    await file.truncate();
    await file.write(new TextEncoder().encode(`The report of process ${Deno.pid}`));
  } catch (error) {
    file.close();
    throw error;
  }
  return file;
}

async function ownerOf(lock: string): Promise<string> {
  return (await Deno.readTextFile(lock)).trim() || "Another report";
}

/**
 * Holds a folder, if a report has ever held it, for somebody who replaces or removes what is in it.
 *
 * @param wait Waits for a report to end, and says so, as {@link holdFolder}; refuses if absent.
 * @returns Gives the folder free when disposed of.
 * @throws RangeError naming the process that is writing there.
 */
export async function holdIfUsed(
  folder: string,
  wait?: { readonly tell: (line: string) => void; readonly signal?: AbortSignal },
): Promise<Disposable> {
  const path = `${folder}/${LOCK}`;
  if (!(await Deno.lstat(path).then(({ isFile }) => isFile, () => false))) {
    return { [Symbol.dispose]: () => {} };
  }
  if (wait) return await holdFolder(folder, wait.tell, wait.signal);
  const file = await Deno.open(path, { read: true, write: true });
  if (await file.tryLock(true)) return file;
  file.close();
  throw new RangeError(
    `${await ownerOf(
      path,
    )} is writing to ${folder}: nothing is removed; stop it, or wait for its end`,
  );
}

/** Removes the parts of files that killed processes left in a folder and all below it. */
export async function sweepParts(folder: string): Promise<void> {
  await removeParts(folder);
  for (const { name, isDirectory } of await Array.fromAsync(Deno.readDir(folder)).catch(() => [])) {
    if (isDirectory) await sweepParts(`${folder}/${name}`);
  }
}
