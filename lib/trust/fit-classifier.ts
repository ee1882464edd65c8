import { createHash } from "node:crypto";
import {
  CLASSES,
  FLUX_NED,
  type LabelledSources,
  withCoverage,
  withFilledFlux,
} from "@csc-classify/chandra-sources";
import { deriveSeed, type Matrix, takeColumns, takeTurns } from "@csc-classify/forests";
import { joinCopies, type TrainingCopies, withCopies } from "../models/copies.ts";
import { LIGHTGBM_BUILD } from "../models/load-lightgbm.ts";
import { PAPER_PIPELINES } from "../models/paper-pipelines.ts";
import { fitPipeline, parsePipeline, type PipelineSpec } from "../models/pipeline.ts";
import { CACHE } from "../run/files.ts";
import { interruptSignal } from "../run/interrupt.ts";
import { readSealed, writeSealed } from "@csc-classify/safe-files";
import { COVERAGE, withAddedFeatures } from "../tables/added-features.ts";
import { LABEL_COLUMNS, settledLabels } from "../tables/labelled-set.ts";
import { crossValidate } from "../validation/cross-validate.ts";
import { fittingCode } from "../validation/fitting-code.ts";
import { ABSORBED, BETTER_PIPELINE } from "./better-pipeline.ts";
import { blankedCopies, type Blanking, heldOutCopies } from "./blanked-copies.ts";
import { hostGroups } from "./sky-blocks.ts";
import { SourceClassifier } from "./classify.ts";
import { circumstances } from "./decision.ts";
import { fitDecision, type HeldOutRows } from "./fit-decision.ts";
import { learnLikeness } from "./likeness.ts";
import { CLASSIFIER_FORMAT, type TrainingList } from "./saved-classifier.ts";
import { absorbedCopies, type AbsorbedOptions, silenced } from "./training-copies.ts";

/** How a classifier is made: what is validated, trained, shipped and applied. */
export interface Recipe {
  readonly name: string;
  readonly title: string;
  readonly spec: PipelineSpec;
  /** How copies of training rows lose surveys; undefined for rows as they are. */
  readonly blanking?: Blanking;
  /** Whether probabilities are calibrated and bounded; the paper's are as the model gives them. */
  readonly calibrated: boolean;
  /** Whether it knows the physical limits of hosts, for those who ask for them. */
  readonly limits: boolean;
  /** Whether a missing broad-band flux is filled from the other bands. */
  readonly fillsFlux: boolean;
  /** Whether products say how like the labelled sources of its class a source is. */
  readonly likeness: boolean;
  /** Share of each class whose set is to hold the class. */
  readonly coverage: number;
  /** Blocked folds whose held-out predictions calibration and sets are fitted on. */
  readonly folds: number;
  /** Copies of nuclei behind the Galactic plane; none if absent. */
  readonly absorbed?: Pick<AbsorbedOptions, "perSource" | "weight">;
}

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
    fillsFlux: true,
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
    fillsFlux: false,
    likeness: false,
    coverage: 0.95,
    folds: 5,
  },
} satisfies Record<string, Recipe>;

