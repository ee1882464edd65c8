import { Buffer } from "node:buffer";
import pl, { type DataFrame } from "nodejs-polars";
import { outFolder } from "../run/paths.ts";
import { writeAtomic } from "../run/write-atomic.ts";

/** Writes a frame as Arrow IPC to a path below `out/`. */
export function saveFrame(path: string, frame: DataFrame): Promise<void> {
  return writeAtomic(`${outFolder()}/${path}`, frame.writeIPC());
}

/**
 * Reads a frame from a path below `out/`.
 *
 * @throws Error naming the file and the task that makes it when there is none.
 */
export async function loadFrame(path: string): Promise<DataFrame> {
  const file = `${outFolder()}/${path}`;
  const bytes = await Deno.readFile(file).catch((error) => {
    throw new Error(`cannot read ${file} (${error.message}): run "deno task report" first`, {
      cause: error,
    });
  });
  return pl.readIPC(Buffer.from(bytes));
}
