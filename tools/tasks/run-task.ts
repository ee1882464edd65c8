import {
  OutputError,
  removeEmptyFolders,
  removeUnfinished,
  systemWords,
} from "@csc-classify/safe-files";
import { printable, TableError } from "@csc-classify/vo-tables/browser";
import { SettingError } from "#lib/run/settings.ts";
import { CommandError } from "../setup/run-command.ts";
import { roomRemedy, SetupError } from "../setup/setup-error.ts";
import { outliveTerminal, unlessUnread } from "../setup/terminal.ts";
import { type CacheHold, shareCache } from "./hold-cache.ts";
import { EXIT } from "./options.ts";
import { onStop, type Stop, STOPPED } from "./signals.ts";

/** How long a job may take to end by itself once it is stopped, and to clear up what it then left. */
const PATIENCE_MS = { job: 800, removal: 800 };

/** What {@link runTask} may be told besides. */
interface TaskOptions {
  /** Whether `.cache/` is made, with its mark, where it is missing, and held: {@link shareCache}. */
  readonly makesCache?: boolean;
  /** A better message for an error than its own, where there is one. */
  readonly explain?: (error: unknown) => string | undefined;
  /** What is said when the task was stopped. */
  readonly stopped?: string;
}

/**
 * Runs a task's job and ends the process with its exit code: one of {@link EXIT}, with a plain
 * message for an error that tells the user what to do.
 *
 * @param job Gives the exit code; its signal fires on Ctrl-C, SIGTERM and SIGHUP, and when the process
 * that started this one is gone. Then it has a second to end; what it has begun to write is removed.
 */
export async function runTask(
  job: (signal: AbortSignal) => Promise<number>,
  { makesCache = true, explain, stopped = "The same command goes on from here." }: TaskOptions = {},
): Promise<never> {
  guardConsole();
  const stop = new AbortController();
  let code: number = EXIT.terminated;
  let leaving: Promise<never> | undefined;
  let held: CacheHold | undefined;
  /** Folders that were made for nothing go, unless another command may be about to use them. */
  const clearUp = async () => {
    if (await held?.isAlone()) await removeEmptyFolders();
  };
  const leave = () => leaving ??= clearUpAndExit();
  const clearUpAndExit = async () => {
    await within(PATIENCE_MS.removal, removeUnfinished().then(clearUp));
    console.error(`\nStopped. ${stopped}`);
    return Deno.exit(code);
  };
  const end = async (code: number) => {
    await clearUp();
    return Deno.exit(code);
  };
  const abort = (why: Stop) => {
    if (stop.signal.aborted) return;
    code = STOPPED[why];
    stop.abort(new DOMException(why, "AbortError"));
    setTimeout(leave, PATIENCE_MS.job);
  };
  // the starter may have gone while this one was loading, and have been followed by another
  const starter = Deno.env.get("CSC_STARTER");
  Deno.env.delete("CSC_STARTER");
  onStop(abort, Number(starter) || undefined);
  try {
    if (makesCache) held = await shareCache();
    return await end(await job(stop.signal));
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") abort("SIGINT");
    if (stop.signal.aborted) return await leave();
    // what a task has no right to, every task says in the same words
    const explained = error instanceof Deno.errors.NotCapable ? undefined : explain?.(error);
    console.error(explained === undefined ? messageOf(error) : printable(explained));
    const isRefusal = [OutputError, SettingError, TableError].some((kind) => error instanceof kind);
    return await end(isRefusal ? EXIT.refused : EXIT.failed);
  }
}

/**
 * What a task says reaches the terminal without what it would obey, whoever named the file, the
 * source or the figure: as `\u001b`, so that JSON stays JSON.
 */
function guardConsole(): void {
  for (const name of ["log", "error"] as const) {
    const say = console[name].bind(console);
    console[name] = (...parts: unknown[]) =>
      unlessUnread(() =>
        say(
          parts.map((part) => harmless(typeof part === "string" ? part : Deno.inspect(part)))
            .join(" "),
        )
      );
  }
  outliveTerminal();
}

function harmless(text: string): string {
  return text.replace(
    // deno-lint-ignore no-control-regex -- these are what a terminal would obey
    /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function messageOf(error: unknown): unknown {
  // of these the message says what to do
  const expected = [
    SetupError,
    CommandError,
    RangeError,
    SyntaxError,
    TableError,
    ...Object.values(Deno.errors),
  ];
  // the system's own have a code, such as ENOSPC
  const { code } = error as { code?: unknown };
  const isOfSystem = error instanceof Error && /^E[A-Z\d]+$/.test(String(code));
  if (!isOfSystem && !expected.some((kind) => error instanceof kind)) return error;
  const message = systemWords((error as Error).message);
  // such as a device: what is no file of the user's
  if (error instanceof Deno.errors.NotCapable) {
    return printable(
      `\n${message.replace(/, run again.*/, "")}, which no task has; name another file`,
    );
  }
  const remedy = error instanceof SetupError ? undefined : roomRemedy(message);
  return printable(`\n${message}${remedy ? `; ${remedy}` : ""}`);
}

function within(ms: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise((resolve) => setTimeout(resolve, ms))]);
}
