/**
 * What should be a table and is none of the expected form, be it a file or a service's response:
 * whoever knows service and query turns it into an `ArchiveError`.
 */
export class TableError extends Error {
  /** By its name: of two copies of this package, as npm may install them, each knows the other's. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // its kinds, such as questions, are told by their own prototypes
    if (this !== TableError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof Error && value.name === "TableError";
  }

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

/** A {@link TableError} of a user's file, with what is wrong and what to do. */
export function cannotRead(name: string, problem: string): TableError {
  return malformed(`cannot read ${name}: ${problem}`);
}

/** A {@link TableError} of a file that is not there or not to be opened. */
export function cannotOpen(name: string, { message }: Pick<Error, "message">): TableError {
  // what Deno says to its own users is no remedy here
  return cannotRead(name, `${message.replace(/, run again with .*/, "")}; check the path`);
}

/** What a library says of damaged bytes; "it is damaged" where it only stumbled over them. */
export function damage(error: unknown): string {
  const [problem] = (error as Error).message.split("\n");
  const isStumble = error instanceof TypeError || error instanceof RangeError ||
    /undefined|NaN|\[object/.test(problem);
  return isStumble ? "it is damaged" : problem.slice(0, 200);
}

/**
 * A text fit for a terminal, for what comes from others: control characters and those that turn the
 * direction of letters as `\xNN`, words of thousands of letters cut; line feeds stay.
 */
export function printable(text: string): string {
  return text.replace(/\S{1000,}/g, (word) => `${word.slice(0, 80)}...`).replace(
    // deno-lint-ignore no-control-regex -- these are what a terminal would obey
    /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
