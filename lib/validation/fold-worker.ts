import { takeRows } from "../catalogue/matrix.ts";
import { copiesOf, type TrainingCopies, withCopies } from "../models/classifier.ts";
import { fitPipeline, type PipelineSpec } from "../models/pipeline.ts";
import { rowsOfFold } from "./folds.ts";
import { serveTasks } from "./pool.ts";
import { decodeTraining } from "./fold-store.ts";

/** What a fold worker is given once. */
export interface FoldSetup {
  /** Rows and labels, see `encodeTraining`. */
  readonly training: Uint8Array;
  readonly nClasses: number;
  readonly spec: PipelineSpec;
  /** Learnt from where their parents are; see {@link TrainingCopies}. */
  readonly copies?: TrainingCopies;
}

/** One fold to fit and predict. */
export interface FoldTask {
  readonly iteration: number;
  readonly fold: number;
  /** `[nRows]` fold of each row. */
  readonly assignment: Int32Array;
  readonly seed: number;
}

/** Predictions for the rows of one fold, made by a pipeline that has not seen them. */
export interface FoldAnswer {
  /** `[nHeld]` rows of the fold, ascending. */
  readonly rows: Int32Array;
  /** `[nHeld x nClasses]`. */
  readonly probabilities: Float64Array;
}

serveTasks<FoldSetup, FoldTask, FoldAnswer>(
  ({ training, nClasses, spec, copies }) => {
    const { matrix, labels } = decodeTraining(training);
    return async ({ fold, assignment, seed }) => {
      const { fit, held } = rowsOfFold(assignment, fold);
      const fitLabels = Int32Array.from(fit, (row) => labels[row]);
      const known = { matrix: takeRows(matrix, fit), labels: fitLabels, nClasses };
      const learnt = copies ? withCopies(known, copiesOf(copies, fit)) : known;
      using pipeline = await fitPipeline(spec, learnt, { seed });
      return { rows: held, probabilities: pipeline.predictProbabilities(takeRows(matrix, held)) };
    };
  },
  ({ rows, probabilities }) => [rows.buffer, probabilities.buffer],
);
