import { createHash } from "node:crypto";
import { CLASSES } from "../catalogue/classes.ts";
import { FEATURES, FLUX_NED, SURVEYS } from "../catalogue/features.ts";
import { takeColumns, takeEntries } from "../catalogue/matrix.ts";
import { joinCopies, type TrainingCopies, withCopies } from "../models/classifier.ts";
import { PAPER_PIPELINES } from "../models/paper-pipelines.ts";
import { fitPipeline, parsePipeline, type PipelineSpec } from "../models/pipeline.ts";
import { CACHE, readSealed, writeSealed } from "../run/files.ts";
import { deriveSeed, random } from "../run/random.ts";
import { hostsOf } from "../sky/objects.ts";
import { COVERAGE, withAddedFeatures } from "../tables/added-features.ts";
import { withCoverage } from "../tables/coverage.ts";
import { columnOf, fromColumns } from "../tables/columns.ts";
import { type LabelledSources, type Sources, takeSources } from "../tables/sources.ts";
import { crossValidate } from "../validation/cross-validate.ts";
import { fittingCode } from "../validation/fold-store.ts";
import { predictedLabels } from "../validation/metrics.ts";
import { ABSORBED, BETTER_PIPELINE } from "./better-pipeline.ts";
import { cellsOf } from "./blocked-validation.ts";
import {
  boundAbsence,
  changedRows,
  CLASSIFIER_FORMAT,
  lonely,
  sharpen,
  sharpenRows,
  SourceClassifier,
} from "./classify.ts";
import { conformalThresholds } from "./conformal.ts";
import { learnLikeness } from "./likeness.ts";
import { physicalLimits } from "./physical-limits.ts";
import { absorbedCopies, type AbsorbedOptions, silenced } from "./training-copies.ts";

/** How a classifier is made: what is validated, trained, shipped and applied. */
export interface Recipe {
  readonly name: string;
  readonly title: string;
  readonly spec: PipelineSpec;
  /** How training rows are robbed of surveys; undefined for rows as they are. */
  readonly blanking?: Blanking;
  /** Whether probabilities are calibrated and bounded; the paper's are as the model gives them. */
  readonly calibrated: boolean;
  /** Whether the physical limits of a host act. */
  readonly limits: boolean;
  /** Whether products say how like the labelled sources of its class a source is. */
  readonly likeness: boolean;
  /** Share of each class whose set is to hold the class. */
  readonly coverage: number;
  /** Blocked folds whose held-out predictions calibration and sets are fitted on. */
  readonly folds: number;
  /** Copies of nuclei behind the Galactic plane; none if absent. */
  readonly absorbed?: Pick<AbsorbedOptions, "perSource" | "weight">;
}

/** Copies of training rows from which whole groups of columns were taken. */
export interface Blanking {
  /** Copies of each row, and the weight of each beside that of the row. */
  readonly copies: number;
  readonly weight: number;
  /** Chance that a copy loses a group, and that it loses all counterparts. */
  readonly share: number;
  readonly all: number;
}

/** Groups of columns that are there or not together: what a survey or a list brings. */
export const SURVEY_GROUPS: Readonly<Record<string, readonly string[]>> = {
  NED: [FLUX_NED.name],
  ...Object.fromEntries(
    (["X-ray variability", "Gaia", "GALEX", "SDSS", "WISE", "MIPS", "2MASS"] as const).map(
      (group) => [group, FEATURES.filter((f) => f.group === group).map(({ name }) => name)],
    ),
  ),
};

/** Most probability that absence of every counterpart may give. */
const MOST_FROM_ABSENCE = 0.9;

/** The classifiers of the products: ours, and the paper's LightGBM without NED's flux. */
export const RECIPES = {
  ours: {
    name: "ours",
    title: "LightGBM on derived features, calibrated on unseen sky",
    spec: {
      ...BETTER_PIPELINE,
      // chosen on blocked folds with the copies: 120 rounds, best without them, lose 0.4 points
      parameters: { ...BETTER_PIPELINE.parameters, num_iterations: 90 },
      // known for what the literature has met: a model that leans on it does worse on new sources
      features: [...BETTER_PIPELINE.features, ...COVERAGE.names].filter((name) =>
        name !== FLUX_NED.name && name !== "log_ned_b"
      ),
    },
    blanking: { copies: 1, weight: 0.5, share: 0.5, all: 0.1 },
    calibrated: true,
    limits: true,
    likeness: true,
    coverage: 0.95,
    folds: 5,
    absorbed: ABSORBED,
  },
  paper: {
    name: "paper",
    title: "the paper's LightGBM (Kumaran et al. 2023) without NED's flux, not calibrated",
    spec: {
      ...PAPER_PIPELINES.lightgbm,
      features: PAPER_PIPELINES.lightgbm.features.filter((name) => name !== FLUX_NED.name),
    },
    calibrated: false,
    limits: false,
    likeness: false,
    coverage: 0.95,
    folds: 5,
  },
} satisfies Record<string, Recipe>;

