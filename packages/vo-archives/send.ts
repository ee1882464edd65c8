import { setTimeout as wait } from "node:timers/promises";
import { ArchiveError } from "./archive-error.ts";

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
  /** Longest time for one request, however steadily its answer drips in, ms; default 1800000. */
  readonly deadlineMs?: number;
  /** Where redirects may lead besides the host that was asked. */
  readonly hosts?: HostList;
  /** `divide`: do not try again what may be asked for in smaller pieces; default `repeat`. */
  readonly rather?: "divide" | "repeat";
  /** Who asks, so that an archive's keepers know. */
  readonly userAgent?: string;
  readonly signal?: AbortSignal;
}

/** Hosts that redirects may lead to, as in an address (`127.0.0.1:8080`), and where they are listed. */
export interface HostList {
  readonly names: readonly string[];
  /** The file or option to change, for messages. */
  readonly keptIn: string;
}

/** One HTTP request to an archive. */
export interface ArchiveRequest {
  /** Name of the service and what is asked of it, for error messages. */
  readonly service: string;
  readonly query: string;
  readonly url: string;
  /** What is posted; a GET when absent. Made anew for each try. */
  readonly body?: () => URLSearchParams | FormData;
  /** Most bytes of an answer once decompressed; default 4 MB. More is no answer to the request. */
  readonly maxBytes?: number;
}

const DEFAULT_BYTES = 4e6;
/** So much of an answer that is an error is read for its words. */
const ERROR_BYTES = 1e5;

/**
 * Runs `task` until it succeeds, fails for good, or the budget is spent. Only transient
 * {@link ArchiveError}s are tried again, those that are a service's own word on a query once; a
 * service's Retry-After is honoured.
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
      if (!(error instanceof ArchiveError && error.transient)) throw error;
      if (attempt >= (error.kind === "query" ? Math.min(attempts, 2) : attempts)) throw error;
      if (error.divisible && rather === "divide") throw error;
      const pause = Math.max(firstWaitMs * 2 ** (attempt - 1), error.retryAfterMs ?? 0);
      waited += pause;
      if (waited > budgetMs) throw error;
      await sleep(pause, signal);
    }
  }
}

/** All results; when one fails the others are waited for, so that nothing runs on behind. */
export async function together<T extends readonly Promise<unknown>[] | []>(
  tasks: T,
): Promise<{ -readonly [Place in keyof T]: Awaited<T[Place]> }> {
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
 * Sends a request and reads the whole response as it streams in. Redirects are followed to the host
 * that was asked and to those listed, by http and https only; what is larger than asked for is cut
 * off where it becomes so.
 *
 * @throws ArchiveError: `query` on 400, 404 and their like, in the service's words; `timeout` when
 * nothing arrives for `stallMs`, all takes longer than `deadlineMs`, and on 408 and 504; `http` on
 * other statuses (429 and 5xx are transient) and for redirects that are not followed or never end;
 * `format` for too large an answer; `network` on a connection that fails, breaks, or is not
 * permitted. The signal's reason when cancelled.
 */
export async function send(
  request: ArchiveRequest,
  { stallMs = 600_000, deadlineMs = 1_800_000, userAgent = "vo-archives", signal, hosts }:
    RetryPolicy = {},
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const watchdog = new AbortController();
  const give = (words: string) => () => watchdog.abort(new DOMException(words, "TimeoutError"));
  const stalled = give(`sent nothing for ${stallMs / 1000} s`);
  const either = signal ? AbortSignal.any([signal, watchdog.signal]) : watchdog.signal;
  const deadline = setTimeout(give(`was not done after ${deadlineMs / 1000} s`), deadlineMs);
  let timer = setTimeout(stalled, stallMs);
  try {
    const response = await follow(request, userAgent, hosts, either);
    // 202, 204 and 206 are no answer, or a part of one; a redirect that leads nowhere is none either
    const failed = ![200, 203].includes(response.status);
    const maxBytes = failed ? ERROR_BYTES : request.maxBytes ?? DEFAULT_BYTES;
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(stalled, stallMs);
      chunks.push(chunk);
      size += chunk.length;
      if (size <= maxBytes) continue;
      if (failed) break;
      throw tooLarge(request, maxBytes);
    }
    const bytes = joined(chunks, size);
    if (failed) throw statusError(request, response, bytes);
    return bytes;
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    signal?.throwIfAborted();
    throw connectionError(request, error, watchdog.signal, hosts);
  } finally {
    clearTimeout(timer);
    clearTimeout(deadline);
  }
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  // each is let go once it is copied
  for (let chunk = chunks.shift(); chunk; at += chunk.length, chunk = chunks.shift()) {
    bytes.set(chunk, at);
  }
  return bytes;
}

