/** What a program took, as Linux counts it: children and what it did in its last moments are left out. */
interface MeasuredRun {
  readonly code: number;
  readonly stderr: string;
  readonly wallSeconds: number;
  /** User and system, of all its threads. */
  readonly processorSeconds: number;
  /** The most memory that it had at once (VmHWM). */
  readonly peakMB: number;
}

/** Ticks of a second in `/proc`: 100 on every Linux that Deno runs on. */
const TICKS = 100;
const LOOK_MS = 20;

/**
 * Runs a program to its end and looks meanwhile at what it takes.
 *
 * @throws Error where there is no `/proc`.
 */
export async function measuredRun(
  command: string,
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env"> = {},
): Promise<MeasuredRun> {
  if (Deno.build.os !== "linux") throw new Error("memory and time of a program need Linux's /proc");
  const start = performance.now();
  const program = new Deno.Command(command, {
    ...options,
    args: [...args],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let peakMB = 0, ticks = 0, isEnded = false;
  const ended = program.output().finally(() => isEnded = true);
  while (!isEnded) {
    const read = (file: string) =>
      Deno.readTextFile(`/proc/${program.pid}/${file}`).catch(() => "");
    const [status, stat] = await Promise.all([read("status"), read("stat")]);
    peakMB = Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? peakMB * 1000) / 1000;
    // behind the name, which may hold anything, from the third field on
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields.length > 12) ticks = Number(fields[11]) + Number(fields[12]);
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
  }
  const { code, stderr } = await ended;
  return {
    code,
    stderr: new TextDecoder().decode(stderr),
    wallSeconds: (performance.now() - start) / 1000,
    processorSeconds: ticks / TICKS,
    peakMB,
  };
}