/**
 * Classes that the limits of a host give to: nearly all that is given lies in one galaxy, so other
 * galaxies cannot tell how often it is right.
 */
const LIMITS_GIVE: readonly string[] = ["HMXB", "LMXB"];

/** What {@link fitClassifier} may be told. */
export interface FitClassifierOptions {
  readonly seed: number;
  readonly workers: number;
  /** Called with the share done, in (0, 1]. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** Fewer labelled sources than this cannot be cut into folds that hold every class. */
const LEAST_ROWS = 20;

/**
 * Fits a classifier: the pipeline is cross-validated on folds of sky cells, whose held-out
 * predictions give calibration and thresholds, then trained on every row. The same sources, recipe
 * and seed give the same bytes for any number of workers; folds and trees once fitted are kept in
 * `.cache`.
 *
 * @throws Error when LightGBM is not built, saying what to run; RangeError for fewer than 20
 * sources or a single class.
 */
export async function fitClassifier(
  sources: LabelledSources,
  recipe: Recipe,
  { seed, workers, onProgress, signal }: FitClassifierOptions,
): Promise<SourceClassifier> {
  const classes = new Set(sources.labels).size, nRows = sources.labels.length;
  if (classes < 2 || nRows < LEAST_ROWS) {
    throw new RangeError(
      `${sources.origin.description} are too little to learn from: ${nRows} rows, ${classes} ` +
        `classes; give at least ${LEAST_ROWS} rows, of two classes or more`,
    );
  }
  const { spec, blanking, absorbed, folds, coverage } = recipe, { labels, origin } = sources;
  const nClasses = CLASSES.length;
  const told = blanking ? withCoverage(sources) : sources;
  const added = withAddedFeatures(silenced(told, seed, "rows"));
  const matrix = takeColumns(added.matrix, spec.features);
  const blanked = blanking && blankedCopies(told, spec.features, blanking, seed);
  const behindPlane = absorbed &&
    absorbedCopies(sources, { ...absorbed, seed, features: spec.features });
  const copies = blanked && behindPlane ? joinCopies(blanked, behindPlane) : blanked ?? behindPlane;
  const { iterations: [held] } = await crossValidate({
    ...{ matrix, labels, copies, spec, seed, workers, folds, signal, iterations: 1 },
    groups: cellsOf(sources),
    onProgress: (done) => onProgress?.(done / (folds + 1)),
  });
  const plain = new Array<number>(nClasses).fill(1);
  const powers = recipe.calibrated ? fitPowers(held.probabilities, labels) : plain;
  const mostFromAbsence = recipe.calibrated ? MOST_FROM_ABSENCE : 1;
  const unlimited = boundAbsence(
    sharpen(held.probabilities, powers),
    lonely(sources.matrix, hostsOf(sources)),
    mostFromAbsence,
  );
  let probabilities = unlimited, limitedPowers: readonly number[] = plain;
  if (recipe.limits) {
    const limited = physicalLimits(unlimited, added.matrix);
    const changed = changedRows(unlimited, limited);
    if (recipe.calibrated) {
      const fitted = fitPowers(
        takeEntries(limited, changed, nClasses),
        takeEntries(labels, changed, 1),
      );
      limitedPowers = fitted.map((power, c) => LIMITS_GIVE.includes(CLASSES[c]) ? 1 : power);
    }
    probabilities = sharpenRows(limited, changed, limitedPowers);
  }
  const pipeline = await trained(spec, { matrix, labels, copies }, { seed, signal });
  onProgress?.(1);
  const degrees = (values: Float64Array) =>
    Array.from(values, (value) => isNaN(value) ? null : value);
  return new SourceClassifier({
    format: CLASSIFIER_FORMAT,
    name: recipe.name,
    title: recipe.title,
    pipeline: parsePipeline(pipeline),
    powers,
    mostFromAbsence,
    limits: recipe.limits,
    limitedPowers,
    coverage,
    thresholds: [...conformalThresholds(probabilities, labels, nClasses, coverage)],
    likeness: recipe.likeness ? learnLikeness(added.matrix, labels, seed) : null,
    training: {
      description: origin.description,
      sha256: origin.sha256,
      simulated: origin.kind === "simulated",
      seed,
      names: sources.names,
      ra: degrees(sources.ra),
      dec: degrees(sources.dec),
      labels: [...labels],
    },
  });
}

/**
 * Copies of sources from which whole groups of columns were taken at random, so that a survey which
 * nobody consulted is no evidence; one in four says so.
 *
 * @param features Columns of the copies.
 */
export function blankedCopies(
  sources: LabelledSources,
  features: readonly string[],
  { copies, weight, share, all }: Blanking,
  seed: number,
): TrainingCopies {
  const { names } = sources, nRows = copies * names.length;
  const parent = Int32Array.from({ length: nRows }, (_, i) => i % names.length);
  const copied = takeSources(sources, parent), { matrix } = copied;
  const stream = random(seed, "blanked copies");
  const columns = Object.entries(SURVEY_GROUPS).map(([group, members]) => ({
    isCounterpart: group !== "X-ray variability",
    columns: withColours(members).map((name) => matrix.names.indexOf(name)),
    observed: matrix.names.indexOf(SURVEYS.find((one) => one.group === group)?.observed ?? ""),
  }));
  for (let copy = 0; copy < nRows; copy++) {
    const row = matrix.values.subarray(copy * matrix.nColumns, (copy + 1) * matrix.nColumns);
    const isAll = stream.uniform() < all;
    for (const { isCounterpart, columns: members, observed } of columns) {
      const isLost = stream.uniform() < share;
      if (!isLost && !(isAll && isCounterpart)) continue;
      for (const column of members) row[column] = NaN;
      if (observed >= 0) row[observed] = 0;
    }
  }
  const blanked = withAddedFeatures(silenced(copied, seed, "blanked"));
  return {
    matrix: takeColumns(blanked.matrix, features),
    parent,
    weight: new Float64Array(nRows).fill(weight),
  };
}

/**
 * Sources without the values of some columns and of the colours that go with them.
 *
 * @param told What the sources then say of the surveys that lost a band: observed (1) or not (0).
 */
export function blankColumns<Table extends Sources>(
  sources: Table,
  columns: readonly string[],
  told?: 0 | 1,
): Table {
  const { matrix } = sources, nRows = matrix.nRows;
  const made = new Map(matrix.names.map((name) => [name, columnOf(sources, name)]));
  for (const name of withColours(columns)) made.get(name)?.fill(NaN);
  for (const { bands, observed } of told === undefined ? [] : SURVEYS) {
    if (!bands.some((band) => columns.includes(band))) continue;
    made.set(observed, new Float64Array(nRows).fill(told!));
  }
  return { ...sources, matrix: fromColumns(made) };
}

/** Columns and the colours that go with them. */
function withColours(names: readonly string[]): string[] {
  const colours = FEATURES.filter(({ from }) => from?.some((part) => names.includes(part)));
  return [...names, ...colours.map(({ name }) => name)];
}

/** Rows that the powers of a rarely named class are fitted with, besides its own. */
const PRIOR_ROWS = 5;

/**
 * Powers for `sharpen` such that the rows which name a class state, on average, the share of them
 * that is right. A class that few rows name leans on the power of all.
 *
 * @param probabilities `[nRows x nClasses]` of rows that the model has not seen.
 * @returns `[nClasses]`
 */
export function fitPowers(probabilities: Float64Array, labels: Int32Array): number[] {
  const n = CLASSES.length;
  const named = predictedLabels(probabilities, n);
  const all = [...named.keys()];
  const right = (rows: readonly number[]) =>
    rows.filter((row) => named[row] === labels[row]).length;
  const stated = (rows: readonly number[], power: number) => {
    const powers = new Array<number>(n).fill(power);
    const p = sharpen(takeEntries(probabilities, rows, n), powers);
    return rows.reduce((sum, row, i) => sum + p[i * n + named[row]], 0);
  };
  const powerOf = (rows: readonly number[], wanted: number) => {
    let low = -5, high = 5; // natural logarithm of the power
    for (let step = 0; step < 40; step++) {
      const middle = (low + high) / 2;
      if (stated(rows, Math.exp(middle)) < wanted) low = middle;
      else high = middle;
    }
    return Math.exp((low + high) / 2);
  };
  const common = powerOf(all, right(all));
  return CLASSES.map((_, c) => {
    const rows = all.filter((row) => named[row] === c);
    if (rows.length === 0) return common;
    const own = right(rows) / rows.length, usual = stated(rows, common) / rows.length;
    const share = (own * rows.length + usual * PRIOR_ROWS) / (rows.length + PRIOR_ROWS);
    return powerOf(rows, share * rows.length);
  });
}

/** Text of the pipeline trained on every row; kept in `.cache/model` by all that decides it. */
async function trained(
  spec: PipelineSpec,
  { matrix, labels, copies }:
    & Required<Pick<Parameters<typeof crossValidate>[0], "matrix" | "labels">>
    & {
      readonly copies?: TrainingCopies;
    },
  { seed, signal }: Pick<FitClassifierOptions, "seed" | "signal">,
): Promise<string> {
  const hash = createHash("sha256").update(await fittingCode())
    .update(JSON.stringify({ spec, seed, names: matrix.names }));
  for (
    const part of [matrix.values, labels, copies?.matrix.values, copies?.parent, copies?.weight]
  ) {
    if (part) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  const path = `${CACHE}/model/${hash.digest("hex").slice(0, 16)}.json`;
  const kept = await readSealed(path);
  if (kept) return new TextDecoder().decode(kept);
  const rows = { matrix, labels, nClasses: CLASSES.length };
  const training = copies ? withCopies(rows, copies) : rows;
  using pipeline = await fitPipeline(spec, training, { seed: deriveSeed(seed, "fit all"), signal });
  const text = pipeline.save();
  await writeSealed(path, text);
  return text;
}
