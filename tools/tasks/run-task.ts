import { SetupError } from "../setup/setup-error.ts";

/**
 * Runs a task's job and ends the process with its exit code: 1 and a plain message for an error
 * that tells the user what to do, 130 when he stopped it.
 *
 * @param job Gives the exit code; its signal fires on Ctrl-C and on SIGTERM.
 */
export async function runTask(job: (signal: AbortSignal) => Promise<number>): Promise<never> {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => stop.abort(new DOMException(name, "AbortError")));
  }
  try {
    Deno.exit(await job(stop.signal));
  } catch (error) {
    if (stop.signal.aborted) {
      console.error("\nStopped. The same command goes on from here.");
      Deno.exit(130);
    }
    const expected = error instanceof SetupError || error instanceof RangeError;
    console.error(expected ? `\n${error.message}` : error);
    Deno.exit(1);
  }
}
