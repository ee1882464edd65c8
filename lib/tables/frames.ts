import { Buffer } from "node:buffer";
import pl, { type DataFrame, type Series } from "nodejs-polars";
import { outFolder, writeAtomic, writeJson } from "../run/files.ts";
import type { TrainingTable } from "./training-table.ts";

/** Numbers as a column of a frame: NaN becomes null; Float64 even where all are missing. */
export function numericSeries(values: Float64Array): Series {
  return pl.Series(
    "",
    Array.from(values, (value) => Number.isNaN(value) ? null : value),
    pl.Float64,
  );
}

/** A CSV file with a header as a frame; column types are inferred from all its rows. */
export function readCsv(bytes: Uint8Array): DataFrame {
  return pl.readCSV(new TextDecoder().decode(bytes), { inferSchemaLength: 1_000_000 });
}

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
