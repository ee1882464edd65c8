import { roomRemedy, SetupError } from "../setup/setup-error.ts";

/**
 * Runs a task's job and ends the process with its exit code: 1 and a plain message for an error
 * that tells the user what to do, 130 when he stopped it.
 *
 * @param job Gives the exit code; its signal fires on Ctrl-C, on SIGTERM and when the process that
 * started this one is gone.
 */
export async function runTask(job: (signal: AbortSignal) => Promise<number>): Promise<never> {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => stop.abort(new DOMException(name, "AbortError")));
  }
  leaveWithParent(() => stop.abort(new DOMException("orphaned", "AbortError")));
  try {
    Deno.exit(await job(stop.signal));
  } catch (error) {
    if (stop.signal.aborted) {
      console.error("\nStopped. The same command goes on from here.");
      Deno.exit(130);
    }
    // of these the message says what to do
    const expected = [SetupError, RangeError, SyntaxError, ...Object.values(Deno.errors)];
    const isExpected = expected.some((kind) => error instanceof kind);
    const { message } = error as Error;
    const remedy = error instanceof SetupError ? undefined : roomRemedy(message);
    console.error(isExpected ? `\n${message}${remedy ? `; ${remedy}` : ""}` : error);
    Deno.exit(1);
  }
}

/** Calls back when the process that started this one is gone: killed outright, it cannot say so. */
export function leaveWithParent(leave: () => void): void {
  const parent = Deno.ppid;
  Deno.unrefTimer(setInterval(() => Deno.ppid !== parent && leave(), 500));
}
