import { Table, tableToIPC } from "apache-arrow";
import { loadScorer } from "../models/load-scorer.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { readSources } from "../tables/sources.ts";
import { serveTasks } from "../validation/pool.ts";
import { SCORED_COLUMNS, scoredBatch, toArrowSchema } from "./scored-batch.ts";

/** What a scoring worker is given once. */
export interface ScoreSetup {
  /** Parquet file of the sources. */
  readonly input: string;
  /** A saved pipeline. */
  readonly pipeline: string;
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
  (setup) => {
    const schema = toArrowSchema(SCORED_COLUMNS, NO_METADATA);
    let loaded: Promise<Pipeline> | undefined;
    return async (slice) => {
      const pipeline = await (loaded ??= loadScorer(setup.pipeline));
      const sources = readSources(setup.input, pipeline.spec.features, slice);
      const probabilities = pipeline.predictProbabilities(sources.matrix);
      return tableToIPC(new Table(scoredBatch(sources, probabilities, schema)), "stream");
    };
  },
  (bytes) => [bytes.buffer],
);
