import { FLUX_NED, type LabelledSources, XRAY_FEATURE_NAMES } from "@csc-classify/chandra-sources";
import type { TrainingCopies } from "#lib/models/copies.ts";
import { PAPER_PIPELINES } from "#lib/models/paper-pipelines.ts";
import type { PipelineSpec } from "#lib/models/pipeline.ts";
import type { open } from "#show/open.ts";
import type { Settings } from "#lib/run/settings.ts";
import { withAddedFeatures } from "#lib/tables/added-features.ts";
import { ABSORBED, BETTER_PIPELINE } from "#lib/trust/better-pipeline.ts";
import { cellsOf, hostGroups } from "#lib/trust/sky-blocks.ts";
import { type Recipe, RECIPES } from "#lib/trust/fit-classifier.ts";
import { absorbedCopies } from "#lib/trust/training-copies.ts";
import type { CrossValidation } from "#lib/validation/cross-validate.ts";
import { catalogueGroups } from "./catalogue-groups.ts";
import { DROPPED_PIPELINES } from "./dropped-models.ts";
import { plan } from "./plan.ts";
import { STEPS } from "./steps.ts";

/** A cumulative cross-validation that the report asks for. */
export interface Run {
  /** What it is, e.g. `better, unseen sky`; no other run has this name. */
  readonly name: string;
  /** Numbers of the notebooks that ask for it, e.g. `06`. */
  readonly notebooks: readonly string[];
  readonly spec: PipelineSpec;
  readonly folds: number;
  readonly iterations: number;
  /** `[nRows]` blocks that folds keep whole; random folds if absent. */
  readonly groups?: Int32Array;
  /** Makes the altered copies that it learns from besides. */
  readonly copies?: () => TrainingCopies;
}

/**
 * All cross-validations of notebooks 4, 6, 7 and 8, which validate nothing else, and of which the
 * shards of a cluster do a part each (`tools/cluster`).
 *
 * @param sources Labelled sources as they were read, without added features.
 */
export function reportRuns(settings: Settings, sources: LabelledSources): Run[] {
  const { profile, seed } = settings, todo = plan(profile);
  const isPaper = profile.name === "paper";
  const { lightgbm } = PAPER_PIPELINES;
  const unweighted: PipelineSpec = { ...lightgbm, classWeight: undefined };
  const groups = hostGroups(sources);
  const main = { folds: todo.folds, iterations: todo.iterations };
  const side = { folds: todo.sideFolds, iterations: todo.sideIterations };

  const tables = tableRuns(profile.folds, profile.iterations);
  const unseenSky: Run[] = [
    { name: "lightgbm, random", notebooks: ["06", "08"], spec: lightgbm, ...main },
    { name: "lightgbm, blocked", notebooks: ["06", "07", "08"], spec: lightgbm, ...main, groups },
    { name: "better, random", notebooks: ["06"], spec: BETTER_PIPELINE, ...main },
    {
      name: "better, blocked",
      notebooks: ["06", "07", "08"],
      spec: BETTER_PIPELINE,
      ...main,
      groups,
    },
  ];
  const cuts = [
    ...todo.cuts.weighted.map((folds) => ({ weights: "weighted", spec: lightgbm, folds })),
    ...todo.cuts.unweighted.map((folds) => ({ weights: "unweighted", spec: unweighted, folds })),
  ].map(({ weights, spec, folds }): Run => ({
    name: `lightgbm, ${weights}, ${folds} blocked folds`,
    notebooks: ["06"],
    spec,
    folds,
    iterations: 1,
    groups,
  }));
  const cellSizes = todo.cellSizesDeg.flatMap((degrees) => {
    const run = { notebooks: ["06"], ...side, groups: cellsOf(sources, degrees) };
    const better: Run = { ...run, name: `better, ${degrees}°`, spec: BETTER_PIPELINE };
    const papers: Run = { ...run, name: `lightgbm, ${degrees}°`, spec: lightgbm };
    return isPaper ? [papers, better] : [better];
  });
  const byCatalogue: Run = {
    name: "better, by catalogue",
    notebooks: ["06"],
    spec: BETTER_PIPELINE,
    ...side,
    groups: catalogueGroups(sources),
  };
  const ends = [STEPS[0], STEPS[STEPS.length - 1]];
  // a smoke run only checks that steps run
  const steps = (profile.name === "smoke" ? ends : STEPS).flatMap((step) => {
    const { title, spec } = step;
    const blocked: Run = { name: `${title}: blocked`, notebooks: ["07"], spec, ...side, groups };
    const random: Run = { name: `${title}: random`, notebooks: ["07"], spec, ...side };
    return isPaper || ends.includes(step) ? [random, blocked] : [blocked];
  });
  const withCopies: Run = {
    name: "better with copies, blocked",
    notebooks: ["07"],
    spec: BETTER_PIPELINE,
    ...main,
    groups,
    copies: () => absorbedCopies(sources, { ...ABSORBED, seed }),
  };
  return [...tables, ...unseenSky, ...cuts, ...cellSizes, byCatalogue, ...steps, withCopies];
}

