import { CLASSES } from "@csc-classify/chandra-sources";
import { deriveSeed, random, takeRows } from "@csc-classify/forests";
import type { PipelineSpec } from "#lib/models/pipeline.ts";
import {
  crossValidate,
  type CrossValidationOptions,
  fillRows,
  type Iteration,
  predictFold,
} from "#lib/validation/cross-validate.ts";
import { blockedFolds, rowsOfFold, stratifiedFolds } from "#lib/validation/folds.ts";
import { Crew } from "#lib/validation/pool.ts";
import { iterationScores } from "#lib/validation/summary.ts";
import { sideBySide } from "./side-by-side.ts";

/** What LightGBM is tuned in: least, cheap start, greatest, on a logarithmic or a linear scale. */
export const TUNING_SPACE = {
  num_iterations: { least: 8, start: 16, greatest: 200, log: true, whole: true },
  num_leaves: { least: 4, start: 4, greatest: 63, log: true, whole: true },
  learning_rate: { least: 0.02, start: 0.15, greatest: 0.5, log: true, whole: false },
  min_data_in_leaf: { least: 2, start: 20, greatest: 80, log: true, whole: true },
  lambda_l2: { least: 0.001, start: 0.001, greatest: 100, log: true, whole: false },
  feature_fraction: { least: 0.2, start: 1, greatest: 1, log: false, whole: false },
  /** Weight of a class with N_class of N sources: (N / N_class)^power. */
  class_weight_power: { least: 0, start: 0.3, greatest: 1, log: false, whole: false },
} as const;

/** One point of {@link TUNING_SPACE}. */
export type Tuned = Record<keyof typeof TUNING_SPACE, number>;

const DIMENSIONS = Object.entries(TUNING_SPACE);

/** One setting tried, in the order of trying. */
interface Trial {
  readonly tuned: Tuned;
  readonly score: number;
  /** Leaves grown, in units of the authors' 100 rounds of 31. */
  readonly cost: number;
}

/** How {@link costFrugalSearch} searches. */
interface SearchOptions {
  /** What is to be as high as possible. */
  readonly score: (tuned: Tuned) => Promise<number>;
  /** The search ends when the trials have cost this much, each at least 0.02. */
  readonly budget: number;
  readonly seed: number;
}

/**
 * Cost-frugal search (Wu, Wang & Huang 2021, doi:10.1609/aaai.v35i12.17239), what FLAML does by
 * default: from a cheap point, a step in a random direction and, where that is no better, in the
 * opposite one, so that costs grow only as scores do. After 2^(d-1) misses in a row in d dimensions
 * steps shrink; from the smallest the search begins anew elsewhere.
 *
 * @returns every trial; the first of the highest score is the answer.
 */
export async function costFrugalSearch(
  { score, budget, seed }: SearchOptions,
): Promise<Trial[]> {
  const trials: Trial[] = [], stream = random(seed, "cost-frugal search");
  const d = DIMENSIONS.length, firstStep = 0.1 * Math.sqrt(d);
  let spent = 0;
  const attempt = async (place: number[]) => {
    const tuned = settingsAt(place), found = await score(tuned);
    trials.push({ tuned, cost: costOf(tuned), score: found });
    spent += Math.max(costOf(tuned), LEAST_COST);
    return found;
  };
  let place = DIMENSIONS.map(([, { least, start, greatest, log }]) =>
    log
      ? Math.log(start / least) / Math.log(greatest / least)
      : (start - least) / (greatest - least)
  );
  while (spent < budget) {
    let best = await attempt(place), step = firstStep, misses = 0, turn = 0, bestTurn = 0;
    while (spent < budget && step > 0.01) {
      turn++;
      const direction = place.map(() => stream.normal()), length = Math.hypot(...direction);
      const improves = async (sign: number) => {
        const next = place.map((x, i) =>
          Math.min(1, Math.max(0, x + sign * step * direction[i] / length))
        );
        const found = spent < budget ? await attempt(next) : -Infinity;
        if (found > best) [place, best, misses, bestTurn] = [next, found, 0, turn];
        return misses === 0 && bestTurn === turn;
      };
      if (await improves(1) || await improves(-1) || ++misses < 2 ** (d - 1)) continue;
      step *= Math.sqrt((bestTurn + 1) / (turn + 1));
      misses = 0;
    }
    place = place.map(() => stream.uniform());
  }
  return trials;
}

