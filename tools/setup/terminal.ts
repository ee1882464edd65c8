import process from "node:process";
import { hasCode } from "@csc-classify/safe-files";

/**
 * Writes to a terminal. What nobody can read any more is lost, and ends no work: a terminal that was
 * closed, a reader such as `head` that has seen enough. A full disk behind a `>` is no such thing.
 */
export function writeTo(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  unlessUnread(() => stream.writeSync(new TextEncoder().encode(text)));
}

/** Says something, unless nobody can read it any more: see {@link writeTo}. */
export function unlessUnread(say: () => unknown): void {
  try {
    say();
  } catch (error) {
    if (!isUnread(error)) throw error;
  }
}

/** The same for bars, which are drawn by a stream of Node's that says later that it could not. */
export function outliveTerminal(): void {
  if (!Deno.stderr.isTerminal()) return;
  process.stderr.on("error", (error) => {
    if (!isUnread(error)) throw error;
  });
}

function isUnread(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || hasCode(error, "EIO") ||
    hasCode(error, "EPIPE");
}
