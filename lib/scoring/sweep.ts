/** V8's collector, where a process was started with it: of young things in a millisecond, or of all. */
type Collector = (options: { readonly type: "minor" | "major" }) => void;

/**
 * To be called after each batch: what it left is freed, where the process was started with V8's `gc`
 * (`LEAN` in `tools/tasks/start.ts`). V8 by itself goes by the size of objects, of which a batch has
 * few, and lets buffers pile up to a hundred megabytes in each thread.
 *
 * @param batches After so many everything is looked through, after each what is young.
 */
export function sweeper(batches: number): () => void {
  let n = 0;
  const { gc } = globalThis as { gc?: Collector };
  return () => gc?.({ type: ++n % batches === 0 ? "major" : "minor" });
}
