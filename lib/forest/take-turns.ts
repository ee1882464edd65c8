/** Milliseconds of work before other tasks of the thread get a turn. */
const SLICE_MS = 100;

/**
 * A function to await between pieces of long work: now and then it lets timers, messages and
 * cancellation through.
 *
 * @throws The reason of `signal` once that is aborted.
 */
export function takeTurns(signal?: AbortSignal): () => Promise<void> | void {
  let last = performance.now();
  return () => {
    signal?.throwIfAborted();
    if (performance.now() - last < SLICE_MS) return;
    return new Promise((resolve) =>
      setTimeout(() => {
        last = performance.now();
        resolve();
      })
    );
  };
}
