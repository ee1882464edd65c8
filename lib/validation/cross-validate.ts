import { createHash } from "node:crypto";
import { CLASSES } from "@csc-classify/chandra-sources";
import { deriveSeed, type Matrix } from "@csc-classify/forests";
import type { AskedCopies, TrainingCopies } from "../models/copies.ts";
import { loadLightgbm } from "../models/load-lightgbm.ts";
import { findModule, type PipelineSpec } from "../models/pipeline.ts";
import { CACHE } from "../run/files.ts";
import { interruptSignal } from "../run/interrupt.ts";
import { fittingCode } from "./fitting-code.ts";
import { encodeTraining, type FoldAnswer, foldName, FoldStore } from "./fold-store.ts";
import type { FoldSetup, FoldTask } from "./fold-worker.ts";
import { blockedFolds, stratifiedFolds } from "./folds.ts";
import { type Crew, runTasks } from "./pool.ts";

/** Module of the workers that fit and predict folds. */
const FOLD_WORKER = new URL("./fold-worker.ts", import.meta.url);

/** A cumulative cross-validation to run. */
export interface CrossValidationOptions {
  /** `[nRows x nFeatures]`, raw physical columns. */
  readonly matrix: Matrix;
  /** `[nRows]` indices into CLASSES. */
  readonly labels: Int32Array;
  readonly spec: PipelineSpec;
  /** k of the k folds. */
  readonly folds: number;
  /** Repetitions, each with new folds. */
  readonly iterations: number;
  readonly seed: number;
  readonly workers: number;
  /** Where finished folds are kept; `.cache/folds` if absent. */
  readonly cacheFolder?: string;
  /** Does this iteration alone, one process's share of many; the others' probabilities stay 0. */
  readonly only?: number;
  /** `[nRows]`: rows of one group share a fold (sky cells, catalogues); random folds if absent. */
  readonly groups?: Int32Array;
  /** Altered copies of rows, with the columns of `matrix`: each follows its parent's fold. */
  readonly copies?: TrainingCopies;
  /** Altered copies that are predicted where their parents are held out, and never learnt from. */
  readonly asked?: AskedCopies;
  /** Called when a fold is finished or found finished on disk. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Workers to use again where many short runs follow one another. */
  readonly crew?: Crew;
}

/** One repetition: a prediction for every row, each by a pipeline that has not seen the row. */
export interface Iteration {
  /** `[nRows]` fold of each row. */
  readonly fold: Int32Array;
  /** `[nRows x nClasses]` class membership probabilities. */
  readonly probabilities: Float64Array;
  /** `[nAsked x nClasses]` those of the copies asked about; absent where none were. */
  readonly asked?: Float64Array;
}

/** What {@link crossValidate} gives. */
export interface CrossValidation {
  readonly iterations: readonly Iteration[];
  /** Folds fitted in this call; the others were found on disk. */
  readonly fitted: number;
}

/**
 * Cumulative k-fold cross-validation (section 3.5, Figure 3): the predictions of the k held-out
 * folds together are one prediction table, from which scores are computed once.
 *
 * Every finished fold is written below `cacheFolder`, under a hash of the data, the pipeline, the
 * fitting code, the assignment of rows to folds and the seed of the fit: a killed run goes on where
 * it stopped, and an iteration once computed serves any later call. The bytes do not depend on the
 * number of workers.
 *
 * @throws RangeError for impossible folds or a module from elsewhere; Error with the worker's message
 * when a fit fails; the signal's reason; what says so at an "Interrupt" of JupyterLab.
 */
