import { makeFolder, removeParts } from "@csc-classify/safe-files";

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
  const path = `${folder}/.report.lock`;
  const file = await Deno.open(path, { read: true, write: true, create: true });
  try {
    for (let told = false; !(await file.tryLock(true)); told = true) {
      const owner = (await Deno.readTextFile(path)).trim() || "another report";
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

/** Removes the parts of files that killed processes left in a folder and all below it. */
export async function sweepParts(folder: string): Promise<void> {
  await removeParts(folder);
  for (const { name, isDirectory } of await Array.fromAsync(Deno.readDir(folder)).catch(() => [])) {
    if (isDirectory) await sweepParts(`${folder}/${name}`);
  }
}