const MOST_REDIRECTS = 5;

/** Follows redirects: 303 tells where the answer is; the others that what is posted goes there. */
async function follow(
  request: ArchiveRequest,
  userAgent: string,
  hosts: HostList | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const headers = { "user-agent": userAgent }, asked = new URL(request.url), seen: string[] = [];
  for (let target = asked, posted = request.body;;) {
    const method = posted ? "POST" : "GET", step = `${method} ${target.href}`;
    if (seen.includes(step) || seen.length > MOST_REDIRECTS) {
      throw endless(request, [...seen, step]);
    }
    seen.push(step);
    const how = { method, body: posted?.(), headers, signal, redirect: "manual" as const };
    const response = await fetch(target.href, how);
    const place = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || !place) return response;
    await response.body?.cancel();
    const next = URL.canParse(place, target) ? new URL(place, target) : undefined;
    const isSafe = next && /^https?:$/.test(next.protocol) && !next.username && !next.password;
    if (!isSafe || ![asked.host, ...hosts?.names ?? []].includes(next.host)) {
      throw ledAstray(request, next?.href ?? place, isSafe ? next.host : undefined, hosts);
    }
    if (response.status === 303) posted = undefined;
    target = next;
  }
}

function ledAstray(
  request: ArchiveRequest,
  place: string,
  host: string | undefined,
  hosts: HostList | undefined,
): ArchiveError {
  const shown = place.slice(0, 200);
  return new ArchiveError({
    ...request,
    kind: "http",
    problem: host
      ? `redirects to ${shown}, which was not followed: ${host} is not among the hosts to be asked`
      : `redirects to ${shown}, which was not followed: it is no address of the web`,
    remedy: host && hosts
      ? `if that is where the archive has moved to, add "${host}" to ${hosts.keptIn}`
      : "look at the service by hand: it has changed, or something answers in its place",
  });
}

function endless(request: ArchiveRequest, steps: readonly string[]): ArchiveError {
  const isLoop = new Set(steps).size < steps.length;
  return new ArchiveError({
    ...request,
    kind: "http",
    problem: `${isLoop ? "redirects in a loop" : `redirects more than ${MOST_REDIRECTS} times`}: ` +
      steps.slice(-3).map((step) => step.slice(0, 100)).join(", then "),
    remedy: "look at the service by hand: it may ask for a login, or have changed",
  });
}

function tooLarge(request: ArchiveRequest, maxBytes: number): ArchiveError {
  return new ArchiveError({
    ...request,
    kind: "format",
    problem: `sent more than the ${(maxBytes / 1e6).toFixed(1)} MB that the answer can have`,
    remedy: "look at the service by hand: it may have changed",
    divisible: true,
  });
}

