/** Exit codes of what a signal has stopped. */
export const STOPPED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A signal that ends a task. */
export type Stop = keyof typeof STOPPED;

/**
 * Calls back, once or more, when this process is to end: on Ctrl-C, on SIGTERM, on SIGHUP, by which a
 * terminal says that it is closed, neither of which Windows knows, and as on SIGTERM when the process
 * that started this one is gone, for one that was killed outright cannot say so.
 *
 * @param starter Number of that process.
 */
export function onStop(stop: (why: Stop) => void, starter = Deno.ppid): void {
  const isWindows = Deno.build.os === "windows";
  for (const signal of Object.keys(STOPPED) as Stop[]) {
    if (signal === "SIGINT" || !isWindows) Deno.addSignalListener(signal, () => stop(signal));
  }
  Deno.unrefTimer(setInterval(() => Deno.ppid !== starter && stop("SIGTERM"), 300));
}
