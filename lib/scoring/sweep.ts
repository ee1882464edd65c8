/** Batches whose leavings lie in memory together. */
const BATCHES = 4;

/**
 * To be called after each batch: every few of them, what they left is freed, where the process was
 * started with V8's `gc` (`LEAN` in `tools/tasks/start.ts`). V8 by itself goes by the size of
 * objects, of which a batch has few, and lets buffers pile up to a hundred megabytes in each thread.
 */
export function sweeper(): () => void {
  let n = 0;
  return () => {
    if (++n % BATCHES === 0) (globalThis as { gc?: () => void }).gc?.();
  };
}
