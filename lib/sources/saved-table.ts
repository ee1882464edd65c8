import { Buffer } from "node:buffer";
import pl, { type DataFrame } from "nodejs-polars";
import { outFolder } from "../run/paths.ts";
import { writeAtomic, writeJson } from "../run/write-atomic.ts";
import type { TrainingTable } from "./training-table.ts";

/** Files below `out/` that hold the training table of a run: figures are drawn from these. */
export const SAVED_TABLE = ["results/training-table.arrow", "results/training-table.json"] as const;

/** Writes the table as Arrow IPC, and beside it what it is. */
export async function saveTable({ frame, ...about }: TrainingTable): Promise<void> {
  await writeAtomic(`${outFolder()}/${SAVED_TABLE[0]}`, frame.writeIPC());
  await writeJson(`${outFolder()}/${SAVED_TABLE[1]}`, about);
}

/**
 * Reads what {@link saveTable} wrote.
 *
 * @throws Error naming the file and the task that makes it when there is none.
 */
export async function loadSavedTable(): Promise<TrainingTable> {
  const [arrow, about] = SAVED_TABLE.map((path) => `${outFolder()}/${path}`);
  try {
    const frame: DataFrame = pl.readIPC(Buffer.from(await Deno.readFile(arrow)));
    return { ...JSON.parse(await Deno.readTextFile(about)), frame };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`no training table in ${arrow}: run "deno task report" first`, {
      cause: error,
    });
  }
}