/** Runs of the paper's tables 5 to 7. */
function tableRuns(folds: number, iterations: number): Run[] {
  const { rf, lightgbm } = PAPER_PIPELINES;
  const csc13 = XRAY_FEATURE_NAMES.filter((name) => name !== FLUX_NED.name);
  const repeated: Record<string, PipelineSpec> = {
    ...PAPER_PIPELINES,
    "lightgbm-xray": { ...lightgbm, features: XRAY_FEATURE_NAMES },
  };
  const once: Record<string, PipelineSpec> = {
    "rf-plain": { ...rf, oversample: undefined },
    "lightgbm-csc13": { ...lightgbm, features: csc13 },
    ...DROPPED_PIPELINES,
  };
  const named = (specs: Record<string, PipelineSpec>, iterations: number) =>
    Object.entries(specs).map(([name, spec]): Run => (
      { name: `tables: ${name}`, notebooks: ["04"], spec, folds, iterations }
    ));
  return [...named(once, 1), ...named(repeated, iterations)];
}

/** Classifiers of the products, each fitted without some of the sky, that notebook 9 examines. */
interface ProductRun {
  readonly recipe: Recipe;
  readonly folds: number;
  readonly iterations: number;
}

/**
 * What notebook 9 validates: no pipeline but whole classifiers, calibration included, so that
 * shards do not do it.
 */
export function productRun({ profile }: Settings): ProductRun {
  const isSmoke = profile.name === "smoke"; // checks that it runs
  const recipe = isSmoke ? { ...RECIPES.ours, folds: 2 } : RECIPES.ours;
  return { recipe, ...plan(profile).product };
}

/** The runs that a notebook asks for, and the way to have one. */
interface NotebookRuns {
  readonly names: readonly string[];
  /**
   * Cross-validates, or finds folds finished, with a progress bar of that title.
   *
   * @throws RangeError for a name that is not of this notebook.
   */
  validate(name: string, title?: string): Promise<CrossValidation>;
}

/**
 * The runs of {@link reportRuns} that a notebook asks for.
 *
 * @param number Of the notebook, e.g. `06`.
 */
export function notebookRuns(
  notebook: Pick<Awaited<ReturnType<typeof open>>, "settings" | "sources" | "validate">,
  number: string,
): NotebookRuns {
  const runs = reportRuns(notebook.settings, notebook.sources)
    .filter(({ notebooks }) => notebooks.includes(number));
  const names = runs.map(({ name }) => name);
  const sources = withAddedFeatures(notebook.sources);
  return {
    names,
    async validate(name, title = name) {
      const run = runs.find((one) => one.name === name);
      if (!run) {
        throw new RangeError(
          `"${name}" is no run of notebook ${number} in notebooks/studies/report-runs.ts; ` +
            `there are: ${names.join("; ")}`,
        );
      }
      const { spec, folds, iterations, groups, copies } = run;
      return await notebook.validate(title, spec, {
        sources,
        folds,
        iterations,
        groups,
        copies: copies?.(),
      });
    },
  };
}
