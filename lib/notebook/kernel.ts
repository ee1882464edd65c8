/** One output in several forms, keyed by media type; the front end takes the richest it knows. */
export type Bundle = Readonly<Record<string, unknown>>;

/** The part of the kernel's API used here. */
interface Kernel {
  broadcast(type: string, content: Record<string, unknown>): Promise<void>;
}

/** The kernel this code runs in; undefined in tests, tasks and workers. */
export function kernel(): Kernel | undefined {
  try {
    // the getter throws outside `deno jupyter`
    return (Deno as unknown as { jupyter?: Kernel }).jupyter;
  } catch {
    return undefined;
  }
}

/**
 * Shows an output in the current cell; outside a kernel does nothing.
 *
 * @param id Gives the output a name, under which {@link replace} changes it in place.
 */
export function display(bundle: Bundle, id?: string): Promise<void> {
  return send("display_data", bundle, id);
}

/** Replaces the output shown under `id`, wherever it stands. */
export function replace(bundle: Bundle, id: string): Promise<void> {
  return send("update_display_data", bundle, id);
}

async function send(type: string, data: Bundle, id?: string): Promise<void> {
  const here = kernel();
  if (!here) return;
  await here.broadcast(type, { data, metadata: {}, transient: id ? { display_id: id } : {} });
  // Deno 2.9's kernel may say "cell done" before the last outputs are on their way, and a front
  // end drops what comes later: leave them a moment
  await new Promise((resolve) => setTimeout(resolve, 10));
}
