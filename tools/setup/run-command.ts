/** Surroundings of a command. */
export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Record<string, string>;
  /** Ends the command. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a command and returns what it printed.
 *
 * @throws Error with the end of its error output when it fails; Deno.errors.NotFound when there
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
    throw new Error(`${command} ${args.join(" ")} ended with ${code}\n${tail}`);
  }
  return new TextDecoder().decode(stdout);
}
