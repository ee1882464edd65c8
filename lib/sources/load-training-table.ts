import { PAPER } from "../catalogue/paper.ts";
import { type FetchOptions, isPublishedAtHand, isPublishedReachable, sha256 } from "./published.ts";
import { simulateCatalogue, simulatedFrame } from "./simulated.ts";
import { publishedTrainingTable, TRAINING_FILES, type TrainingTable } from "./training-table.ts";
import { readUserTable } from "./user-table.ts";

export type { TrainingTable } from "./training-table.ts";

/** What {@link loadTrainingTable} may be told besides where from. */
export interface LoadOptions extends FetchOptions {
  /** Seed of the simulated table; default 42. */
  readonly seed?: number;
}

/**
 * The training table behind one name.
 *
 * @param data `published`; `simulated`; `auto`: published if at hand or reachable within seconds,
 * else simulated; or the path of a CSV or Parquet table of one's own.
 * @throws Error saying what could not be had or read, and what to do.
 */
export async function loadTrainingTable(
  data: string,
  options: LoadOptions = {},
): Promise<TrainingTable> {
  if (data === "published") return await publishedTrainingTable(options);
  if (data === "simulated") return simulatedTrainingTable(options.seed ?? 42);
  if (data !== "auto") return await readUserTable(data);
  const isMirrored = (options.mirror ?? Deno.env.get("CSC_MIRROR") ?? "") !== "";
  const isThere = isMirrored || await isPublishedAtHand(TRAINING_FILES, options) ||
    await isPublishedReachable();
  return isThere
    ? await publishedTrainingTable(options)
    : simulatedTrainingTable(options.seed ?? 42);
}

/** As many simulated sources as the paper trains on, in the shares of its Table 4. */
export function simulatedTrainingTable(seed: number): TrainingTable {
  const rows = PAPER.sample.labelled;
  const [batch] = simulateCatalogue({ rows, seed, labelled: true, batchRows: rows });
  return {
    kind: "simulated",
    description: `${rows} simulated sources (seed ${seed}), not observed`,
    sha256: sha256(new Uint8Array(batch.matrix.values.buffer)),
    frame: simulatedFrame(batch),
  };
}
