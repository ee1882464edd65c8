import type { RecordBatch } from "apache-arrow";
import type { ExtraColumn, Sources } from "@csc-classify/chandra-sources";
import { CLASSES, columnOf } from "@csc-classify/chandra-sources/quantities";
import { type ArrowBatches, toArrowSchema } from "@csc-classify/vo-tables/arrow";
import type { OutputMetadata } from "@csc-classify/vo-tables/browser";
import { SOURCE_COLUMNS } from "../trust/classify.ts";
import { answersInOrder } from "./answers-in-order.ts";
import { CmpDistribution } from "./cmp-distribution.ts";
import type { ScoreAnswer, ScoreSetup, ScoreTask } from "./score-worker.ts";
import { unpackBatch } from "./scored-batch.ts";
import { scoredColumns } from "./scored-columns.ts";
import { sweeper } from "./sweep.ts";

/** How sources are scored. */
export interface ScoreOptions {
  /** Text of a saved classifier. */
  readonly classifier: string;
  /** Release of the Chandra Source Catalog of sources that have no text `release`. */
  readonly release?: string;
  /** Whether class, probabilities and sets are those under the limits of hosts. */
  readonly hostLimits?: boolean;
  readonly metadata: OutputMetadata;
  readonly workers: number;
  /** Called after each batch with the rows done. */
  readonly onProgress?: (rows: number) => void;
  /** Cancels between batches; nothing is left of the output then. */
  readonly signal?: AbortSignal;
}

/** Scored rows for one pass, in the order of the sources. */
interface Scored extends ArrowBatches {
  /** Table 8's counts and Figure 6's histograms of the rows that have passed. */
  readonly distribution: CmpDistribution;
}

/**
 * Applies a classifier to sources as they come, a worker a batch: memory does not grow with the
 * number of rows, and neither the number of workers nor the batches change a bit of a row.
 *
 * @param sources Columns SOURCE_COLUMNS in physical units; what is absent counts as missing.
 * @param extras Texts and flags of the sources that go into the output.
 * @throws Error, while batches are taken, of a worker or of the sources; the signal's reason when
 * cancelled.
 */
export function classifyBatches(
  sources: AsyncIterable<Sources> | Iterable<Sources>,
  { extras, ...options }: ScoreOptions & { readonly extras: readonly ExtraColumn[] },
): Scored {
  const { classifier, release, hostLimits, metadata, workers, onProgress, signal } = options;
  const schema = toArrowSchema(scoredColumns(extras), metadata);
  const distribution = new CmpDistribution();
  const setup = { extras, classifier, release, hostLimits, isSimulated: metadata.simulated };
  const answers = answersInOrder<ScoreTask, ScoreAnswer>(tasks(sources), {
    worker: new URL("./score-worker.ts", import.meta.url),
    workers,
    setup: setup satisfies ScoreSetup,
    transfer: ({ columns }) => Array.from(columns.values(), ({ buffer }) => buffer),
    signal,
  });
  async function* batches(): AsyncGenerator<RecordBatch> {
    let rows = 0;
    const sweep = sweeper(2);
    for await (const answer of answers) {
      const batch = unpackBatch(answer, schema);
      count(batch, distribution);
      yield batch;
      onProgress?.(rows += batch.numRows);
      sweep();
    }
  }
  return { schema, batches: batches(), distribution };
}

async function* tasks(
  batches: AsyncIterable<Sources> | Iterable<Sources>,
): AsyncGenerator<ScoreTask> {
  for await (const { names, ra, dec, origin, extras, matrix } of batches) {
    const columns = new Map(SOURCE_COLUMNS.map((name) => [name, columnOf({ matrix }, name)]));
    yield { names, ra, dec, origin, extras, columns };
  }
}

function count(batch: RecordBatch, distribution: CmpDistribution): void {
  const cmps = CLASSES.map((name) => batch.getChild(`cmp_${name}`)!.toArray() as Float64Array);
  const highest = batch.getChild("cmp")!.toArray() as Float64Array;
  for (let row = 0; row < batch.numRows; row++) {
    const label = cmps.findIndex((cmp) => cmp[row] === highest[row]);
    distribution.add(label, highest[row]);
  }
}
