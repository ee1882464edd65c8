import { setTimeout as wait } from "node:timers/promises";

/** Surroundings of a command. */
interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Record<string, string>;
  /** Ends the command. */
  readonly signal?: AbortSignal;
}

/** A program that failed: what was run, its exit code and the end of what it said. */
export class CommandError extends Error {
  override name = "CommandError";
}

/**
 * Runs a command and returns what it printed.
 *
 * @throws CommandError with the end of its error output when it fails; Deno.errors.NotFound when there
 * is no such command.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  options.signal?.throwIfAborted();
  const process = new Deno.Command(command, { ...options, args: [...args] });
  const { success, code, stdout, stderr } = await process.output();
  options.signal?.throwIfAborted();
  if (!success) {
    const tail = new TextDecoder().decode(stderr).trim().slice(-2000);
    throw new CommandError(`${command} ${args.join(" ")} ended with ${code}\n${tail}`);
  }
  return new TextDecoder().decode(stdout);
}

/** When and how often {@link withTries} tries again. */
interface Tries {
  /** Whether a failure may be a passing one, by its message. */
  readonly isPassing: (message: string) => boolean;
  /** Tries altogether, and the wait between two, milliseconds. */
  readonly tries: number;
  readonly waitMs: number;
  readonly onWait?: () => void;
  readonly signal?: AbortSignal;
}

/**
 * Does what may fail for a passing reason, such as a lock or a dropped connection, until it succeeds.
 *
 * @throws the last failure, or at once one that will not pass; the signal's reason.
 */
export async function withTries<T>(
  work: () => Promise<T>,
  { isPassing, tries, waitMs, onWait, signal }: Tries,
): Promise<T> {
  for (let left = tries - 1;; left--) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (left < 1 || !isPassing((error as Error).message)) throw error;
      onWait?.();
      await wait(waitMs, undefined, { signal });
    }
  }
}

/** Whether a message of pip is about the network, not about the package. */
export function isDropped(message: string): boolean {
  return /connection (broken|aborted|reset)|IncompleteRead|ReadTimeout|timed out|Max retries exceeded|Temporary failure|ProtocolError|RemoteDisconnected/i
    .test(message);
}
