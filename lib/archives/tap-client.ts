import { type ArchiveTable, repeatedKeys } from "../tables/archive-table.ts";
import { ArchiveError } from "./archive-error.ts";
import { readResponse } from "./read-response.ts";
import { type CachedRequest, type ResponseCache, throughCache } from "./response-cache.ts";
import { type ArchiveResponse, send } from "./send.ts";
import type { TapService } from "./tap-service.ts";
import { type RetryPolicy, sleep, withRetries } from "./with-retries.ts";

/** One query to a TAP service. */
export interface TapQuery {
  readonly adql: string;
  /** Most rows wanted; the service's own default, often low, when absent. */
  readonly maxRows?: number;
  /** Tables to send along as VOTables: `TAP_UPLOAD.name` in the query. */
  readonly uploads?: Readonly<Record<string, string>>;
  /** FORMAT parameter instead of the service's. */
  readonly format?: string;
  /** Columns that the answer must have. */
  readonly expect?: readonly string[];
  /** How many rows there are, e.g. by COUNT(*): any other number is an error. */
  readonly rows?: number;
  /** Column without duplicates or gaps, checked where given. */
  readonly key?: string;
  /** VOTable datatypes of columns, by name, where the answer is text, which shows none. */
  readonly types?: Readonly<Record<string, string>>;
  /** Accept an answer that lacks rows; default false. */
  readonly allowOverflow?: boolean;
}

/** How the client waits and gives up. */
export interface TapOptions extends RetryPolicy {
  /** Give up when nothing arrives for this long, ms; default 60000. */
  readonly stallMs?: number;
  /** Longest run of an asynchronous job, ms; default 1 hour. */
  readonly jobMs?: number;
  /** Where answers are kept; without it nothing is. */
  readonly cache?: ResponseCache;
}

/**
 * Client of an IVOA TAP service (https://www.ivoa.net/documents/TAP/). Every answer is read and
 * checked before it is returned: a service may well report an error, or leave out rows, with
 * status 200. Errors are {@link ArchiveError}s; cancelling rejects with the signal's reason.
 */
export class TapClient {
  constructor(readonly service: TapService, readonly options: TapOptions = {}) {}

  /** Runs a query within one request, or takes its answer from the cache. */
  sync(query: TapQuery): Promise<ArchiveTable> {
    const fetch = () =>
      withRetries(async () => {
        const { bytes } = await this.#send("POST", "/sync", query);
        return { bytes, table: this.#read(bytes, query) };
      }, this.options);
    return throughCache(this.options.cache, this.#request(query, "/sync"), {
      fetch,
      read: (bytes) => this.#read(bytes, query),
    });
  }

