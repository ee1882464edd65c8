import { printable } from "@csc-classify/vo-tables/browser";

/** What went wrong at an archive, for code that treats kinds differently. */
type ArchiveErrorKind =
  | "query" // the service refused the query: nothing is gained by asking again
  | "http" // a status that is no success
  | "network" // no connection, or one that broke
  | "timeout" // nothing arrived for too long, or the service gave up
  | "format" // what arrived is not the table it should be
  | "incomplete"; // rows are missing: overflow, truncation, or a count that disagrees

/** Parts of an {@link ArchiveError}. */
interface ArchiveErrorParts {
  readonly kind: ArchiveErrorKind;
  /** Name of the service. */
  readonly service: string;
  /** The query or request as a user would write it. */
  readonly query: string;
  /** What was wrong, with the value and what was expected. */
  readonly problem: string;
  readonly remedy: string;
  /** Whether the same request may well succeed later. */
  readonly transient?: boolean;
  /** Whether asking for less at a time may help. */
  readonly divisible?: boolean;
  /** How long the service asked us to wait, ms. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** An archive's answer that is no data. The message names service, query and remedy. */
export class ArchiveError extends Error {
  /** By its name: of two copies of this package, as npm may install them, each knows the other's. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "ArchiveError";
  }

  readonly kind: ArchiveErrorKind;
  readonly service: string;
  readonly query: string;
  readonly problem: string;
  readonly transient: boolean;
  readonly divisible: boolean;
  readonly retryAfterMs?: number;

  constructor(parts: ArchiveErrorParts) {
    // a service's words may hold what a terminal would obey
    const problem = printable(parts.problem);
    const query = parts.query.length > 300 ? `${parts.query.slice(0, 300)}...` : parts.query;
    super(`${parts.service}: ${problem}. Query: ${query}. Remedy: ${parts.remedy}.`, {
      cause: parts.cause,
    });
    this.name = "ArchiveError";
    this.kind = parts.kind;
    this.service = parts.service;
    this.query = parts.query;
    this.problem = problem;
    this.transient = parts.transient ?? false;
    this.divisible = parts.divisible ?? false;
    this.retryAfterMs = parts.retryAfterMs;
  }

  /** Whether this is an answer about one query or table, which says nothing of other ones. */
  get isAboutQuery(): boolean {
    return !this.transient && (this.kind === "query" || this.kind === "format");
  }
}
