/**
 * What should be a table and is none of the expected form, be it a file or a service's response:
 * whoever knows service and query turns it into an `ArchiveError`.
 */
export class TableError extends Error {
  /** `query`: a service's own error message; `format`: malformed; `columns`: not what is needed. */
  readonly kind: "query" | "format" | "columns";

  constructor(kind: "query" | "format" | "columns", message: string) {
    super(printable(message));
    this.name = "TableError";
    this.kind = kind;
  }
}

/** A {@link TableError} of what is malformed. */
export function malformed(problem: string): TableError {
  return new TableError("format", problem);
}

/** A text fit for a terminal: control characters as `\xNN`, words of thousands of letters cut. */
export function printable(text: string): string {
  return text.replace(/\S{1000,}/g, (word) => `${word.slice(0, 80)}...`).replace(
    // deno-lint-ignore no-control-regex -- these are what a terminal would obey
    /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
