/** A file or folder named to be written that would replace what it must not. */
export class OutputError extends RangeError {
  override name = "OutputError";
}
