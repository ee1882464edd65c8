/** What went wrong at an archive, for code that treats kinds differently. */
export type ArchiveErrorKind =
  | "query" // the service refused the query
  | "http" // a status that is no success
  | "network" // no connection, or one that broke
  | "timeout" // nothing arrived for too long
  | "format" // what arrived is not the table it should be
  | "incomplete"; // rows are missing: overflow, truncation, or a count that disagrees

/** Parts of an {@link ArchiveError}. */
export interface ArchiveErrorParts {
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
  /** How long the service asked us to wait, ms. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** An archive's answer that is no data. The message names service, query and remedy. */
export class ArchiveError extends Error {
  readonly kind: ArchiveErrorKind;
  readonly service: string;
  readonly query: string;
  readonly problem: string;
  readonly transient: boolean;
  readonly retryAfterMs?: number;

  constructor(parts: ArchiveErrorParts) {
    const query = parts.query.length > 300 ? `${parts.query.slice(0, 300)}...` : parts.query;
    super(`${parts.service}: ${parts.problem}. Query: ${query}. Remedy: ${parts.remedy}.`, {
      cause: parts.cause,
    });
    this.name = "ArchiveError";
    this.kind = parts.kind;
    this.service = parts.service;
    this.query = parts.query;
    this.problem = parts.problem;
    this.transient = parts.transient ?? false;
    this.retryAfterMs = parts.retryAfterMs;
  }
}