export async function crossValidate(options: CrossValidationOptions): Promise<CrossValidation> {
  const { matrix, labels, spec, seed, groups, asked } = options;
  using interrupt = interruptSignal(options.signal);
  const nClasses = CLASSES.length;
  const { setup, store } = await beginRun(options);

  const iterations = Array.from({ length: options.iterations }, (_, iteration) => {
    const foldSeed = deriveSeed(seed, "folds", iteration);
    const fold = groups
      ? blockedFolds(labels, groups, options.folds, foldSeed)
      : stratifiedFolds(labels, options.folds, foldSeed);
    const all = new Float64Array((matrix.nRows + (asked?.parent.length ?? 0)) * nClasses);
    const end = matrix.nRows * nClasses;
    const probabilities = all.subarray(0, end);
    return { fold, all, probabilities, ...asked && { asked: all.subarray(end) } };
  });
  const fill = ({ iteration }: FoldTask, answer: FoldAnswer) =>
    fillRows(iterations[iteration].all, answer);

  const tasks = foldTasks(iterations, options), total = tasks.length;
  let done = 0;
  const missing: FoldTask[] = [];
  for (const task of tasks) {
    const kept = await store.read(foldName(task));
    if (!kept) {
      missing.push(task);
      continue;
    }
    fill(task, kept);
    options.onProgress?.(++done, total);
  }
  // V8 shares optimised WebAssembly between threads for as long as one of them holds the module
  if (spec.algorithm === "lightgbm" && missing.length > 0) await loadLightgbm();
  await runTasks<FoldTask, FoldAnswer>(missing, {
    worker: FOLD_WORKER,
    workers: options.workers,
    setup,
    signal: interrupt.signal,
    crew: options.crew,
    onAnswer: async (task, answer) => {
      await store.write(foldName(task), answer);
      fill(task, answer);
      options.onProgress?.(++done, total);
    },
  });
  return {
    iterations: iterations.map(({ all: _, ...iteration }) => iteration),
    fitted: missing.length,
  };
}

/** One fold of folds that are cut already, to fit on the others and predict. */
type OneFold =
  & Pick<
    CrossValidationOptions,
    "matrix" | "labels" | "spec" | "seed" | "cacheFolder" | "copies" | "signal" | "crew"
  >
  & {
    /** `[nRows]` fold of each row. */
    readonly assignment: Int32Array;
    readonly fold: number;
  };

/** Fits and predicts one fold, or finds it on disk as {@link crossValidate} does. */
export async function predictFold(options: OneFold): Promise<FoldAnswer> {
  const { seed, assignment, fold, crew } = options;
  using interrupt = interruptSignal(options.signal);
  const { setup, store } = await beginRun(options);
  const task = { iteration: 0, fold, assignment, seed };
  let found = await store.read(foldName(task));
  await runTasks<FoldTask, FoldAnswer>(found ? [] : [task], {
    worker: FOLD_WORKER,
    workers: 1,
    setup,
    signal: interrupt.signal,
    crew,
    onAnswer: (task, answer) => store.write(foldName(task), found = answer),
  });
  return found!;
}

/** What the workers of a run are given before their tasks, and where its finished folds are kept. */
async function beginRun(
  { matrix, labels, spec, copies, asked, cacheFolder = `${CACHE}/folds` }: Pick<
    CrossValidationOptions,
    "matrix" | "labels" | "spec" | "copies" | "asked" | "cacheFolder"
  >,
): Promise<{ readonly setup: FoldSetup; readonly store: FoldStore }> {
  const setup = {
    training: encodeTraining(matrix, labels),
    nClasses: CLASSES.length,
    spec,
    copies,
    asked,
  };
  return { setup, store: new FoldStore(`${cacheFolder}/${await runKey(setup)}`, setup.nClasses) };
}

/** Puts the predictions of a fold where its rows belong. */
export function fillRows(all: Float64Array, { rows, probabilities }: FoldAnswer): void {
  const nClasses = CLASSES.length;
  rows.forEach((row, i) =>
    all.set(probabilities.subarray(i * nClasses, (i + 1) * nClasses), row * nClasses)
  );
}

function foldTasks(
  iterations: readonly Iteration[],
  { folds, seed, only }: CrossValidationOptions,
): FoldTask[] {
  return iterations.flatMap(({ fold: assignment }, iteration) =>
    Array.from({ length: folds }, (_, fold) => ({
      iteration,
      fold,
      assignment,
      seed: deriveSeed(seed, "fit", iteration, fold),
    }))
  ).filter(({ iteration }) => only === undefined || iteration === only);
}

/** Names a run by what its workers are given before their tasks, and by their code. */
async function runKey({ training, spec, copies, asked }: FoldSetup): Promise<string> {
  const hash = createHash("sha256").update(await fittingCode()).update(training);
  const { algorithm } = spec;
  // a module of one's own by its content, wherever it lies
  const own = typeof algorithm === "string" ? algorithm : (await findModule(algorithm)).sha256;
  hash.update(JSON.stringify({ ...spec, algorithm: own }));
  for (
    const part of [
      copies?.parent,
      copies?.weight,
      copies?.matrix.values,
      asked?.parent,
      asked?.matrix.values,
    ]
  ) {
    hash.update(`${part?.length} `);
    if (part) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  return hash.digest("hex").slice(0, 32);
}
