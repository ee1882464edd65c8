import { fileURLToPath } from "node:url";
import { outFolder } from "#lib/run/files.ts";
import { jupyterVariables } from "../setup/kernelspec.ts";
import { SetupError } from "../setup/setup-error.ts";
import { PYTHON } from "../setup/python-environment.ts";

/** What the runner says while it works. */
export type RunEvent =
  | { readonly event: "start"; readonly cells: number }
  | { readonly event: "cell"; readonly number: number; readonly of: number }
  | { readonly event: "kept"; readonly line: string }
  | { readonly event: "written"; readonly seconds: number; readonly lacked: boolean }
  | ({ readonly event: "failed"; readonly seconds: number } & CellFailure);

/** A cell that failed: its number among the code cells, from 1, its source and the error. */
interface CellFailure {
  readonly number: number;
  readonly source: string;
  readonly name: string;
  readonly message: string;
  readonly traceback: string;
}

/** How a notebook ended. */
export interface NotebookRun {
  readonly seconds: number;
  /** Absent when every cell ran. */
  readonly failure?: CellFailure;
  /** Whether a section ended for want of what may be there another day, see `endSection`. */
  readonly lacked?: boolean;
}

/** Surroundings of a run. */
interface RunOptions {
  /** Folder for the report and all that the notebook writes; `out/` by default. */
  readonly out?: string;
  /** Variables for the kernel, e.g. `CSC_DATA`. */
  readonly env?: Record<string, string>;
  /** How far it lets other processes go first, 0 (default) to 19, where the system knows that. */
  readonly nice?: number;
  readonly onEvent?: (event: RunEvent) => void;
  /** Stops the kernel and the run. */
  readonly signal?: AbortSignal;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Executes a notebook with the Deno kernel; writes `out/NAME.ipynb` and `out/NAME.html`, or, when
 * a cell fails, `out/NAME.failed.ipynb` and `.html` beside those of an earlier run. Needs the Python environment of the set-up.
 *
 * @throws Error with what the runner said when it broke down itself; the signal's reason; an
 * `AbortError` when somebody else has stopped it.
 */
export async function runNotebook(path: string, options: RunOptions = {}): Promise<NotebookRun> {
  options.signal?.throwIfAborted();
  const out = options.out ?? outFolder();
  const process = new Deno.Command(PYTHON, {
    args: [
      here("run-notebook.py"),
      path,
      out,
      "--template",
      here("template"),
      "--nice",
      String(options.nice ?? 0),
    ],
    env: { ...jupyterVariables(), ...options.env, CSC_OUT: out },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // SIGTERM lets the runner shut its kernel down; killing it outright would leave the kernel
  const stop = () => process.kill("SIGTERM");
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    const errors = new Response(process.stderr).text();
    const run = await follow(process.stdout, options.onEvent);
    const { code } = await process.status;
    options.signal?.throwIfAborted();
    if (run) return run;
    // Ctrl-C in a terminal may reach the runner first
    if ([129, 130, 143].includes(code)) throw new DOMException("stopped", "AbortError");
    const said = (await errors).trim().slice(-2000);
    if (/\[Errno (13|28|30|122)\]/.test(said)) {
      throw new Deno.errors.WriteZero(`${path}: ${said.split("\n").at(-1)}`);
    }
    throw new SetupError(`running ${path}`, `the runner broke down\n${said}`, {
      "if .cache/python is damaged":
        "deno task clean --all, then the same command, which makes it anew",
    });
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}

async function follow(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
  onEvent?: (event: RunEvent) => void,
): Promise<NotebookRun | undefined> {
  let run: NotebookRun | undefined, rest = "";
  for await (const text of stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const event = JSON.parse(line) as RunEvent;
      if (event.event === "written") run = { seconds: event.seconds, lacked: event.lacked };
      if (event.event === "failed") run = { seconds: event.seconds, failure: event };
      onEvent?.(event);
    }
  }
  return run;
}
