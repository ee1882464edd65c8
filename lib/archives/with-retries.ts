import { ArchiveError } from "./archive-error.ts";

/** How often and how long to try again. */
export interface RetryPolicy {
  /** Tries altogether; default 5. */
  readonly attempts?: number;
  /** First wait, ms, doubling with each try; default 1000. */
  readonly firstWaitMs?: number;
  /** Longest sum of waits, ms; default 120000. */
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs `task` until it succeeds, fails for good, or the budget is spent. Only transient
 * {@link ArchiveError}s are tried again; a service's Retry-After is honoured.
 *
 * @throws the last error; the signal's reason when cancelled.
 */
export async function withRetries<T>(
  task: (attempt: number) => Promise<T>,
  { attempts = 5, firstWaitMs = 1000, budgetMs = 120_000, signal }: RetryPolicy = {},
): Promise<T> {
  let waited = 0;
  for (let attempt = 1;; attempt++) {
    signal?.throwIfAborted();
    try {
      return await task(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ArchiveError && error.transient) || attempt >= attempts) throw error;
      const wait = Math.max(firstWaitMs * 2 ** (attempt - 1), error.retryAfterMs ?? 0);
      waited += wait;
      if (waited > budgetMs) throw error;
      await sleep(wait, signal);
    }
  }
}

/** Waits; rejects with the signal's reason when cancelled. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      signal?.aborted ? reject(signal.reason) : resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
    if (signal?.aborted) done();
  });
}
