/** Exit codes of what a signal has stopped. */
export const STOPPED = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Calls back, once or more, when this process is to end: on Ctrl-C, on SIGTERM, which Windows does
 * not know, and as on SIGTERM when the process that started this one is gone, for one that was
 * killed outright cannot say so.
 *
 * @param starter Number of that process.
 */
export function onStop(stop: (why: keyof typeof STOPPED) => void, starter = Deno.ppid): void {
  Deno.addSignalListener("SIGINT", () => stop("SIGINT"));
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => stop("SIGTERM"));
  Deno.unrefTimer(setInterval(() => Deno.ppid !== starter && stop("SIGTERM"), 300));
}
