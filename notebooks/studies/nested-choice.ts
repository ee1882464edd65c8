import { mean } from "simple-statistics";
import { CLASSES } from "@csc-classify/chandra-sources";
import { deriveSeed, type Matrix, takeRows } from "@csc-classify/forests";
import { copiesOf, type TrainingCopies } from "#lib/models/copies.ts";
import type { PipelineSpec } from "#lib/models/pipeline.ts";
import {
  crossValidate,
  type CrossValidationOptions,
  fillRows,
  type Iteration,
  predictFold,
} from "#lib/validation/cross-validate.ts";
import { blockedFolds, rowsOfFold } from "#lib/validation/folds.ts";
import { Crew } from "#lib/validation/pool.ts";
import { iterationScores } from "#lib/validation/summary.ts";
import { sideBySide } from "./side-by-side.ts";

/** What {@link nestedChoice} needs. */
interface NestedOptions {
  /** `[nRows x nFeatures]` with the columns of every candidate. */
  readonly matrix: Matrix;
  readonly labels: Int32Array;
  /** `[nRows]` blocks, e.g. sky cells: kept whole by outer and inner folds. */
  readonly groups: Int32Array;
  readonly candidates: Readonly<Record<string, PipelineSpec>>;
  /** Altered copies of rows that a candidate learns from too, by its name. */
  readonly copies?: Readonly<Record<string, TrainingCopies>>;
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
interface NestedChoice extends Iteration {
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
  const { matrix, labels, groups, candidates, copies = {}, outer, seed, signal } = options;
  const fold = blockedFolds(labels, groups, outer, deriveSeed(seed, "outer folds"));
  const probabilities = new Float64Array(matrix.nRows * CLASSES.length);
  const total = outer * (Object.keys(candidates).length + 1);
  let done = 0;
  const report = () => options.onProgress?.(++done, total);
  using crew = new Crew();

  async function chooseAndPredict(which: number, workers: number) {
    const { fit } = rowsOfFold(fold, which);
    const training = {
      matrix: takeRows(matrix, fit),
      labels: Int32Array.from(fit, (row) => labels[row]),
      groups: Int32Array.from(fit, (row) => groups[row]),
    };
    const foldSeed = deriveSeed(seed, "inner", which);
    const inner: Record<string, number> = {};
    for (const [name, spec] of Object.entries(candidates)) {
      const own = copies[name] && copiesOf(copies[name], fit);
      const inside = { ...training, copies: own };
      inner[name] = await innerScore(spec, inside, foldSeed, { ...options, workers, crew });
      report();
    }
    const chosen = Object.keys(inner).reduce((best, name) =>
      inner[name] > inner[best] ? name : best
    );
    fillRows(
      probabilities,
      await predictFold({
        matrix,
        labels,
        spec: candidates[chosen],
        copies: copies[chosen],
        seed: foldSeed,
        assignment: fold,
        fold: which,
        cacheFolder: options.cacheFolder,
        signal,
        crew,
      }),
    );
    report();
    return { chosen, inner };
  }

  const choices = await sideBySide([...Array(outer).keys()], options.workers, chooseAndPredict);
  return { fold, probabilities, choices };
}

async function innerScore(
  spec: PipelineSpec,
  training: Pick<CrossValidationOptions, "matrix" | "labels" | "groups" | "copies">,
  seed: number,
  { inner, workers, cacheFolder, signal, crew }: NestedOptions & { readonly crew: Crew },
): Promise<number> {
  const validation = await crossValidate({
    ...training,
    spec,
    seed,
    workers,
    cacheFolder,
    signal,
    crew,
    folds: inner,
    iterations: 1,
  });
  return mean(iterationScores(validation, training.labels).map(({ macro }) => macro.f1));
}
