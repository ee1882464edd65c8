import { FEATURE_NAMES, type LabelledSources } from "@csc-classify/chandra-sources";
import { imputeMode, type Matrix, scaleMinMax, takeColumns } from "@csc-classify/forests";
import { PAPER_PIPELINES } from "#lib/models/paper-pipelines.ts";
import type { PipelineSpec } from "#lib/models/pipeline.ts";
import { crossValidate } from "#lib/validation/cross-validate.ts";
import { iterationScores, scoreResults } from "#lib/validation/summary.ts";

/** A preparation of the rows, or settings, that the paper's text leaves open. */
interface Preparation {
  readonly title: string;
  /** The rows as cross-validation gets them; as they are if absent. */
  readonly prepare?: (matrix: Matrix) => Matrix;
  /** The forests' steps inside the folds, oversampling apart. */
  readonly transforms: PipelineSpec["transforms"];
  readonly parameters?: Readonly<Record<"rf" | "gbdt", Readonly<Record<string, number>>>>;
}

const scaled = (matrix: Matrix) => scaleMinMax.apply(matrix, scaleMinMax.fit(matrix));

function filled(matrix: Matrix, valueOf: (column: Float64Array) => number): Matrix {
  const { nRows, nColumns } = matrix, values = matrix.values.slice();
  for (let c = 0; c < nColumns; c++) {
    const column = Float64Array.from({ length: nRows }, (_, row) => values[row * nColumns + c]);
    const fill = valueOf(column.filter((value) => !Number.isNaN(value)));
    column.forEach((value, row) => {
      if (Number.isNaN(value)) values[row * nColumns + c] = fill;
    });
  }
  return { ...matrix, values };
}

const mean = (column: Float64Array) => column.reduce((sum, v) => sum + v, 0) / column.length;

/** What is tried: each but the first sees all rows before the folds are cut, as the authors did. */
export const PREPARATIONS: Readonly<Record<string, Preparation>> = {
  inside: {
    title: "ours: scaled and filled with the mode inside the folds",
    transforms: ["scale-min-max", "impute-mode"],
  },
  once: {
    title: "the authors': scaled and filled with the mode once, before the folds",
    prepare: (matrix) => {
      const rows = scaled(matrix);
      return imputeMode.apply(rows, imputeMode.fit(rows));
    },
    transforms: [],
  },
  constant: {
    title: "scaled once, 0 for what is missing",
    prepare: (matrix) => filled(scaled(matrix), () => 0),
    transforms: [],
  },
  mean: {
    title: "scaled once, the mean for what is missing",
    prepare: (matrix) => filled(scaled(matrix), mean),
    transforms: [],
  },
  smaller: {
    title: "ours, random forest of depth 15, GBDT of 70 rounds",
    transforms: ["scale-min-max", "impute-mode"],
    parameters: { rf: { maxDepth: 15 }, gbdt: { rounds: 70 } },
  },
};

/**
 * Scores of random forest and GBDT under each of {@link PREPARATIONS}: cumulative
 * cross-validation, 20 stratified folds, one iteration.
 *
 * @returns By the name of a result (`table5.rf.LMXB.recall`), then by preparation; per cent, MCC as
 * it is.
 */
export async function preparationScores(
  sources: LabelledSources,
  { seed, workers, onRun }: {
    readonly seed: number;
    readonly workers: number;
    readonly onRun?: (title: string) => void;
  },
): Promise<Record<string, Record<string, number>>> {
  const scores: Record<string, Record<string, number>> = {};
  const matrix = takeColumns(sources.matrix, FEATURE_NAMES);
  for (const [key, { title, prepare, transforms, parameters }] of Object.entries(PREPARATIONS)) {
    const rows = prepare ? prepare(matrix) : matrix;
    for (const model of ["rf", "gbdt"] as const) {
      onRun?.(`${model}: ${title}`);
      const spec = PAPER_PIPELINES[model];
      const validation = await crossValidate({
        matrix: rows,
        labels: sources.labels,
        folds: 20,
        iterations: 1,
        seed,
        workers,
        spec: { ...spec, transforms, parameters: { ...spec.parameters, ...parameters?.[model] } },
      });
      const results = scoreResults(iterationScores(validation, sources.labels), {
        classes: `table5.${model}`,
        overall: `table6.${model}`,
      });
      for (const [name, { value }] of Object.entries(results)) {
        (scores[name] ??= {})[key] = Number(value.toFixed(name.endsWith("mcc") ? 4 : 2));
      }
    }
  }
  return scores;
}
