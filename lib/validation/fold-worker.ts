import { takeRows } from "@csc-classify/forests";
import { type AskedCopies, copiesOf, type TrainingCopies, withCopies } from "../models/copies.ts";
import { fitPipeline, type PipelineSpec } from "../models/pipeline.ts";
import { rowsOfFold } from "./folds.ts";
import { serveTasks } from "./pool.ts";
import { decodeTraining, type FoldAnswer } from "./fold-store.ts";

/** What a fold worker is given once. */
export interface FoldSetup {
  /** Rows and labels, see `encodeTraining`. */
  readonly training: Uint8Array;
  readonly nClasses: number;
  readonly spec: PipelineSpec;
  /** Learnt from where their parents are; see {@link TrainingCopies}. */
  readonly copies?: TrainingCopies;
  /** Predicted behind the rows where their parents are held out; see `FoldAnswer`. */
  readonly asked?: AskedCopies;
}

/** One fold to fit and predict. */
export interface FoldTask {
  readonly iteration: number;
  readonly fold: number;
  /** `[nRows]` fold of each row. */
  readonly assignment: Int32Array;
  readonly seed: number;
}

serveTasks<FoldSetup, FoldTask, FoldAnswer>(
  ({ training, nClasses, spec, copies, asked }) => {
    const { matrix, labels } = decodeTraining(training);
    return async ({ fold, assignment, seed }) => {
      const { fit, held } = rowsOfFold(assignment, fold);
      const fitLabels = Int32Array.from(fit, (row) => labels[row]);
      const known = { matrix: takeRows(matrix, fit), labels: fitLabels, nClasses };
      const learnt = copies ? withCopies(known, copiesOf(copies, fit)) : known;
      using pipeline = await fitPipeline(spec, learnt, { seed });
      const probabilities = pipeline.predictProbabilities(takeRows(matrix, held));
      if (!asked) return { rows: held, probabilities };
      const copied = Int32Array.from(asked.parent.keys())
        .filter((copy) => assignment[asked.parent[copy]] === fold);
      const both = new Float64Array((held.length + copied.length) * nClasses);
      both.set(probabilities);
      both.set(
        pipeline.predictProbabilities(takeRows(asked.matrix, copied)),
        probabilities.length,
      );
      const rows = Int32Array.from([...held, ...copied.map((copy) => matrix.nRows + copy)]);
      return { rows, probabilities: both };
    };
  },
  ({ rows, probabilities }) => [rows.buffer, probabilities.buffer],
);
