import { extraColumns, sourceBatches } from "@csc-classify/chandra-sources/files";
import { writeArrowFile } from "@csc-classify/vo-tables/arrow-file";
import { SOURCE_COLUMNS } from "../trust/classify.ts";
import { classifyBatches, type ScoreOptions } from "./classify-batches.ts";

/** What {@link scoreFile} does. */
interface FileOptions extends ScoreOptions {
  /**
   * File of `writeSources`: name, ra, dec (deg), SOURCE_COLUMNS in physical units; texts and flags
   * besides go into the output.
   */
  readonly input: string;
  /** Arrow IPC file to write, columns of `scoredColumns`, rows in the order of the input. */
  readonly output: string;
}

/**
 * Applies a classifier to every source of a file; see {@link classifyBatches}.
 *
 * @returns Table 8's counts and Figure 6's histograms of the sources scored.
 */
export async function scoreFile({ input, output, ...options }: FileOptions) {
  const extras = extraColumns(input);
  const sources = sourceBatches(input, SOURCE_COLUMNS, extras);
  const { schema, batches, distribution } = classifyBatches(sources, { ...options, extras });
  await writeArrowFile(output, schema, batches);
  return distribution;
}