/** What {@link fitClassifier} may be told. */
interface FitClassifierOptions {
  readonly seed: number;
  readonly workers: number;
  /** Called with the share done, in (0, 1]. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** Fewer labelled sources than this cannot be cut into folds that hold every class. */
const LEAST_ROWS = 20;

/**
 * Fits a classifier: the pipeline is cross-validated on folds that keep sky cells and hosts whole;
 * held-out predictions of the sources whose labels are settled give calibration and thresholds;
 * then it is trained on every row. The same sources, recipe and seed give the same bytes for any
 * number of workers; folds and trees once fitted are kept in `.cache`.
 *
 * @throws Error when LightGBM is not built, saying what to run; RangeError for fewer than 20
 * sources or a single class.
 */
export async function fitClassifier(
  given: LabelledSources,
  recipe: Recipe,
  { seed, workers, onProgress, signal: stop }: FitClassifierOptions,
): Promise<SourceClassifier> {
  const classes = new Set(given.labels).size, nRows = given.labels.length;
  if (classes < 2 || nRows < LEAST_ROWS) {
    throw new RangeError(
      `${given.origin.description} are too little to learn from: ${nRows} rows, ${classes} ` +
        `classes; give at least ${LEAST_ROWS} rows, of two classes or more`,
    );
  }
  using interrupt = interruptSignal(stop);
  const { signal } = interrupt;
  const { spec, folds } = recipe;
  const { sources, matrix, copies, unseen } = await prepare(given, recipe, seed, signal);
  const { labels } = sources.plain;
  const { iterations: [held] } = await crossValidate({
    matrix,
    labels,
    copies,
    asked: unseen &&
      { parent: unseen.parent, matrix: takeColumns(unseen.added.matrix, spec.features) },
    spec,
    seed,
    workers,
    folds,
    signal,
    iterations: 1,
    groups: hostGroups(sources.plain),
    onProgress: (done) => onProgress?.(done / (folds + 1)),
  });
  const decision = fitDecision(
    heldOutRows(held.probabilities, sources),
    settledLabels(sources.plain),
    unseen && held.asked && { ...heldOutRows(held.asked, unseen), parent: unseen.parent },
    recipe,
  );
  const pipeline = await trained(spec, { matrix, labels, copies }, { seed, signal });
  onProgress?.(1);
  return new SourceClassifier({
    format: CLASSIFIER_FORMAT,
    name: recipe.name,
    title: recipe.title,
    pipeline: parsePipeline(pipeline),
    fillsFlux: recipe.fillsFlux,
    decision,
    likeness: recipe.likeness ? learnLikeness(sources.added.matrix, labels, seed) : null,
    training: await trainingList(sources.plain, seed),
  });
}

/** Sources as they are, and with the added columns. */
interface BothForms {
  readonly plain: LabelledSources;
  readonly added: LabelledSources;
}

/** What {@link fitClassifier} learns from, and what it asks its folds about. */
interface Prepared {
  /** Every source, its flux filled where the recipe says so. */
  readonly sources: BothForms;
  /** `[nSources x nFeatures]` the columns of the pipeline. */
  readonly matrix: Matrix;
  readonly copies?: TrainingCopies;
  /** Copies by which the sets of poorly known sources are fitted; never learnt from. */
  readonly unseen?: BothForms & { readonly parent: Int32Array };
}

async function prepare(
  given: LabelledSources,
  { spec, blanking, absorbed, fillsFlux }: Recipe,
  seed: number,
  signal: AbortSignal,
): Promise<Prepared> {
  const turn = takeTurns(signal); // each step takes a while
  const plain = fillsFlux ? withFilledFlux(given).sources : given;
  const told = blanking ? withCoverage(plain) : plain;
  const added = withAddedFeatures(silenced(told, seed, "rows"));
  await turn();
  const blanked = blanking && blankedCopies(told, spec.features, blanking, seed);
  await turn();
  const behindPlane = absorbed &&
    absorbedCopies(plain, { ...absorbed, seed, features: spec.features });
  await turn();
  const heldOut = blanking && heldOutCopies(told, blanking, deriveSeed(seed, "held-out copies"));
  await turn();
  const unseen = heldOut && {
    plain: heldOut.sources,
    added: withAddedFeatures(heldOut.sources),
    parent: heldOut.parent,
  };
  await turn();
  return {
    sources: { plain, added },
    matrix: takeColumns(added.matrix, spec.features),
    copies: blanked && behindPlane ? joinCopies(blanked, behindPlane) : blanked ?? behindPlane,
    unseen,
  };
}

/** Rows with what pipelines that have not seen them gave them. */
function heldOutRows(given: Float64Array, { plain, added }: BothForms): HeldOutRows {
  const { labels } = plain;
  return { given, labels, circumstances: circumstances(plain), matrix: added.matrix };
}

/** What a saved classifier says of the sources that it learnt from. */
async function trainingList(
  sources: LabelledSources,
  seed: number,
): Promise<TrainingList> {
  const { origin, names, ra, dec, labels } = sources;
  const degrees = (values: Float64Array) =>
    Array.from(values, (value) => isNaN(value) ? null : value);
  return {
    description: origin.description,
    sha256: origin.sha256,
    simulated: origin.kind === "simulated",
    seed,
    names,
    ra: degrees(ra),
    dec: degrees(dec),
    labels: [...labels],
    notes: labelNotes(sources),
    lightgbm: await Deno.readTextFile(LIGHTGBM_BUILD.sum).catch(() => ""),
  };
}

/** What is told of each label, by name. */
function labelNotes({ extras = {} }: LabelledSources): TrainingList["notes"] {
  const told = LABEL_COLUMNS.filter((name) => extras[name]);
  type Notes = TrainingList["notes"][string]; // texts and flags all of them
  return Object.fromEntries(told.map((name) => [name, extras[name] as Notes]));
}

/** Text of the pipeline trained on every row; kept in `.cache/model` by all that decides it. */
async function trained(
  spec: PipelineSpec,
  { matrix, labels, copies }: Pick<Prepared, "matrix" | "copies"> & { readonly labels: Int32Array },
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
