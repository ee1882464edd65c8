import pl, { type DataFrame } from "nodejs-polars";
import {
  type Matrix,
  predictedLabels,
  takeColumns,
  takeEntries,
  takeRows,
} from "@csc-classify/forests";
import { CLASSES, type LabelledSources } from "@csc-classify/chandra-sources";
import { copiesOf, type TrainingCopies, withCopies } from "#lib/models/copies.ts";
import { fitPipeline, type PipelineSpec } from "#lib/models/pipeline.ts";
import { rowsOfFold } from "#lib/validation/folds.ts";

/** Sources to classify by models that have not seen them. */
interface Unseen {
  /** `[nRows x nColumns]` with the features of the pipeline. */
  readonly matrix: Matrix;
  /** `[nRows]` fold whose model is asked, for sources made from training sources; all models if absent. */
  readonly foldOf?: readonly number[];
}

/** What {@link predictAcrossFolds} needs. */
interface AcrossOptions {
  /** `[nRows]` fold of each training source. */
  readonly fold: Int32Array;
  readonly tables: Readonly<Record<string, Unseen>>;
  /** Altered copies of training sources, with all columns of their matrix. */
  readonly copies?: TrainingCopies;
  readonly seed: number;
}

/**
 * Fits a pipeline without each fold in turn and lets it classify other tables: a source that was
 * made from a training source only by the model that has not seen its parent, any other by all.
 *
 * @returns A row a table, fold and source asked: `table`, `fold`, `row` and `predicted` (class name).
 */
export async function predictAcrossFolds(
  { matrix, labels }: LabelledSources,
  spec: PipelineSpec,
  { fold, tables, copies, seed }: AcrossOptions,
): Promise<DataFrame> {
  const own = takeColumns(matrix, spec.features);
  const altered = copies && { ...copies, matrix: takeColumns(copies.matrix, spec.features) };
  const answers: { table: string; fold: number; row: number; predicted: string }[] = [];
  for (const which of [...new Set(fold)].sort((a, b) => a - b)) {
    const { fit } = rowsOfFold(fold, which);
    const learnt = {
      matrix: takeRows(own, fit),
      labels: takeEntries(labels, fit, 1),
      nClasses: CLASSES.length,
    };
    const training = altered ? withCopies(learnt, copiesOf(altered, fit)) : learnt;
    using model = await fitPipeline(spec, training, { seed });
    for (const [table, { matrix, foldOf }] of Object.entries(tables)) {
      const rows = [...Array(matrix.nRows).keys()].filter((row) =>
        !foldOf || foldOf[row] === which
      );
      if (rows.length === 0) continue;
      const named = predictedLabels(
        model.predictProbabilities(takeRows(matrix, rows)),
        CLASSES.length,
      );
      rows.forEach((row, i) =>
        answers.push({ table, fold: which, row, predicted: CLASSES[named[i]] })
      );
    }
  }
  return pl.DataFrame(answers);
}

/**
 * What a model says of the sources of a field: a row a source, `field` (the given words),
 * `predicted` (class name) and `cmp` (its probability).
 *
 * @param probabilities `[nRows x 8]`.
 */
export function answers(field: string, probabilities: Float64Array): DataFrame {
  const n = CLASSES.length, named = predictedLabels(probabilities, n);
  return pl.DataFrame([
    pl.Series("field", Array.from(named, () => field), pl.Utf8),
    pl.Series("predicted", Array.from(named, (c) => CLASSES[c]), pl.Utf8),
    pl.Series("cmp", Array.from(named, (c, row) => probabilities[row * n + c]), pl.Float64),
  ]);
}
