import type { DataFrame } from "nodejs-polars";
import { crossMatch } from "../sky/cross-match.ts";

/** Two labelled candidates that cannot both be right, or whose labels are one. */
export interface CloseLabels {
  /** Rows of the table of candidates. */
  readonly first: number;
  readonly second: number;
  /** Between the catalogued positions of the labels, arcsec. */
  readonly separationArcsec: number;
  /** Whether the two labels are of different classes. */
  readonly isConflict: boolean;
}

/**
 * Pairs of candidates whose labels come from positions within `radiusArcsec` of each other: one
 * catalogued object that labels two X-ray sources, or two catalogues that speak of one object.
 *
 * @param candidates Columns cat_ra, cat_dec (deg) and class, as in `id_frame.csv`.
 */
export function closeLabels(candidates: DataFrame, radiusArcsec: number): CloseLabels[] {
  const column = (name: string) =>
    Float64Array.from(candidates.getColumn(name).toArray().map(Number));
  const positions = { ra: column("cat_ra"), dec: column("cat_dec") };
  const classes = candidates.getColumn("class").toArray();
  const pairs = crossMatch(positions, positions, { radiusArcsec, find: "all" });
  return [...pairs.first.keys()].flatMap((i) => {
    const first = pairs.first[i], second = pairs.second[i];
    if (first >= second) return [];
    const isConflict = classes[first] !== classes[second];
    return [{ first, second, separationArcsec: pairs.separationArcsec[i], isConflict }];
  });
}
