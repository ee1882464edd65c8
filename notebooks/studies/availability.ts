import { CLASSES } from "#lib/catalogue/classes.ts";
import { FEATURE_GROUPS, type FeatureGroup, FEATURES } from "#lib/catalogue/features.ts";
import type { Matrix } from "#lib/catalogue/matrix.ts";

/** How many sources of a class have a group of features. */
export interface Availability {
  readonly group: FeatureGroup;
  /** One of CLASSES, or `all`. */
  readonly className: string;
  /** Per cent of the sources that have at least one feature of the group; NaN without sources. */
  readonly percent: number;
}

/**
 * Availability of each group of features (the paper's Figure 1), by class and in all.
 *
 * @param matrix `[nRows x 41]` with the columns of FEATURES; NaN where missing.
 * @param classes `[nRows]` class names.
 */
export function availability(matrix: Matrix, classes: readonly string[]): Availability[] {
  return FEATURE_GROUPS.flatMap((group) => {
    const columns = FEATURES.flatMap((feature) =>
      feature.group === group ? [matrix.names.indexOf(feature.name)] : []
    );
    const has = classes.map((_, row) =>
      columns.some((column) => !Number.isNaN(matrix.values[row * matrix.nColumns + column]))
    );
    return [...CLASSES, "all"].map((className) => {
      const members = has.filter((_, row) => className === "all" || classes[row] === className);
      const percent = 100 * members.filter(Boolean).length / members.length;
      return { group, className, percent };
    });
  });
}
