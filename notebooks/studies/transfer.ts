import {
  type Matrix,
  predictedLabels,
  random,
  takeColumns,
  takeEntries,
  takeRows,
} from "@csc-classify/forests";
import {
  CLASSES,
  columnOf,
  FEATURE_NAMES,
  FEATURES,
  fillDerived,
  type LabelledSources,
  type Sources,
} from "@csc-classify/chandra-sources";
import { fitPipeline, type PipelineSpec } from "#lib/models/pipeline.ts";
import { learnLikeness, likenessJudge } from "#lib/trust/likeness.ts";
import { sharpen } from "#lib/trust/decision.ts";
import { fitPowers } from "#lib/trust/fit-decision.ts";
import type { Iteration } from "#lib/validation/cross-validate.ts";
import { rowsOfFold } from "#lib/validation/folds.ts";
import { confusionMatrix, scores } from "#lib/validation/metrics.ts";
import { conformalSets, resampledThresholds } from "./conformal-folds.ts";
import { groupInterval } from "./intervals.ts";

const N = CLASSES.length;

/** What is asked of models that learn from a part of the sources. */
interface PartOptions {
  /** Whether a model may learn from the row, if its fold is not held out. */
  readonly learnsFrom: (row: number) => boolean;
  readonly seed: number;
}

/**
 * Predictions of all sources, each by a model that learnt from some of the sources outside its fold.
 *
 * @param fold `[nRows]`
 * @returns The folds, and probabilities of all rows.
 */
export async function predictByPart(
  { matrix, labels }: LabelledSources,
  spec: PipelineSpec,
  fold: Int32Array,
  { learnsFrom, seed }: PartOptions,
): Promise<Iteration> {
  const probabilities = new Float64Array(fold.length * N);
  const own = takeColumns(matrix, spec.features);
  for (const which of new Set(fold)) {
    const { fit, held } = rowsOfFold(fold, which), known = fit.filter(learnsFrom);
    const learnt = {
      matrix: takeRows(own, known),
      labels: takeEntries(labels, known, 1),
      nClasses: N,
    };
    using model = await fitPipeline(spec, learnt, { seed });
    const answer = model.predictProbabilities(takeRows(own, held));
    held.forEach((row, i) => probabilities.set(answer.subarray(i * N, (i + 1) * N), row * N));
  }
  return { fold, probabilities };
}

/**
 * Fits a pipeline on all sources of one table and asks it about others.
 *
 * @param asked Tables with the columns of the pipeline.
 * @returns `[nRows x 8]` probabilities of each table.
 */
export async function fitAndAsk(
  spec: PipelineSpec,
  { matrix, labels }: Pick<LabelledSources, "matrix" | "labels">,
  asked: readonly Matrix[],
  seed: number,
): Promise<Float64Array[]> {
  const learnt = { matrix: takeColumns(matrix, spec.features), labels, nClasses: N };
  using model = await fitPipeline(spec, learnt, { seed });
  return asked.map((table) => model.predictProbabilities(table));
}

/** Whose held-out predictions the powers and thresholds of {@link trustAcrossFolds} are fitted on. */
interface TrustOptions {
  /** Rows whose labels are known. */
  readonly known: Int32Array;
  /** `[nRows]` blocks of sky, drawn anew for the thresholds. */
  readonly blocks: Int32Array;
  readonly seed: number;
}

/**
 * Probabilities sharpened by the class named, and sets at 95 per cent, of every row, by the powers
 * and thresholds that the known rows of the other folds give.
 *
 * @param labels `[nRows]`
 * @returns `[nRows x 8]` calibrated probabilities, and 1 where a class is in the set.
 */
