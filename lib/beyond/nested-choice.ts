import { CLASSES } from "../catalogue/classes.ts";
import { type Matrix, takeRows } from "../catalogue/matrix.ts";
import { fitPipeline, type PipelineSpec } from "../models/pipeline.ts";
import { deriveSeed } from "../run/random.ts";
import { crossValidate, type Iteration } from "../validation/cross-validate.ts";
import { blockedFolds, rowsOfFold } from "../validation/folds.ts";
import { mean } from "simple-statistics";
import { iterationScores } from "../validation/summary.ts";

/** What {@link nestedChoice} needs. */
export interface NestedOptions {
  /** `[nRows x nFeatures]` with the columns of every candidate. */
  readonly matrix: Matrix;
  readonly labels: Int32Array;
  /** `[nRows]` blocks, e.g. sky cells: kept whole by outer and inner folds. */
  readonly groups: Int32Array;
  readonly candidates: Readonly<Record<string, PipelineSpec>>;
  readonly outer: number;
  readonly inner: number;
  readonly seed: number;
  readonly workers: number;
  /** Where finished inner folds are kept; as in `crossValidate`. */
  readonly cacheFolder?: string;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Predictions none of which influenced the choice of its own model. */
export interface NestedChoice extends Iteration {
  /** Per outer fold: the candidate taken and the inner macro F1 (0-1) of each. */
  readonly choices: readonly {
    readonly chosen: string;
    readonly inner: Readonly<Record<string, number>>;
  }[];
}

/**
 * Nested blocked cross-validation (Cawley & Talbot 2010, https://jmlr.org/papers/v11/cawley10a.html):
 * in each outer fold the candidates compete by blocked cross-validation within the other folds;
 * the best by macro F1 is fitted on all of them and predicts the fold.
 */
export async function nestedChoice(options: NestedOptions): Promise<NestedChoice> {
  const { matrix, labels, groups, candidates, outer, seed } = options;
  const fold = blockedFolds(labels, groups, outer, deriveSeed(seed, "outer folds"));
  const probabilities = new Float64Array(matrix.nRows * CLASSES.length);
  const choices: { chosen: string; inner: Record<string, number> }[] = [];
  const total = outer * (Object.keys(candidates).length + 1);
  let done = 0;
  for (let which = 0; which < outer; which++) {
    options.signal?.throwIfAborted();
    const { fit, held } = rowsOfFold(fold, which);
    const training = {
      matrix: takeRows(matrix, fit),
      labels: Int32Array.from(fit, (row) => labels[row]),
      groups: Int32Array.from(fit, (row) => groups[row]),
    };
    const foldSeed = deriveSeed(seed, "inner", which);
    const inner: Record<string, number> = {};
    for (const [name, spec] of Object.entries(candidates)) {
      inner[name] = await innerScore(spec, training, foldSeed, options);
      options.onProgress?.(++done, total);
    }
    const chosen = Object.keys(inner).reduce((best, name) =>
      inner[name] > inner[best] ? name : best
    );
    choices.push({ chosen, inner });
    using model = await fitPipeline(candidates[chosen], { ...training, nClasses: CLASSES.length }, {
      seed: foldSeed,
    });
    const predicted = model.predictProbabilities(takeRows(matrix, held));
    held.forEach((row, i) =>
      probabilities.set(
        predicted.subarray(i * CLASSES.length, (i + 1) * CLASSES.length),
        row * CLASSES.length,
      )
    );
    options.onProgress?.(++done, total);
  }
  return { fold, probabilities, choices };
}

async function innerScore(
  spec: PipelineSpec,
  training: { matrix: Matrix; labels: Int32Array; groups: Int32Array },
  seed: number,
  { inner, workers, cacheFolder, signal }: NestedOptions,
): Promise<number> {
  const validation = await crossValidate({
    ...training,
    ...{ spec, seed, workers, cacheFolder, signal, folds: inner, iterations: 1 },
  });
  return mean(iterationScores(validation, training.labels).map(({ macro }) => macro.f1));
}
