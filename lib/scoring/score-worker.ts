import { Table, tableToIPC } from "apache-arrow";
import { type ExtraColumn, readSources } from "../tables/sources.ts";
import { loadClassifier, SOURCE_COLUMNS } from "../trust/classify.ts";
import { serveTasks } from "../validation/pool.ts";
import { scoredBatch, toArrowSchema } from "./scored-batch.ts";
import { scoredColumns } from "./scored-columns.ts";

/** What a scoring worker is given once. */
export interface ScoreSetup {
  /** Parquet file of the sources, and its texts and flags. */
  readonly input: string;
  readonly extras: readonly ExtraColumn[];
  /** Text of a saved classifier. */
  readonly classifier: string;
  readonly release?: string;
}

/** Rows of the input to score. */
export interface ScoreTask {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

/** The scored rows as an Arrow IPC stream. */
export type ScoreAnswer = Uint8Array;

const NO_METADATA = { title: "", description: "", simulated: false, provenance: {} };

serveTasks<ScoreSetup, ScoreTask, ScoreAnswer>(
  ({ input, extras, classifier: text, release }) => {
    const schema = toArrowSchema(scoredColumns(extras), NO_METADATA);
    const classifier = loadClassifier(text);
    return (slice) => {
      const sources = readSources(input, SOURCE_COLUMNS, { ...slice, extras });
      const batch = scoredBatch(sources, classifier.classify(sources), schema, release);
      return Promise.resolve(tableToIPC(new Table(batch), "stream"));
    };
  },
  (bytes) => [bytes.buffer],
);