export function trustAcrossFolds(
  { fold, probabilities }: Iteration,
  labels: Int32Array,
  { known, blocks, seed }: TrustOptions,
): { probabilities: Float64Array; sets: Uint8Array } {
  const calibrated = new Float64Array(probabilities.length);
  const sets = new Uint8Array(probabilities.length);
  for (const which of new Set(fold)) {
    const fit = known.filter((row) => fold[row] !== which), { held } = rowsOfFold(fold, which);
    const truth = takeEntries(labels, fit, 1), learnt = takeEntries(probabilities, fit, N);
    const powers = fitPowers(learnt, truth);
    const own = sharpen(takeEntries(probabilities, held, N), powers);
    const thresholds = resampledThresholds({
      probabilities: sharpen(learnt, powers),
      labels: truth,
      nClasses: N,
      coverage: 0.95,
      groups: takeEntries(blocks, fit, 1),
      seed,
    });
    const members = conformalSets(own, thresholds);
    held.forEach((row, i) => {
      calibrated.set(own.subarray(i * N, (i + 1) * N), row * N);
      sets.set(members.subarray(i * N, (i + 1) * N), row * N);
    });
  }
  return { probabilities: calibrated, sets };
}

/**
 * Likeness of some sources to known ones of other folds.
 *
 * @param named `[nRows]` class given to each source.
 * @param rows Of the sources that are known, and of those that are asked about.
 * @returns `[nRows]`; NaN for a row that is not asked about.
 */
export function likenessAcrossFolds(
  { matrix, labels }: LabelledSources,
  named: Int32Array,
  fold: Int32Array,
  rows: { readonly known: Int32Array; readonly asked: Int32Array },
  seed: number,
): Float64Array {
  const score = new Float64Array(labels.length).fill(NaN);
  for (const which of new Set(fold)) {
    const fit = rows.known.filter((row) => fold[row] !== which);
    const asked = rows.asked.filter((row) => fold[row] === which);
    const reference = learnLikeness(takeRows(matrix, fit), takeEntries(labels, fit, 1), seed);
    const found = likenessJudge(reference)(takeRows(matrix, asked), takeEntries(named, asked, 1));
    asked.forEach((row, i) => score[row] = found[i].score);
  }
  return score;
}

/**
 * Balanced accuracy, the mean recall of the classes that occur (per cent), with its 95 per cent
 * interval over blocks of sky.
 *
 * @param labels, named, blocks `[nRows]` true and given classes, and blocks.
 */
export function balancedAccuracy(
  labels: Int32Array,
  named: Int32Array,
  blocks: Int32Array,
  options: { readonly seed: number; readonly draws: number },
) {
  const balanced = (is: Int32Array, said: Int32Array) =>
    100 * scores(confusionMatrix(is, said, N)).balancedAccuracy;
  const [low, high] = groupInterval(
    blocks,
    (drawn) => balanced(takeEntries(labels, drawn, 1), takeEntries(named, drawn, 1)),
    options,
  );
  return { value: balanced(labels, named), low, high };
}

/** `[nRows]` classes that `[nRows x 8]` probabilities name, of some rows. */
export function namedOf(probabilities: Float64Array, rows: ArrayLike<number>): Int32Array {
  return takeEntries(predictedLabels(probabilities, N), rows, 1);
}

/**
 * The same sources measured anew: every value whose error is stated, as `e_<feature>`, moved by a
 * normal deviate of it. Fluxes stay positive or go missing; colours are taken again from the moved
 * magnitudes.
 */
export function remeasured<Table extends Sources>(sources: Table, seed: number): Table {
  const stream = random(seed, "remeasured");
  const given = new Map<string, Float64Array>();
  for (const { name, from } of FEATURES) {
    if (from) continue;
    const errors = columnOf(sources, `e_${name}`);
    given.set(
      name,
      columnOf(sources, name).map((value, row) => {
        const moved = errors[row] > 0 ? value + errors[row] * stream.normal() : value;
        return name.startsWith("flux") && moved <= 0 ? NaN : moved;
      }),
    );
  }
  for (const name of sources.matrix.names) {
    if (!FEATURE_NAMES.includes(name)) given.set(name, columnOf(sources, name));
  }
  return { ...sources, matrix: fillDerived(given, sources) };
}
