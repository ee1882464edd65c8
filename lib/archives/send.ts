import { ArchiveError } from "./archive-error.ts";

/** One HTTP request to an archive. */
export interface ArchiveRequest {
  /** Name of the service and what is asked of it, for error messages. */
  readonly service: string;
  readonly query: string;
  readonly url: string;
  readonly method?: "GET" | "POST" | "DELETE";
  readonly body?: URLSearchParams | FormData;
  /** `manual` leaves a redirect to the caller; default `follow`. */
  readonly redirect?: "follow" | "manual";
  /** Give up when nothing arrives for this long, ms; default 60000. */
  readonly stallMs?: number;
  readonly signal?: AbortSignal;
}

/** A whole response. */
export interface ArchiveResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Sends a request and reads the whole response as it streams in.
 *
 * @throws ArchiveError `http` on a status of 400 and above (429 and 5xx are transient), `network`
 * on a connection that fails or breaks, `timeout` when nothing arrives for `stallMs`; the signal's
 * reason when cancelled.
 */
export async function send(request: ArchiveRequest): Promise<ArchiveResponse> {
  const { stallMs = 60_000, signal, url, method = "GET", body, redirect = "follow" } = request;
  signal?.throwIfAborted();
  const watchdog = new AbortController();
  const stalled = () =>
    watchdog.abort(new DOMException(`silent for ${stallMs} ms`, "TimeoutError"));
  const cancel = () => watchdog.abort(signal!.reason);
  signal?.addEventListener("abort", cancel, { once: true });
  let timer = setTimeout(stalled, stallMs);
  try {
    const response = await fetch(url, { method, body, redirect, signal: watchdog.signal });
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(stalled, stallMs);
      chunks.push(chunk);
    }
    const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
    if (response.status >= 400) throw statusError(request, response, bytes);
    return { status: response.status, headers: response.headers, bytes };
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
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

function statusError(request: ArchiveRequest, response: Response, bytes: Uint8Array): ArchiveError {
  const { status, headers } = response;
  const text = new TextDecoder().decode(bytes.subarray(0, 4000)).replace(/<[^>]*>/g, " ");
  const words = text.replace(/\s+/g, " ").trim().slice(0, 200);
  const transient = status === 429 || status >= 500;
  return new ArchiveError({
    ...request,
    kind: "http",
    problem: `answered HTTP ${status}${words && `: ${words}`}`,
    remedy: transient
      ? "the service is busy or broken; run again later: finished parts are kept"
      : status === 413
      ? "the upload is too large; send fewer rows at a time"
      : "check the address and the request against the service's documentation",
    transient,
    retryAfterMs: retryAfter(headers.get("retry-after")),
  });
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
