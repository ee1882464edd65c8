import { toLabels } from "../catalogue/classes.ts";
import { type Matrix, takeColumns } from "../catalogue/matrix.ts";
import type { PipelineSpec } from "../models/pipeline.ts";
import type { Settings } from "../run/settings.ts";
import { skyCells } from "../sky/sky-cells.ts";
import type { TrainingTable } from "../tables/training-table.ts";
import { crossValidate, type CrossValidation } from "../validation/cross-validate.ts";
import { engineeredMatrix } from "./added-features.ts";
import { withPhysicalLimits } from "./physical-limits.ts";

/** A training table in the form the questions beyond the paper ask of it. */
export interface LabelledSources {
  readonly names: readonly string[];
  /** `[nRows]` class indices. */
  readonly labels: Int32Array;
  /** Physical and added columns, see {@link engineeredMatrix}. */
  readonly matrix: Matrix;
  readonly ra: Float64Array;
  readonly dec: Float64Array;
  /** `[nRows]` catalogue of the label. */
  readonly catalogues: readonly string[];
}

/** The cell that "unseen sky" means unless said otherwise: about one Chandra field apart. */
export const CELL_DEG = 1;

/** Reads the columns of a training table. */
export function labelledSources({ frame }: TrainingTable): LabelledSources {
  const column = (name: string) => frame.getColumn(name).toArray();
  return {
    names: column("name").map(String),
    labels: toLabels(column("class").map(String)),
    matrix: engineeredMatrix(frame),
    ra: Float64Array.from(column("ra"), Number),
    dec: Float64Array.from(column("dec"), Number),
    catalogues: frame.columns.includes("catalogue") ? column("catalogue").map(String) : [],
  };
}

/** `[nRows]` sky cells of the sources, see `skyCells`. */
export function cellsOf({ ra, dec }: LabelledSources, sizeDeg = CELL_DEG): Int32Array {
  return skyCells(ra, dec, sizeDeg);
}

/**
 * `[nRows]` groups that keep each label catalogue whole. A class that a single catalogue labels
 * could not be learnt without it: its sources go by sky cell.
 */
export function catalogueGroups(sources: LabelledSources): Int32Array {
  const { catalogues, labels } = sources;
  const lists = new Map<string, number>();
  for (const key of catalogues.map((name, row) => `${labels[row]} ${name}`)) {
    if (!lists.has(key)) lists.set(key, -1 - lists.size);
  }
  const cells = cellsOf(sources);
  const perClass = new Map<number, Set<string>>();
  labels.forEach((label, row) => {
    perClass.set(label, (perClass.get(label) ?? new Set()).add(catalogues[row]));
  });
  return labels.map((label, row) =>
    perClass.get(label)!.size > 1 ? lists.get(`${label} ${catalogues[row]}`)! : cells[row]
  );
}

/** How {@link validate} cuts and repeats. */
export interface ValidateOptions {
  readonly folds: number;
  readonly iterations: number;
  /** Blocks; random folds if absent. */
  readonly groups?: Int32Array;
  /** Whether {@link physicalLimits} act on the predictions. */
  readonly limits?: boolean;
  readonly settings: Settings;
  /** Those of the settings if absent. */
  readonly workers?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Cumulative cross-validation of a pipeline on the columns it uses; finished folds are found
 * again by every notebook that asks for the same.
 */
export async function validate(
  { matrix, labels }: LabelledSources,
  spec: PipelineSpec,
  { settings, limits, workers = settings.workers, ...options }: ValidateOptions,
): Promise<CrossValidation> {
  const validation = await crossValidate({
    ...options,
    ...{ labels, spec, seed: settings.seed, workers },
    matrix: takeColumns(matrix, spec.features),
  });
  return limits ? withPhysicalLimits(validation, matrix) : validation;
}
