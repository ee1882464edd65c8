import { FEATURE_NAMES, FLUX_NED, XRAY_FEATURE_NAMES } from "#lib/catalogue/features.ts";
import { takeColumns } from "#lib/catalogue/matrix.ts";
import { PAPER_PIPELINES } from "#lib/models/paper-pipelines.ts";
import type { PipelineSpec } from "#lib/models/pipeline.ts";
import type { Settings } from "#lib/run/settings.ts";
import { withAddedFeatures } from "#lib/tables/added-features.ts";
import type { LabelledSources } from "#lib/tables/sources.ts";
import { BETTER_PIPELINE } from "#lib/trust/better-pipeline.ts";
import { cellsOf, hostGroups } from "#lib/trust/blocked-validation.ts";
import { crossValidate, type CrossValidation } from "#lib/validation/cross-validate.ts";
import { DROPPED_PIPELINES } from "#studies/dropped-models.ts";
import { plan } from "#studies/plan.ts";
import { STEPS } from "#studies/steps.ts";
import type { Shard } from "./shards.ts";
import { share } from "./shards.ts";

/** A cumulative cross-validation that a notebook of the report asks for. */
export interface Run {
  /** Its notebook and what it is, e.g. `04 rf`. */
  readonly name: string;
  readonly spec: PipelineSpec;
  readonly folds: number;
  readonly iterations: number;
  readonly groups?: Int32Array;
  /** Columns of its matrix, by which folds are kept; those of the pipeline if absent. */
  readonly columns?: readonly string[];
}

/**
 * The report's cross-validations that are worth a cluster: Tables 5 to 7 (notebook 4), unseen sky
 * (6 and 8), the steps to the better pipeline (7). What a notebook asks for besides, it fits itself.
 */
export function reportRuns(settings: Settings, sources: LabelledSources): Run[] {
  const { folds, iterations } = settings.profile, some = plan(settings.profile);
  const { rf, lightgbm } = PAPER_PIPELINES;
  const csc13 = XRAY_FEATURE_NAMES.filter((name) => name !== FLUX_NED.name);
  const tables: [string, PipelineSpec, number][] = [
    ["rf-plain", { ...rf, oversample: undefined }, 1],
    ...Object.entries(PAPER_PIPELINES).map(([name, spec]) =>
      [name, spec, iterations] as [string, PipelineSpec, number]
    ),
    ["lightgbm-xray", { ...lightgbm, features: XRAY_FEATURE_NAMES }, iterations],
    ["lightgbm-csc13", { ...lightgbm, features: csc13 }, 1],
    ...Object.entries(DROPPED_PIPELINES).map(([name, spec]) =>
      [name, spec, 1] as [string, PipelineSpec, number]
    ),
  ];
  const groups = hostGroups(sources), isPaper = settings.profile.name === "paper";
  const main = { folds: some.folds, iterations: some.iterations };
  const side = { folds: some.sideFolds, iterations: some.sideIterations };
  const models = { "the paper's": lightgbm, better: BETTER_PIPELINE };
  const steps = settings.profile.name === "smoke" ? [STEPS[0], STEPS[STEPS.length - 1]] : STEPS;
  return [
    ...tables.map(([name, spec, iterations]) => ({
      ...{ name: `04 ${name}`, spec, folds, iterations, columns: FEATURE_NAMES },
    })),
    ...Object.entries(models).flatMap(([name, spec]) => [
      { name: `06 ${name}, random`, spec, ...main },
      { name: `06 ${name}, unseen sky`, spec, ...main, groups },
      ...some.cellSizesDeg.filter(() => isPaper || name === "better").map((sizeDeg) => ({
        ...{ name: `06 ${name}, cells of ${sizeDeg} deg`, spec, ...side },
        groups: cellsOf(sources, sizeDeg),
      })),
    ]),
    ...steps.flatMap(({ title, spec }, i) => [
      ...(isPaper || i === 0 || i === steps.length - 1
        ? [{ name: `07 ${title}, random`, spec, ...side }]
        : []),
      { name: `07 ${title}, unseen sky`, spec, ...side, groups },
    ]),
  ];
}

/** One iteration of a run: the least that a shard does. */
export interface RunUnit {
  readonly run: Run;
  readonly iteration: number;
  /** About the seconds of one core. */
  readonly cost: number;
}

/** Seconds of a fold on one core, measured on the published table with all its columns. */
const FOLD_SECONDS = { "random-forest": 5, gbdt: 4, lightgbm: 6, module: 5 };

/** All iterations of the runs, those of equal content once. */
export function unitsOf(runs: readonly Run[]): RunUnit[] {
  const seen = new Set<string>();
  return runs.flatMap((run) =>
    Array.from({ length: run.iterations }, (_, iteration) => {
      const { algorithm, features } = run.spec;
      const seconds = FOLD_SECONDS[typeof algorithm === "string" ? algorithm : "module"];
      const columns = features.length / FEATURE_NAMES.length;
      return { run, iteration, cost: seconds * run.folds * columns };
    })
  ).filter(({ run: { spec, folds, groups, columns = spec.features }, iteration }) => {
    const key = JSON.stringify([spec, columns, folds, groups && Array.from(groups), iteration]);
    return !seen.has(key) && seen.add(key);
  });
}

/** What {@link validateShard} is told. */
export interface ShardOptions {
  readonly settings: Settings;
  readonly shard: Shard;
  readonly cacheFolder?: string;
  readonly signal?: AbortSignal;
  /** Called after each unit with the folds fitted for it; the others were found finished. */
  readonly onUnit?: (unit: RunUnit, fitted: number) => void;
}

/**
 * Fits one share of the runs into the fold store, where the report and any other share find the
 * folds finished.
 *
 * @returns folds fitted.
 * @throws what `crossValidate` throws.
 */
export async function validateShard(
  sources: LabelledSources,
  runs: readonly Run[],
  { settings, shard, onUnit, ...options }: ShardOptions,
): Promise<number> {
  let total = 0;
  for (const unit of share(unitsOf(runs), shard)) {
    const { fitted } = await crossValidateRun(sources, unit.run, settings, {
      ...options,
      only: unit.iteration,
    });
    onUnit?.(unit, fitted);
    total += fitted;
  }
  return total;
}

const extended = new WeakMap<LabelledSources, LabelledSources>();

/** A run as its notebook does it. */
export function crossValidateRun(
  sources: LabelledSources,
  { spec, folds, iterations, groups, columns = spec.features }: Run,
  { seed, workers }: Settings,
  options: { cacheFolder?: string; only?: number; signal?: AbortSignal } = {},
): Promise<CrossValidation> {
  if (!extended.has(sources)) extended.set(sources, withAddedFeatures(sources));
  const matrix = takeColumns(extended.get(sources)!.matrix, columns);
  return crossValidate({
    ...options,
    ...{ matrix, labels: sources.labels, spec, folds, iterations, groups, seed, workers },
  });
}
