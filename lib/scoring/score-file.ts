import { RecordBatch, RecordBatchReader, type Schema } from "apache-arrow";
import { CLASSES } from "../catalogue/classes.ts";
import { writeArrowFile } from "../tables/arrow-file.ts";
import { countRows, extraColumns } from "../tables/sources.ts";
import { runTasks } from "../validation/pool.ts";
import { CmpDistribution } from "./cmp-distribution.ts";
import type { ScoreAnswer, ScoreSetup, ScoreTask } from "./score-worker.ts";
import { toArrowSchema } from "./scored-batch.ts";
import { type OutputMetadata, scoredColumns } from "./scored-columns.ts";

/** Rows scored at a time by one worker: about 20 MB with its output. */
export const BATCH_ROWS = 16_384;

/** What {@link scoreFile} does. */
export interface ScoreOptions {
  /**
   * Parquet file of `writeSources`: name, ra, dec (deg), SOURCE_COLUMNS in physical units; texts and
   * flags besides go into the output.
   */
  readonly input: string;
  /** Arrow IPC file to write, columns of `scoredColumns`, rows in the order of the input. */
  readonly output: string;
  /** Text of a saved classifier. */
  readonly classifier: string;
  /** Release of the Chandra Source Catalog of sources that have no text `release`. */
  readonly release?: string;
  readonly metadata: OutputMetadata;
  readonly workers: number;
  /** Called after each batch with the share done, in (0, 1]. */
  readonly onProgress?: (done: number) => void;
  /** Cancels between batches; nothing is left of the output then. */
  readonly signal?: AbortSignal;
}

/**
 * Applies a classifier to every source of a file, in batches over workers: memory does not grow
 * with the number of rows, and neither the number of workers nor the batches change a bit.
 *
 * @returns Table 8's counts and Figure 6's histograms of the sources scored.
 * @throws Error of a worker, naming what it could not read; the signal's reason when cancelled.
 */
export async function scoreFile(options: ScoreOptions): Promise<CmpDistribution> {
  const { input, output, classifier, release, metadata, workers, onProgress, signal } = options;
  const extras = extraColumns(input);
  const schema = toArrowSchema(scoredColumns(extras), metadata);
  const tasks = slices(countRows(input));
  const distribution = new CmpDistribution();
  const answers = inOrder<ScoreTask, ScoreAnswer>(
    tasks,
    (onAnswer, abandoned) =>
      runTasks<ScoreTask, ScoreAnswer>(tasks, {
        worker: new URL("./score-worker.ts", import.meta.url),
        workers,
        setup: { input, extras, classifier, release } satisfies ScoreSetup,
        onAnswer,
        signal: signal ? AbortSignal.any([signal, abandoned]) : abandoned,
      }),
  );
  async function* batches(): AsyncGenerator<RecordBatch> {
    let done = 0;
    for await (const bytes of answers) {
      const batch = decode(bytes, schema);
      count(batch, distribution);
      yield batch;
      onProgress?.(++done / tasks.length);
    }
  }
  await writeArrowFile(output, schema, batches());
  return distribution;
}

function slices(nRows: number): ScoreTask[] {
  return Array.from({ length: Math.ceil(nRows / BATCH_ROWS) }, (_, index) => ({
    index,
    offset: index * BATCH_ROWS,
    length: Math.min(BATCH_ROWS, nRows - index * BATCH_ROWS),
  }));
}

function decode(bytes: Uint8Array, schema: Schema): RecordBatch {
  const [batch] = RecordBatchReader.from(bytes).readAll();
  return new RecordBatch(schema, batch.data);
}

function count(batch: RecordBatch, distribution: CmpDistribution): void {
  const cmps = CLASSES.map((name) => batch.getChild(`cmp_${name}`)!.toArray() as Float64Array);
  const highest = batch.getChild("cmp")!.toArray() as Float64Array;
  for (let row = 0; row < batch.numRows; row++) {
    const label = cmps.findIndex((cmp) => cmp[row] === highest[row]);
    distribution.add(label, highest[row]);
  }
}

/** Answers ready before their turn that are kept; a worker further ahead waits. */
const AHEAD = 4;

/**
 * Turns answers that workers push in any order into a sequence in the order of their tasks, with
 * a bound on the answers in memory.
 *
 * @param run Does the tasks and hands over each answer; its error ends the sequence. Its signal
 * is aborted when nobody takes the sequence any more.
 */
export async function* inOrder<Task extends { readonly index: number }, Answer>(
  tasks: readonly Task[],
  run: (
    onAnswer: (task: Task, answer: Answer) => Promise<void>,
    signal: AbortSignal,
  ) => Promise<void>,
): AsyncGenerator<Answer> {
  const abandoned = new AbortController();
  const waiting = new Map(tasks.map(({ index }) => {
    const answer = Promise.withResolvers<Answer>(), taken = Promise.withResolvers<void>();
    answer.promise.catch(() => {}); // where nobody waits for it any more
    return [index, { answer, taken }];
  }));
  const running = run(async ({ index }, answer) => {
    waiting.get(index)!.answer.resolve(answer);
    await waiting.get(index - AHEAD)?.taken.promise;
  }, abandoned.signal);
  running.catch((error) => waiting.forEach(({ answer }) => answer.reject(error)));
  try {
    for (const { index } of tasks) {
      const { answer, taken } = waiting.get(index)!;
      const value = await answer.promise;
      waiting.delete(index);
      taken.resolve();
      yield value;
    }
    await running;
  } finally {
    abandoned.abort();
  }
}
