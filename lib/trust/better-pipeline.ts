import { FEATURE_NAMES } from "@csc-classify/chandra-sources";
import type { PipelineSpec } from "../models/pipeline.ts";
import { ADDED_NAMES, COVERAGE, LUMINOSITY_ERROR } from "../tables/added-features.ts";

/** Small trees on part of the rows and columns: what is true of one field only is not learnt. */
export const REGULARISED = {
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

/** Where a source is, to the degree: what lets a tree learn a field by heart. */
const RAW_POSITION = ["gal_l", "gal_b"];
/** Columns that no pipeline learns from: a field by heart, coverage, what only the limits need. */
const NOT_LEARNT: readonly string[] = [...RAW_POSITION, ...COVERAGE.names, LUMINOSITY_ERROR];

/** The better pipeline: what the nested choice of notebook 7 takes most often. */
export const BETTER_PIPELINE: PipelineSpec = {
  algorithm: "lightgbm",
  parameters: {
    ...REGULARISED,
    // splits drawn at random (Geurts et al. 2006, doi:10.1007/s10994-006-6226-1), so more rounds
    num_iterations: 120,
    feature_fraction: 0.3,
    extra_trees: true,
  },
  features: [...FEATURE_NAMES, ...ADDED_NAMES].filter((name) => !NOT_LEARNT.includes(name)),
  transforms: [],
  // bounded: the authors' exp(0.07 N / N_class) explodes when a held-out block takes most of a
  // class with it; without NGC 3115's field an LMXB would weigh a million stars
  classWeight: { power: 0.5 },
};

/** Copies of each nucleus behind the plane, and their weight together, that the choice may take. */
export const ABSORBED = { perSource: 2, weight: 0.15 } as const;
