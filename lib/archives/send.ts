import { setTimeout as wait } from "node:timers/promises";
import { ArchiveError } from "./archive-error.ts";

/** Who asks, so that an archive's keepers know. */
const USER_AGENT = "csc-classify (classification of Chandra sources after arXiv:2302.09008; Deno)";

/** How often and how long to try again. */
export interface RetryPolicy {
  /** Tries altogether; default 5. */
  readonly attempts?: number;
  /** First wait, ms, doubling with each try; default 1000. */
  readonly firstWaitMs?: number;
  /** Longest sum of waits, ms; default 120000. */
  readonly budgetMs?: number;
  /** Longest silence of a service, ms; default 600000: X-Match has needed 300 s. */
  readonly stallMs?: number;
  /** `divide`: do not try again what may be asked for in smaller pieces; default `repeat`. */
  readonly rather?: "divide" | "repeat";
  readonly signal?: AbortSignal;
}

/** One HTTP request to an archive. */
export interface ArchiveRequest {
  /** Name of the service and what is asked of it, for error messages. */
  readonly service: string;
  readonly query: string;
  readonly url: string;
  /** What is posted; a GET when absent. Made anew for each try. */
  readonly body?: () => URLSearchParams | FormData;
}

/**
 * Runs `task` until it succeeds, fails for good, or the budget is spent. Only transient
 * {@link ArchiveError}s are tried again; a service's Retry-After is honoured.
 *
 * @throws the last error; the signal's reason when cancelled.
 */
export async function withRetries<T>(
  task: () => Promise<T>,
  { attempts = 5, firstWaitMs = 1000, budgetMs = 120_000, rather, signal }: RetryPolicy = {},
): Promise<T> {
  let waited = 0;
  for (let attempt = 1;; attempt++) {
    signal?.throwIfAborted();
    try {
      return await task();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ArchiveError && error.transient) || attempt >= attempts) throw error;
      if (error.divisible && rather === "divide") throw error;
      const pause = Math.max(firstWaitMs * 2 ** (attempt - 1), error.retryAfterMs ?? 0);
      waited += pause;
      if (waited > budgetMs) throw error;
      await sleep(pause, signal);
    }
  }
}

/** All results; when one fails the others are waited for, so that nothing runs on behind. */
export async function together<T extends readonly Promise<unknown>[] | []>(tasks: T) {
  await Promise.allSettled(tasks);
  return await Promise.all(tasks);
}

/** Waits; rejects with the signal's reason when cancelled. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Sends a request and reads the whole response as it streams in.
 *
 * @throws ArchiveError: `query` on 400, 404 and their like, in the service's words; `timeout` when
 * nothing arrives for `stallMs` and on 408 and 504; `http` on other statuses (429 and 5xx are
 * transient); `network` on a connection that fails or breaks. The signal's reason when cancelled.
 */
export async function send(
  request: ArchiveRequest,
  { stallMs = 600_000, signal }: RetryPolicy = {},
): Promise<Uint8Array> {
  const { url, body } = request;
  signal?.throwIfAborted();
  const watchdog = new AbortController();
  const stalled = () =>
    watchdog.abort(new DOMException(`silent for ${stallMs} ms`, "TimeoutError"));
  const either = signal ? AbortSignal.any([signal, watchdog.signal]) : watchdog.signal;
  let timer = setTimeout(stalled, stallMs);
  try {
    const response = await follow(url, body, either);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(stalled, stallMs);
      chunks.push(chunk);
    }
    const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
    if (response.status >= 400) throw statusError(request, response, bytes);
    return bytes;
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    signal?.throwIfAborted();
    const late = watchdog.signal.aborted;
    throw new ArchiveError({
      ...request,
      kind: late ? "timeout" : "network",
      problem: late
        ? `sent nothing for ${stallMs / 1000} s`
        : `the connection to ${url} failed (${reason(error)})`,
      remedy:
        "check the network and the service's status page, then run again: finished parts are kept",
      transient: true,
      divisible: late,
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Follows redirects: 303 tells where the answer is; the others that what is posted goes there. */
async function follow(
  url: string,
  body: ArchiveRequest["body"],
  signal: AbortSignal,
): Promise<Response> {
  const headers = { "user-agent": USER_AGENT };
  for (let target = url, posted = body, hops = 0;; hops++) {
    const method = posted ? "POST" : "GET";
    const how = { method, body: posted?.(), headers, signal, redirect: "manual" as const };
    const response = await fetch(target, how);
    const next = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || !next || hops === 5) return response;
    await response.body?.cancel();
    if (response.status === 303) posted = undefined;
    target = new URL(next, target).href;
  }
}

function statusError(request: ArchiveRequest, response: Response, bytes: Uint8Array): ArchiveError {
  const { status, headers } = response;
  const words = wordsOf(bytes);
  const late = status === 408 || status === 504;
  const aboutQuery = [400, 404, 405, 406, 410, 414, 415, 422].includes(status);
  const transient = late || status === 429 || status >= 500;
  return new ArchiveError({
    ...request,
    kind: late ? "timeout" : aboutQuery ? "query" : "http",
    problem: `answered HTTP ${status}${words && `: ${words}`}`,
    remedy: transient
      ? "the service is busy or broken; run again later: finished parts are kept"
      : status === 413
      ? "the upload is too large; send fewer rows at a time"
      : "see whether the service still has this table and these columns: deno task probe",
    transient,
    divisible: late || status === 413,
    retryAfterMs: retryAfter(headers.get("retry-after")),
  });
}

/** What an answer says in words: a VOTable's status where there is one, else all its text. */
function wordsOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 20_000));
  const [, status] = /<INFO\b[^>]*QUERY_STATUS[^>]*>([^<]+)/.exec(text) ?? [];
  const plain = (status ?? text).replace(/<(script|style)\b.*?<\/\1>|<[^>]*>/gs, " ");
  return plain.replace(/\s+/g, " ").trim().slice(0, 300);
}

/** Milliseconds of a Retry-After header, given in seconds or as a date. */
function retryAfter(header: string | null): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  const ms = isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return ms > 0 ? ms : undefined;
}

/** The words of an error and of what lies behind it. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
