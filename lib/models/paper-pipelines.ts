import { FEATURE_NAMES, type PaperModel } from "@csc-classify/chandra-sources";
import { AUTHORS_PARAMETERS } from "./lightgbm.ts";
import type { PipelineSpec } from "./pipeline.ts";

/** How rows are prepared for models that need complete rows of equal scale (section 3.3). */
export const FOREST_STEPS = {
  features: FEATURE_NAMES,
  transforms: ["scale-min-max", "impute-mode"],
  oversample: { method: "smote", neighbours: 4 },
} as const;

/**
 * The paper's three pipelines (sections 3.1-3.4). Forests get mode imputation and SMOTE with
 * k = 4; LightGBM takes missing values as they are and weighs classes by exp(0.07 N / N_class).
 */
export const PAPER_PIPELINES: Readonly<Record<PaperModel, PipelineSpec>> = {
  rf: {
    ...FOREST_STEPS,
    algorithm: "random-forest",
    parameters: { trees: 400, maxDepth: 30 },
  },
  gbdt: {
    ...FOREST_STEPS,
    algorithm: "gbdt",
    parameters: { rounds: 100, maxDepth: 3, learningRate: 0.1 },
  },
  lightgbm: {
    algorithm: "lightgbm",
    parameters: { ...AUTHORS_PARAMETERS },
    features: FEATURE_NAMES,
    transforms: ["scale-min-max"],
    classWeight: { lambda: 0.07 },
  },
};