  /** Runs a query as a job (UWS): create, run, poll, fetch; the job is deleted in the end. */
  async(query: TapQuery): Promise<ArchiveTable> {
    return throughCache(this.options.cache, this.#request(query, "/async"), {
      fetch: () => this.#runJob(query),
      read: (bytes) => this.#read(bytes, query),
    });
  }

  /** Number of rows of a table, or of those that a condition holds for. */
  async count(table: string, where?: string): Promise<number> {
    const adql = `SELECT COUNT(*) AS n FROM ${table}${where ? ` WHERE ${where}` : ""}`;
    const { frame } = await this.sync({ adql });
    const count = Number(frame.height === 1 ? frame.row(0)[0] : NaN);
    if (!Number.isSafeInteger(count)) {
      throw this.#error("format", adql, `COUNT(*) gave ${frame.height} rows, expected one number`);
    }
    return count;
  }

  /** Names of a table's columns in TAP_SCHEMA; empty when it does not know the table. */
  async tableColumns(table: string): Promise<string[]> {
    const names = [table, table.replaceAll('"', ""), `"${table.replaceAll('"', "")}"`];
    const list = [...new Set(names)].map((name) => `'${name.replaceAll("'", "''")}'`).join(", ");
    const adql = `SELECT column_name FROM TAP_SCHEMA.columns WHERE table_name IN (${list})`;
    const { frame } = await this.sync({ adql, types: { column_name: "char" } });
    return frame.getColumn(frame.columns[0]).toArray().map(String);
  }

  async #runJob(query: TapQuery): Promise<{ bytes: Uint8Array; table: ArchiveTable }> {
    const job = await withRetries(() => this.#create(query), this.options);
    try {
      await withRetries(() => this.#send("POST", `${job}/phase`, { PHASE: "RUN" }), this.options);
      await this.#wait(job, query);
      return await withRetries(async () => {
        const { bytes } = await this.#send("GET", `${job}/results/result`);
        return { bytes, table: this.#read(bytes, query) };
      }, this.options);
    } finally {
      // without the signal: a cancelled run tidies up too; a job that stays does no harm
      const request = { service: this.service.name, query: "delete the job", url: job };
      await send({ ...request, method: "DELETE", redirect: "manual", stallMs: 10_000 })
        .catch(() => {});
    }
  }

  /** What makes one answer differ from another: the key of the cache. */
  #request(query: TapQuery, path: string): CachedRequest {
    const { adql, uploads, maxRows, format = this.service.format } = query;
    const url = this.service.url + path;
    return {
      service: this.service.name,
      url,
      query: adql,
      parameters: { maxRows, format, uploads },
    };
  }

  #send(
    method: "GET" | "POST",
    path: string,
    body?: TapQuery | Record<string, string>,
  ): Promise<ArchiveResponse> {
    const query = body && isQuery(body) ? body : undefined;
    return send({
      service: this.service.name,
      query: query?.adql ?? `${method} ${path}`,
      url: path.startsWith("/") ? this.service.url + path : path,
      method,
      body: query ? this.#form(query) : body && new URLSearchParams(body as Record<string, string>),
      stallMs: this.options.stallMs,
      signal: this.options.signal,
    });
  }

  #form(query: TapQuery): URLSearchParams | FormData {
    const { service } = this;
    const form = query.uploads ? new FormData() : new URLSearchParams();
    form.set("REQUEST", "doQuery");
    form.set("LANG", "ADQL");
    form.set("QUERY", query.adql);
    form.set("FORMAT", query.format ?? service.format ?? "votable");
    if (query.maxRows !== undefined) form.set("MAXREC", String(query.maxRows));
    for (const [name, value] of Object.entries(service.parameters ?? {})) form.set(name, value);
    if (form instanceof FormData) {
      const uploads = Object.entries(query.uploads!);
      form.set("UPLOAD", uploads.map(([name]) => `${name},param:${name}_part`).join(";"));
      for (const [name, votable] of uploads) {
        const part = new Blob([votable], { type: "application/x-votable+xml" });
        form.set(`${name}_part`, part, `${name}.xml`);
      }
    }
    return form;
  }

  #read(bytes: Uint8Array, query: TapQuery): ArchiveTable {
    const { name: service, text } = this.service;
    const table = readResponse(bytes, { ...query, service, query: query.adql, text });
    const problem = query.allowOverflow ? undefined : incompleteness(table, query);
    if (problem) {
      const remedy = "ask for fewer rows at a time, as fetchStrips does; if it stays, the table " +
        "itself is so or has changed";
      throw this.#error("incomplete", query.adql, problem, remedy);
    }
    return table;
  }

  async #create(query: TapQuery): Promise<string> {
    const url = `${this.service.url}/async`;
    const { headers, status } = await send({
      service: this.service.name,
      query: query.adql,
      url,
      method: "POST",
      body: this.#form(query),
      redirect: "manual",
      stallMs: this.options.stallMs,
      signal: this.options.signal,
    });
    const location = headers.get("location");
    if (!location) throw this.#error("http", query.adql, `HTTP ${status} made no job`);
    return new URL(location, url).href;
  }

  async #wait(job: string, query: TapQuery): Promise<void> {
    const { jobMs = 3_600_000, signal } = this.options;
    const end = performance.now() + jobMs;
    for (let wait = 1; performance.now() < end; wait = Math.min(20, wait * 2)) {
      const started = performance.now();
      const { bytes } = await withRetries(
        () => this.#send("GET", `${job}/phase?WAIT=${wait}`),
        this.options,
      );
      const phase = new TextDecoder().decode(bytes).trim();
      if (phase === "COMPLETED") return;
      if (phase === "ERROR") await this.#fail(job, query);
      if (!["PENDING", "QUEUED", "EXECUTING", "SUSPENDED", "HELD", "UNKNOWN"].includes(phase)) {
        throw this.#error("query", query.adql, `the job ended in phase "${phase.slice(0, 80)}"`);
      }
      // a service that knows no WAIT answers at once
      await sleep(Math.max(0, 1000 * wait - (performance.now() - started)) / 4, signal);
    }
    throw this.#error("timeout", query.adql, `the job did not end within ${jobMs / 1000} s`);
  }

  /** Throws what the service says about a failed job. */
  async #fail(job: string, query: TapQuery): Promise<never> {
    const { bytes } = await withRetries(() => this.#send("GET", `${job}/error`), this.options);
    this.#read(bytes, { ...query, allowOverflow: true });
    throw this.#error("query", query.adql, "the job failed without an error message");
  }

  #error(
    kind: "format" | "incomplete" | "http" | "query" | "timeout",
    query: string,
    problem: string,
    remedy = "look at the service by hand: it may have changed",
  ): ArchiveError {
    return new ArchiveError({ kind, service: this.service.name, query, problem, remedy });
  }
}

function isQuery(body: TapQuery | Record<string, string>): body is TapQuery {
  return "adql" in body;
}

/** Why an answer cannot be the whole one; undefined when nothing speaks against it. */
function incompleteness({ frame, overflow }: ArchiveTable, query: TapQuery): string | undefined {
  const { maxRows = Infinity, rows = frame.height, key } = query;
  // some services say nothing, so an answer of just the size asked for may have been cut too
  if (overflow || frame.height >= maxRows || frame.height < rows) {
    return `gave ${frame.height} rows${query.rows ? ` of ${rows}` : ""} and left rows out`;
  }
  if (frame.height > rows) return `gave ${frame.height} rows where there are ${rows}`;
  return key && repeatedKeys(frame, key);
}
