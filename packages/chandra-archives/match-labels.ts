import type { DataFrame } from "nodejs-polars";
import { type SourceClass } from "@csc-classify/chandra-sources";
import { crossMatch, type Positions } from "@csc-classify/sky";
import { numbers } from "@csc-classify/vo-archives";

/** A source that label catalogues put into different classes. */
export interface ClassConflict {
  /** Row of the source. */
  readonly row: number;
  /** The label taken and those passed over, by distance. */
  readonly labels: readonly {
    readonly class: SourceClass;
    readonly catalogue: string;
    readonly separationArcsec: number;
  }[];
}

/** Labels of sources. */
interface LabelMatch {
  /** `[nSources]` row among the labels, -1 where none lies within the radius. */
  readonly taken: Int32Array;
  /** `[nSources]` distance from it, arcsec; NaN where there is none. */
  readonly offsetArcsec: Float64Array;
  readonly conflicts: readonly ClassConflict[];
}

/**
 * Gives each source the label nearest to it (section 2.3). The rule for conflicts: whatever the
 * classes, the nearest label wins; of equally near ones that of the catalogue earlier in the list.
 *
 * @param sources Degrees.
 * @param labels Frame with class, catalogue, label_ra and label_dec (degrees), in the order of the
 * registry.
 * @param radiusArcsec The paper says 1; its own 7,703 sources reach to 1.01.
 */
export function matchLabels(
  sources: Positions,
  labels: DataFrame,
  radiusArcsec = 1,
): LabelMatch {
  const places = { ra: numbers(labels, "label_ra"), dec: numbers(labels, "label_dec") };
  const pairs = crossMatch(sources, places, { radiusArcsec, find: "all" });
  const classes = labels.getColumn("class").toArray() as SourceClass[];
  const catalogues = labels.getColumn("catalogue").toArray() as string[];
  const taken = new Int32Array(sources.ra.length).fill(-1);
  const offsetArcsec = new Float64Array(sources.ra.length).fill(NaN);
  const conflicts: ClassConflict[] = [];
  for (let start = 0; start < pairs.first.length;) {
    const row = pairs.first[start];
    let end = start + 1;
    while (pairs.first[end] === row) end++;
    // the pairs of a source come nearest first, equally near ones in the order of the labels
    const nearest = pairs.second[start];
    taken[row] = nearest;
    offsetArcsec[row] = pairs.separationArcsec[start];
    const found = Array.from(pairs.second.subarray(start, end), (label, i) => ({
      class: classes[label],
      catalogue: catalogues[label],
      separationArcsec: pairs.separationArcsec[start + i],
    }));
    if (new Set(found.map((label) => label.class)).size > 1) conflicts.push({ row, labels: found });
    start = end;
  }
  return { taken, offsetArcsec, conflicts };
}
