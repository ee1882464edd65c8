import type { LabelledSources } from "@csc-classify/chandra-sources";
import { takeColumns } from "@csc-classify/forests";
import type { TrainingCopies } from "../models/copies.ts";
import type { PipelineSpec } from "../models/pipeline.ts";
import type { Settings } from "../run/settings.ts";
import {
  crossValidate,
  type CrossValidation,
  type CrossValidationOptions,
} from "./cross-validate.ts";

/** How {@link validatePipeline} cuts and repeats. */
export interface ValidateOptions {
  readonly folds: number;
  readonly iterations: number;
  /** Blocks; random folds if absent. */
  readonly groups?: Int32Array;
  /** Altered copies of the sources, with all columns of their matrix. */
  readonly copies?: TrainingCopies;
  readonly settings: Settings;
  /** Those of the settings if absent. */
  readonly workers?: number;
  readonly crew?: CrossValidationOptions["crew"];
  readonly onProgress?: (done: number, total: number) => void;
  /** As in {@link crossValidate}. */
  readonly cacheFolder?: string;
  readonly only?: number;
  readonly signal?: AbortSignal;
}

/**
 * Cumulative cross-validation of a pipeline on the columns it uses; finished folds are found
 * again by every notebook that asks for the same.
 */
export function validatePipeline(
  { matrix, labels }: LabelledSources,
  spec: PipelineSpec,
  { settings, copies, workers = settings.workers, ...options }: ValidateOptions,
): Promise<CrossValidation> {
  return crossValidate({
    ...options,
    labels,
    spec,
    seed: settings.seed,
    workers,
    matrix: takeColumns(matrix, spec.features),
    copies: copies && { ...copies, matrix: takeColumns(copies.matrix, spec.features) },
  });
}
