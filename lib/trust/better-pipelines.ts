import { FEATURE_NAMES } from "../catalogue/features.ts";
import { PAPER_PIPELINES } from "../models/paper-pipelines.ts";
import type { PipelineSpec } from "../models/pipeline.ts";
import { ADDED_NAMES, FEATURE_SETS } from "../tables/added-features.ts";

/** A pipeline with the words a table shows it under. */
export interface NamedPipeline {
  readonly title: string;
  readonly spec: PipelineSpec;
}

/** Small trees on part of the rows and columns: what is true of one field only is not learnt. */
const REGULARISED = {
  num_iterations: 100,
  num_leaves: 12,
  learning_rate: 0.1,
  min_data_in_leaf: 15,
  lambda_l2: 5,
  feature_fraction: 0.4,
  bagging_fraction: 0.8,
  bagging_freq: 1,
  force_col_wise: true,
  deterministic: true,
} as const;

/** Splits drawn at random (Geurts et al. 2006, doi:10.1007/s10994-006-6226-1), so more rounds. */
const RANDOM_SPLITS = {
  ...REGULARISED,
  num_iterations: 120,
  feature_fraction: 0.3,
  extra_trees: true,
} as const;

/**
 * Bounded weights. The authors' exp(0.07 N / N_class) explodes when a held-out block takes most of
 * a class with it: without NGC 3115's field an LMXB would weigh a million stars.
 */
const BOUNDED_WEIGHTS = { power: 0.5 };

/** Where a source is, to the degree: what lets a tree learn a field by heart. */
const RAW_POSITION = ["gal_l", "gal_b"];
const UNPLACED = FEATURE_NAMES.filter((name) => !RAW_POSITION.includes(name));

function lightgbm(
  features: readonly string[],
  parameters: PipelineSpec["parameters"],
  classWeight: PipelineSpec["classWeight"] = BOUNDED_WEIGHTS,
): PipelineSpec {
  return { algorithm: "lightgbm", parameters, features, transforms: [], classWeight };
}

const ALL = [...UNPLACED, ...ADDED_NAMES];

function setNames(...ids: readonly string[]): string[] {
  return FEATURE_SETS.filter(({ id }) => ids.includes(id)).flatMap(({ names }) => names);
}

const SHAPES = setNames("hardness", "flux-ratios", "colours");
const PLACED = [...UNPLACED, ...SHAPES, ...setNames("galactic")];
const IN_GALAXIES = [...PLACED, ...setNames("galaxies")];
const IN_CLUSTERS = [...IN_GALAXIES, ...setNames("clusters", "star-formation")];

/** The report's steps from the paper's pipeline to the better one; each contains the last. */
export const STEPS: readonly NamedPipeline[] = [
  { title: "the paper's LightGBM", spec: PAPER_PIPELINES.lightgbm },
  {
    title: "bounded class weights",
    spec: { ...PAPER_PIPELINES.lightgbm, classWeight: BOUNDED_WEIGHTS },
  },
  { title: "+ regularisation", spec: lightgbm(FEATURE_NAMES, REGULARISED) },
  {
    title: "+ hardness, flux ratios, more colours",
    spec: lightgbm([...FEATURE_NAMES, ...SHAPES], REGULARISED),
  },
  { title: "Galactic structure for l and b", spec: lightgbm(PLACED, REGULARISED) },
  { title: "+ nearby galaxies", spec: lightgbm(IN_GALAXIES, REGULARISED) },
  { title: "+ clusters, star formation", spec: lightgbm(IN_CLUSTERS, REGULARISED) },
  { title: "+ significance, availability", spec: lightgbm(ALL, REGULARISED) },
  { title: "+ random splits", spec: lightgbm(ALL, RANDOM_SPLITS) },
];

/** The better pipeline: what the nested choice takes most often. */
export const BETTER_PIPELINE: PipelineSpec = lightgbm(ALL, RANDOM_SPLITS);

/** Copies of each nucleus behind the plane, and their weight together, that the choice may take. */
export const ABSORBED = { perSource: 2, weight: 0.15 } as const;

/** A candidate of the nested choice. */
export interface Candidate extends NamedPipeline {
  /** Whether it learns from nuclei behind the plane too, see `absorbedCopies`. */
  readonly absorbed?: boolean;
}

/** What the nested choice chooses from: features, regularisation, class weights, copies. */
export const CANDIDATES: Readonly<Record<string, Candidate>> = {
  paper: STEPS[0],
  regularised: { title: "added features, regularised", spec: lightgbm(ALL, REGULARISED) },
  "random-splits": { title: "added features, random splits", spec: BETTER_PIPELINE },
  absorbed: {
    title: "the same, with nuclei behind the plane",
    spec: BETTER_PIPELINE,
    absorbed: true,
  },
};