const costOf = ({ num_iterations, num_leaves }: Tuned) => num_iterations * num_leaves / 3100;
/** Of a trial: cutting folds and binning columns cost something too. */
const LEAST_COST = 0.02;

function settingsAt(place: readonly number[]): Tuned {
  return Object.fromEntries(DIMENSIONS.map(([name, { least, greatest, log, whole }], i) => {
    const value = log
      ? least * (greatest / least) ** place[i]
      : least + (greatest - least) * place[i];
    return [name, whole ? Math.round(value) : Number(value.toPrecision(4))];
  })) as Tuned;
}

/** `base` with these settings in place of its own. */
export function tunedSpec(base: PipelineSpec, { class_weight_power, ...settings }: Tuned) {
  const parameters = { ...base.parameters, ...settings };
  return { ...base, parameters, classWeight: { power: class_weight_power } } as PipelineSpec;
}

/** What {@link nestedTuning} needs. */
interface TuningOptions extends
  Pick<
    CrossValidationOptions,
    "matrix" | "labels" | "groups" | "spec" | "seed" | "workers" | "cacheFolder" | "signal"
  > {
  /** Whether the search sees random folds where the outer ones keep `groups` whole. */
  readonly tuneOnRandom?: boolean;
  readonly outer: number;
  readonly inner: number;
  /** Cost of one search, see {@link SearchOptions}, on each of the inner folds. */
  readonly budget: number;
  /** Called after each trial with the share of all searches that is done. */
  readonly onProgress?: (done: number) => void;
}

/** What {@link nestedTuning} gives: predictions of every row by fits that have not seen it. */
interface NestedTuning {
  readonly tuned: Iteration;
  /** By `spec` as it is, on the same folds. */
  readonly given: Iteration;
  /** The trials of each outer fold. */
  readonly searches: readonly (readonly Trial[])[];
}

/**
 * Nested tuning: in each outer fold the settings of `spec` are searched for by the macro F1 of a
 * cross-validation within the other folds; what is found is fitted on all of them and predicts the
 * fold. Every fit is kept as `crossValidate` keeps it: a killed search goes on where it was.
 */
export async function nestedTuning(options: TuningOptions): Promise<NestedTuning> {
  const { matrix, labels, groups, spec, seed, outer, budget, cacheFolder, signal } = options;
  using crew = new Crew();
  const outerSeed = deriveSeed(seed, "outer folds");
  const fold = groups
    ? blockedFolds(labels, groups, outer, outerSeed)
    : stratifiedFolds(labels, outer, outerSeed);
  const empty = () => ({ fold, probabilities: new Float64Array(matrix.nRows * CLASSES.length) });
  const tuned = empty(), given = empty();
  const done = new Float64Array(outer);

  const searches = await sideBySide([...done.keys()], options.workers, async (which, workers) => {
    const { fit } = rowsOfFold(fold, which);
    const own = Int32Array.from(fit, (row) => labels[row]);
    const inside = {
      matrix: takeRows(matrix, fit),
      labels: own,
      folds: options.inner,
      iterations: 1,
      seed: deriveSeed(seed, "inner", which),
      workers,
      cacheFolder,
      signal,
      crew,
      groups: options.tuneOnRandom ? undefined : groups && fit.map((row) => groups[row]),
    };
    const score = async (tuned: Tuned) => {
      const validation = await crossValidate({ ...inside, spec: tunedSpec(spec, tuned) });
      done[which] += Math.max(costOf(tuned), LEAST_COST) / budget;
      options.onProgress?.(done.reduce((sum, share) => sum + Math.min(1, share), 0) / outer);
      return iterationScores(validation, own)[0].macro.f1;
    };
    const trials = await costFrugalSearch({ score, budget, seed: deriveSeed(seed, "tune", which) });
    const settings = bestOf(trials).tuned;
    for (const [into, own] of [[tuned, tunedSpec(spec, settings)], [given, spec]] as const) {
      const one = { matrix, labels, spec: own, assignment: fold, fold: which, cacheFolder };
      const seedOfFit = deriveSeed(seed, "fit", which);
      fillRows(into.probabilities, await predictFold({ ...one, seed: seedOfFit, signal, crew }));
    }
    return trials;
  });
  return { tuned, given, searches };
}

/** The first trial of the highest score. */
export function bestOf(trials: readonly Trial[]): Trial {
  return trials.reduce((best, trial) => trial.score > best.score ? trial : best);
}
