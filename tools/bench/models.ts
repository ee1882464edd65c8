import { type PaperModel } from "@csc-classify/chandra-sources";
import { PAPER_PIPELINES } from "#lib/models/paper-pipelines.ts";
import { DROPPED_PIPELINES } from "#studies/dropped-models.ts";

/** What the benchmark compares: the paper's models, its perceptron, and SMOTE alone. */
export type BenchModel = PaperModel | "mlp" | "smote";

/** The pipelines of the models. */
export const PIPELINES = { ...PAPER_PIPELINES, mlp: DROPPED_PIPELINES.mlp };

/** The rows each is fitted on: imputed, also oversampled by our SMOTE, or with weights and gaps. */
export const SAMPLE_OF: Readonly<Record<BenchModel, "imputed" | "oversampled" | "weighted">> = {
  rf: "oversampled",
  gbdt: "oversampled",
  lightgbm: "weighted",
  mlp: "oversampled",
  smote: "imputed",
};

/** How each is called in tables, and what its fit time over Python's is to be at most. */
export const MODELS: Readonly<Record<BenchModel, { readonly title: string; limit?: number }>> = {
  rf: { title: "random forest / scikit-learn", limit: 1 / 4 },
  gbdt: { title: "GBDT / scikit-learn", limit: 1 / 12 },
  lightgbm: { title: "LightGBM-WASM / native", limit: 1.25 },
  mlp: { title: "perceptron / scikit-learn" },
  smote: { title: "SMOTE / imbalanced-learn" },
};

/** The parameter that says how many rounds, trees or epochs a model has. */
export const SIZE_OF = {
  rf: "trees",
  gbdt: "rounds",
  lightgbm: "num_iterations",
  mlp: "epochs",
} as const;

/**
 * Rounds or trees of a first fit that is not measured, on both sides: a cross-validation makes
 * hundreds of fits in one process, so loading and compiling code is not what a fit costs.
 */
export const WARM_UP = 30;

/** One fit in a process of its own, after the warm-up. */
export interface Measurement {
  readonly fitSeconds: number;
  /** Processor time of all threads of the process. */
  readonly fitCpuSeconds: number;
  /** For the fold's held-out rows. */
  readonly predictSeconds: number;
  /** Largest resident set of the process, code and data included. */
  readonly peakBytes: number;
}
