import { FEATURE_NAMES, type LabelledSources } from "@csc-classify/chandra-sources";
import { filesBelow, MARK, useFolder } from "@csc-classify/safe-files";
import type { Settings } from "#lib/run/settings.ts";
import { withAddedFeatures } from "#lib/tables/added-features.ts";
import { validatePipeline } from "#lib/validation/validate-pipeline.ts";
import type { CrossValidation } from "#lib/validation/cross-validate.ts";
import type { Run } from "#studies/report-runs.ts";
import { type Shard, share } from "./shards.ts";

/** One iteration of a run: the least that a shard does. */
interface RunUnit {
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
  ).filter(({ run: { spec, folds, groups, copies }, iteration }) => {
    const isPlain = copies === undefined;
    const key = JSON.stringify([spec, folds, groups && Array.from(groups), isPlain, iteration]);
    return !seen.has(key) && seen.add(key);
  });
}

/** What {@link validateShard} is told. */
interface ShardOptions {
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
  { spec, folds, iterations, groups, copies }: Run,
  settings: Settings,
  options: { cacheFolder?: string; only?: number; signal?: AbortSignal } = {},
): Promise<CrossValidation> {
  if (!extended.has(sources)) extended.set(sources, withAddedFeatures(sources));
  return validatePipeline(extended.get(sources)!, spec, {
    ...options,
    settings,
    folds,
    iterations,
    groups,
    copies: copies?.(),
  });
}

/**
 * Makes sure that folds may be written into a folder of the user's.
 *
 * @throws OutputError for one that holds other files.
 */
export async function useStore(store: string | undefined): Promise<void> {
  if (store) await useFolder(store, { option: "--store", isOurs: holdsFolds });
}

/** Whether a folder without a mark holds folds, as those of earlier versions do, and nothing else. */
async function holdsFolds(folder: string): Promise<boolean> {
  const files = await filesBelow(folder, { hidden: true });
  const isFold = (file: string) =>
    /^[0-9a-f]{32}\/iteration-\d+-fold-\d+-[0-9a-f]{16}\.arrow(\.[\w-]+\.part)?$/.test(file);
  return files.filter((file) => file !== MARK).every(isFold);
}
