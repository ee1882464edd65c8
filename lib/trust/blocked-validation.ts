import { takeColumns } from "../catalogue/matrix.ts";
import type { TrainingCopies } from "../models/classifier.ts";
import type { PipelineSpec } from "../models/pipeline.ts";
import type { Settings } from "../run/settings.ts";
import { hostsOf } from "../sky/objects.ts";
import { skyCells } from "../sky/sky-cells.ts";
import type { LabelledSources, Sources } from "../tables/sources.ts";
import {
  crossValidate,
  type CrossValidation,
  type CrossValidationOptions,
} from "../validation/cross-validate.ts";
import { withPhysicalLimits } from "./physical-limits.ts";

/** The cell that "unseen sky" means unless said otherwise: about one Chandra field apart. */
export const CELL_DEG = 1;

/** `[nRows]` sky cells of the sources, see `skyCells`. */
export function cellsOf({ ra, dec }: Pick<Sources, "ra" | "dec">, sizeDeg = CELL_DEG): Int32Array {
  return skyCells(ra, dec, sizeDeg);
}

/**
 * `[nRows]` groups that keep sky cells and hosts whole: the cells that share a host are one group,
 * numbered as one of them.
 */
export function hostGroups(
  sources: Pick<Sources, "ra" | "dec">,
  sizeDeg = CELL_DEG,
): Int32Array {
  const cells = cellsOf(sources, sizeDeg);
  const leader = new Map<number | string, number | string>();
  const find = (member: number | string): number | string => {
    const next = leader.get(member) ?? member;
    return next === member ? member : find(next);
  };
  hostsOf(sources).forEach((host, row) => {
    if (host !== undefined) leader.set(find(host), find(cells[row]));
  });
  return cells.map((cell) => Number(find(cell)));
}

/** How {@link validate} cuts and repeats. */
export interface ValidateOptions {
  readonly folds: number;
  readonly iterations: number;
  /** Blocks; random folds if absent. */
  readonly groups?: Int32Array;
  /** Altered copies of the sources, with all columns of their matrix. */
  readonly copies?: TrainingCopies;
  /** Whether {@link physicalLimits} act on the predictions. */
  readonly limits?: boolean;
  readonly settings: Settings;
  /** Those of the settings if absent. */
  readonly workers?: number;
  readonly crew?: CrossValidationOptions["crew"];
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Cumulative cross-validation of a pipeline on the columns it uses; finished folds are found
 * again by every notebook that asks for the same.
 */
export async function validate(
  { matrix, labels }: LabelledSources,
  spec: PipelineSpec,
  { settings, limits, copies, workers = settings.workers, ...options }: ValidateOptions,
): Promise<CrossValidation> {
  const validation = await crossValidate({
    ...options,
    ...{ labels, spec, seed: settings.seed, workers },
    matrix: takeColumns(matrix, spec.features),
    copies: copies && { ...copies, matrix: takeColumns(copies.matrix, spec.features) },
  });
  return limits ? withPhysicalLimits(validation, matrix) : validation;
}
