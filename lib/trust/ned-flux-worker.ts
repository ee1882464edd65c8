import { CLASSES } from "../catalogue/classes.ts";
import { FLUX_NED } from "../catalogue/features.ts";
import { type Matrix, takeRows } from "../catalogue/matrix.ts";
import { PAPER_PIPELINES, SHIPPED_SPEC } from "../models/paper-pipelines.ts";
import { fitPipeline } from "../models/pipeline.ts";
import { rowsOfFold } from "../validation/folds.ts";
import { predictedLabels } from "../validation/metrics.ts";
import { serveTasks } from "../validation/pool.ts";
import { decodeTraining } from "../validation/fold-store.ts";

/** What the worker is given once. */
export interface NedSetup {
  /** Rows and labels, see `encodeTraining`. */
  readonly training: Uint8Array;
  /** `[nRows]` fold of each row. */
  readonly assignment: Int32Array;
  readonly seed: number;
}

/** Predicted labels of the rows of one fold, in their order, by the three ways. */
export interface NedAnswer {
  readonly known: Int32Array;
  readonly missing: Int32Array;
  readonly without: Int32Array;
}

serveTasks<NedSetup, number, NedAnswer>(({ training, assignment, seed }) => {
  const { matrix, labels } = decodeTraining(training);
  const nClasses = CLASSES.length;
  return async (which) => {
    const { fit, held } = rowsOfFold(assignment, which);
    const fitLabels = Int32Array.from(fit, (row) => labels[row]);
    const known = { matrix: takeRows(matrix, fit), labels: fitLabels, nClasses };
    const rows = takeRows(matrix, held);
    using all = await fitPipeline(PAPER_PIPELINES.lightgbm, known, { seed });
    using shipped = await fitPipeline(SHIPPED_SPEC, known, { seed });
    return {
      known: predictedLabels(all.predictProbabilities(rows), nClasses),
      missing: predictedLabels(all.predictProbabilities(withoutFlux(rows)), nClasses),
      without: predictedLabels(shipped.predictProbabilities(rows), nClasses),
    };
  };
});

function withoutFlux(matrix: Matrix): Matrix {
  const values = matrix.values.slice(), column = matrix.names.indexOf(FLUX_NED.name);
  for (let row = 0; row < matrix.nRows; row++) values[row * matrix.nColumns + column] = NaN;
  return { ...matrix, values };
}
