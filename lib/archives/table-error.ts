/**
 * A response that is no whole table of the expected form. Readers throw it; whoever knows service
 * and query turns it into an {@link ArchiveError}.
 */
export class TableError extends Error {
  /** `query`: the body is the service's own error message. `format`: malformed or cut short. */
  readonly kind: "query" | "format";

  constructor(kind: "query" | "format", message: string) {
    super(message);
    this.name = "TableError";
    this.kind = kind;
  }
}
