/** What this process has begun to write and not finished: how each is removed, by its path. */
const unfinished = new Map<string, () => Promise<unknown>>();

/** Notes that something is begun; call what is returned when it is finished or gone. */
export function begin(path: string, remove: () => Promise<unknown>): () => void {
  unfinished.set(path, remove);
  return () => void unfinished.delete(path);
}

/**
 * Removes what this process has begun to write and not finished, for one that is to end now. What
 * was there before is as it was.
 */
export async function removeUnfinished(): Promise<void> {
  await Promise.allSettled([...unfinished.values()].map((remove) => remove()));
}
