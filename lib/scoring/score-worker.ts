import type { ExtraColumn, Sources } from "@csc-classify/chandra-sources";
import { fromColumns } from "@csc-classify/chandra-sources/quantities";
import { loadClassifier } from "../trust/classify.ts";
import { toArrowSchema } from "@csc-classify/vo-tables/arrow";
import { serveTasks } from "../validation/pool.ts";
import { buffersOf, packBatch, type PackedBatch, scoredBatch } from "./scored-batch.ts";
import { scoredColumns } from "./scored-columns.ts";
import { sweeper } from "./sweep.ts";

/** What a scoring worker is given once. */
export interface ScoreSetup {
  /** Texts and flags that the sources bring. */
  readonly extras: readonly ExtraColumn[];
  /** Text of a saved classifier. */
  readonly classifier: string;
  readonly release?: string;
  /** Whether the sources, or what the classifier learnt from, are simulated. */
  readonly isSimulated: boolean;
  /** Whether the limits of hosts decide. */
  readonly hostLimits?: boolean;
}

/** Sources to score, the columns of their matrix by name. */
export interface ScoreTask extends Omit<Sources, "matrix"> {
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/** The scored rows, their buffers handed over. */
export type ScoreAnswer = PackedBatch;

const NO_METADATA = { title: "", description: "", simulated: false, provenance: {} };

serveTasks<ScoreSetup, ScoreTask, ScoreAnswer>(
  ({ extras, classifier: text, release, isSimulated, hostLimits }) => {
    const schema = toArrowSchema(scoredColumns(extras), NO_METADATA);
    const classifier = loadClassifier(text), sweep = sweeper(4);
    return ({ columns, ...rest }) => {
      sweep();
      const sources = { ...rest, matrix: fromColumns(columns) };
      const classified = classifier.classify(sources, { hostLimits });
      const batch = scoredBatch(sources, { ...classified, isSimulated }, schema, release);
      return Promise.resolve(packBatch(batch));
    };
  },
  buffersOf,
);
