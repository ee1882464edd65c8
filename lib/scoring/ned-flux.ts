import { CLASSES, toLabels } from "../catalogue/classes.ts";
import { FEATURE_NAMES, FLUX_NED } from "../catalogue/features.ts";
import { type Matrix, takeRows, toMatrix } from "../catalogue/matrix.ts";
import { PAPER_PIPELINES } from "../models/paper-pipelines.ts";
import { fitPipeline, type PipelineSpec } from "../models/pipeline.ts";
import type { TrainingTable } from "../sources/training-table.ts";
import { rowsOfFold, stratifiedFolds } from "../validation/folds.ts";
import { confusionMatrix, predictedLabels, type Scores, scores } from "../validation/metrics.ts";
import { SHIPPED_SPEC } from "./shipped-pipeline.ts";

/** Scores of the three ways to deal with a flux that new sources lack. */
export interface NedComparison {
  /** All 41 columns, the flux known for validation rows too: not how new sources come. */
  readonly known: Scores;
  /** The same models with the flux missing in the validation rows. */
  readonly missing: Scores;
  /** Models of the other 40 columns: what is shipped. */
  readonly without: Scores;
}

/**
 * Validates the three ways on one set of stratified folds.
 *
 * @param onProgress Called with the share done, in (0, 1].
 */
export async function compareNedFlux(
  table: TrainingTable,
  { folds, seed, onProgress }: {
    readonly folds: number;
    readonly seed: number;
    readonly onProgress?: (done: number) => void;
  },
): Promise<NedComparison> {
  const matrix = toMatrix(table.frame, FEATURE_NAMES);
  const labels = toLabels(table.frame.getColumn("class").toArray() as string[]);
  const fold = stratifiedFolds(labels, folds, seed);
  const predicted = {
    known: new Int32Array(labels.length),
    missing: new Int32Array(labels.length),
    without: new Int32Array(labels.length),
  };
  for (let which = 0; which < folds; which++) {
    const { fit, held } = rowsOfFold(fold, which);
    const training = {
      matrix: takeRows(matrix, fit),
      labels: Int32Array.from(fit, (row) => labels[row]),
      nClasses: CLASSES.length,
    };
    const rows = takeRows(matrix, held);
    const predict = async (
      spec: PipelineSpec,
      inputs: Partial<Record<keyof NedComparison, Matrix>>,
    ) => {
      using pipeline = await fitPipeline(spec, training, { seed });
      for (const [way, input] of Object.entries(inputs) as [keyof NedComparison, Matrix][]) {
        const guess = predictedLabels(pipeline.predictProbabilities(input), CLASSES.length);
        held.forEach((row, i) => predicted[way][row] = guess[i]);
      }
    };
    await predict(PAPER_PIPELINES.lightgbm, { known: rows, missing: withoutFlux(rows) });
    await predict(SHIPPED_SPEC, { without: rows });
    onProgress?.((which + 1) / folds);
  }
  const judge = (way: keyof NedComparison) =>
    scores(confusionMatrix(labels, predicted[way], CLASSES.length));
  return { known: judge("known"), missing: judge("missing"), without: judge("without") };
}

function withoutFlux(matrix: Matrix): Matrix {
  const values = matrix.values.slice(), column = matrix.names.indexOf(FLUX_NED.name);
  for (let row = 0; row < matrix.nRows; row++) values[row * matrix.nColumns + column] = NaN;
  return { ...matrix, values };
}