/** What a connection died of: our own patience, our own permissions, or the network. */
function connectionError(
  request: ArchiveRequest,
  cause: unknown,
  watchdog: AbortSignal,
  hosts: HostList | undefined,
): ArchiveError {
  const { host } = new URL(request.url);
  if (cause instanceof Error && cause.name === "NotCapable") {
    return new ArchiveError({
      ...request,
      kind: "network",
      problem: `this program is not permitted to ask ${host} (${reason(cause)})`,
      remedy: hosts ? `add "${host}" to ${hosts.keptIn}` : `allow it: deno run --allow-net=${host}`,
      cause,
    });
  }
  const late = watchdog.aborted, why = reason(cause);
  const isUntrusted = /certificate/i.test(why);
  return new ArchiveError({
    ...request,
    kind: late ? "timeout" : "network",
    problem: late ? watchdog.reason.message : `the connection to ${host} failed (${why})`,
    remedy: isUntrusted
      ? "if a proxy of yours signs in its place, let Deno trust what this computer trusts " +
        "(DENO_TLS_CA_STORE=system) or the proxy's certificate (DENO_CERT=FILE); else run again " +
        "later: finished parts are kept"
      : "check the network and the service's status page, then run again: finished parts are kept",
    transient: !isUntrusted,
    divisible: late,
    cause,
  });
}

function statusError(request: ArchiveRequest, response: Response, bytes: Uint8Array): ArchiveError {
  const { status, headers } = response;
  const words = wordsOf(bytes);
  const isClient = [400, 404, 405, 406, 410, 414, 415, 422].includes(status);
  // services say that they are busy with status 400, too
  const passing = status === 400 ? isPassing(words) : undefined;
  const late = status === 408 || status === 504 || passing === "late";
  const aboutQuery = isClient && !passing;
  const transient = late || status === 429 || status >= 500 || status < 300 ||
    passing !== undefined;
  return new ArchiveError({
    ...request,
    kind: late ? "timeout" : aboutQuery ? "query" : "http",
    problem: `answered HTTP ${status}${words && `: ${words}`}` +
      (status === 403 ? "; it refuses this address, as after many requests side by side" : ""),
    remedy: transient
      ? "the service is busy or broken; run again later: finished parts are kept"
      : status === 413
      ? "the upload is too large; send fewer rows at a time"
      : status === 403
      ? "wait some hours, or write to its help desk and say what you do"
      : status === 401
      ? "look at the service by hand: it asks for a login"
      : "see whether the service still has this table and these columns: deno task probe",
    transient,
    divisible: late || status === 413,
    retryAfterMs: retryAfter(headers.get("retry-after")),
  });
}

/** Words by which a service says that it gave up, or that it cannot at the moment. */
const LATE = /\btimed?[ -]?out\b|\btime limit|took too long/i;
const BUSY =
  /too many (\w+ )?(concurrent|simultaneous|request|quer|job|connection|user)|try again|retry later|\bbusy\b|overload|(temporar\w*|currently|service|server) (is )?(un|not )available|maintenance|internal (server )?error|out of memory|quota|(connection|connect) \w* ?(refused|reset|lost|failed|closed)|(could not|cannot|can't|unable to) (get|open|obtain|connect|establish)\b.*(connection|database|server)|shutting down|disk (is )?full|no space left|\babort(ed)? by/i;

/**
 * Whether an error in a service's own words is about its state, which passes, and not about the
 * query: `late` where it gave up, so that less may be asked for.
 */
export function isPassing(words: string): "late" | "busy" | undefined {
  return LATE.test(words) ? "late" : BUSY.test(words) ? "busy" : undefined;
}

/** What an answer says in words: a VOTable's status where there is one, else all its text. */
export function wordsOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 20_000));
  if (isBinary(text)) return "bytes that are no text";
  const [, status] = /<INFO\b[^>]*QUERY_STATUS[^>]*>([^<]+)/.exec(text) ?? [];
  const plain = (status ?? text).replace(/<(script|style)\b.*?<\/\1>|<[^>]*>/gs, " ");
  return plain.replace(/\s+/g, " ").trim().slice(0, 300);
}

/** Whether a text was made of bytes that are none, such as packed ones. */
export function isBinary(text: string): boolean {
  return /[\0\uFFFD]/.test(text.slice(0, 500));
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
