import { statSync } from "node:fs";

/** The part of the kernel's API that is used. */
interface Kernel {
  broadcast(type: string, content: Record<string, unknown>): Promise<void>;
}

/** The kernel this code runs in; undefined in tests, tasks and workers. */
export function kernel(): Kernel | undefined {
  try {
    // the getter throws outside `deno jupyter`
    return (Deno as { jupyter?: Kernel }).jupyter;
  } catch {
    return undefined;
  }
}

/** Names the file that JupyterLab's "Interrupt" touches: see tools/setup/interruptible-kernel.py. */
const VARIABLE = "CSC_INTERRUPT_FILE";

/** How often waiting work looks at the file. */
const LOOK_MS = 250;

/**
 * Begins work that "Interrupt" of JupyterLab may end: the function it gives throws once there was an
 * interrupt since. Earlier ones, of an idle kernel, count for nothing. Outside a kernel, and on
 * Windows, it never throws.
 */
export function interruptCheck(): () => void {
  const file = kernel() && Deno.env.get(VARIABLE);
  if (!file) return () => {};
  const before = touched(file);
  return () => {
    if (touched(file) !== before) throw new Interrupted();
  };
}

/**
 * A signal for work that waits, aborted within a quarter of a second of an "Interrupt"; dispose of it
 * when the work is done.
 *
 * @param signal Aborts it too.
 */
export function interruptSignal(signal?: AbortSignal): Disposable & { signal: AbortSignal } {
  const check = interruptCheck(), controller = new AbortController();
  const look = setInterval(() => {
    try {
      check();
    } catch (error) {
      controller.abort(error);
    }
  }, LOOK_MS);
  return {
    signal: AbortSignal.any([controller.signal, ...signal ? [signal] : []]),
    [Symbol.dispose]: () => clearInterval(look),
  };
}

/** How work ends that was interrupted: the cell shows this, the kernel and its variables stay. */
class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("stopped by Interrupt; what was fitted is kept, run the cell again to go on");
  }
}

/** When the file was last touched, in ms; undefined where it is not there. */
function touched(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}
