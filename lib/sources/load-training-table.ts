import type { FetchOptions } from "./published.ts";
import { publishedTrainingTable, type TrainingTable } from "./training-table.ts";

export type { TrainingTable } from "./training-table.ts";

/**
 * The training table behind one name.
 *
 * @param data `published`, `simulated`, `auto` (published if at hand or reachable within seconds,
 * else simulated), or the path of a CSV or Parquet table of one's own.
 * @throws Error saying what could not be had or read, and what to do.
 */
export function loadTrainingTable(
  data: string,
  options: FetchOptions = {},
): Promise<TrainingTable> {
  if (data === "published" || data === "auto") return publishedTrainingTable(options);
  throw new Error(`data source "${data}" is not there yet`);
}
