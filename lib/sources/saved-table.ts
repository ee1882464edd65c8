import { outFolder } from "../run/paths.ts";
import { writeJson } from "../run/write-atomic.ts";
import { loadFrame, saveFrame } from "./saved-frame.ts";
import type { TrainingTable } from "./training-table.ts";

/** Files below `out/` that hold the training table of a run: figures are drawn from these. */
export const SAVED_TABLE = ["results/training-table.arrow", "results/training-table.json"] as const;

/** Writes the table as Arrow IPC, and beside it what it is. */
export async function saveTable({ frame, ...about }: TrainingTable): Promise<void> {
  await saveFrame(SAVED_TABLE[0], frame);
  await writeJson(`${outFolder()}/${SAVED_TABLE[1]}`, about);
}

/**
 * Reads what {@link saveTable} wrote.
 *
 * @throws Error naming the file and the task that makes it when there is none.
 */
export async function loadSavedTable(): Promise<TrainingTable> {
  const frame = await loadFrame(SAVED_TABLE[0]);
  return { ...JSON.parse(await Deno.readTextFile(`${outFolder()}/${SAVED_TABLE[1]}`)), frame };
}
