import pl, { type DataFrame } from "nodejs-polars";
import { CLASSES, type SourceClass } from "../catalogue/classes.ts";
import { crossMatch } from "../sky/cross-match.ts";

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
export interface LabelMatch {
  /**
   * `[nSources]` rows: class, catalogue, label_name, label_ra, label_dec, offset_arcsec; null where
   * no label lies within the radius.
   */
  readonly frame: DataFrame;
  readonly conflicts: readonly ClassConflict[];
  /** Sources of each class, in the order of {@link CLASSES}. */
  readonly counts: Readonly<Record<SourceClass, number>>;
}

/**
 * Gives each source the label nearest to it (section 2.3). The rule for conflicts: whatever the
 * classes, the nearest label wins; of equally near ones that of the catalogue earlier in the list.
 *
 * @param sources Frame with ra and dec in degrees.
 * @param labels Frame with class, catalogue, label_name, label_ra and label_dec (degrees), in the
 * order of the registry.
 * @param radiusArcsec The paper says 1; its own 7,703 sources reach to 1.01.
 */
export function matchLabels(
  sources: DataFrame,
  labels: DataFrame,
  radiusArcsec = 1,
): LabelMatch {
  const numbers = (frame: DataFrame, name: string) =>
    Float64Array.from(frame.getColumn(name).toArray() as (number | null)[], (cell) => cell ?? NaN);
  const pairs = crossMatch(
    { ra: numbers(sources, "ra"), dec: numbers(sources, "dec") },
    { ra: numbers(labels, "label_ra"), dec: numbers(labels, "label_dec") },
    { radiusArcsec, find: "all" },
  );
  const classes = labels.getColumn("class").toArray() as SourceClass[];
  const catalogues = labels.getColumn("catalogue").toArray() as string[];
  const taken = new Int32Array(sources.height).fill(-1);
  const offsets: (number | null)[] = Array(sources.height).fill(null);
  const conflicts: ClassConflict[] = [];
  const counts = Object.fromEntries(CLASSES.map((name) => [name, 0])) as Record<
    SourceClass,
    number
  >;
  for (let start = 0; start < pairs.first.length;) {
    const row = pairs.first[start];
    let end = start + 1;
    while (pairs.first[end] === row) end++;
    // the pairs of a source come nearest first, equally near ones in the order of the labels
    const nearest = pairs.second[start];
    taken[row] = nearest;
    offsets[row] = pairs.separationArcsec[start];
    counts[classes[nearest]]++;
    const found = Array.from(pairs.second.subarray(start, end), (label, i) => ({
      class: classes[label],
      catalogue: catalogues[label],
      separationArcsec: pairs.separationArcsec[start + i],
    }));
    if (new Set(found.map((label) => label.class)).size > 1) conflicts.push({ row, labels: found });
    start = end;
  }
  const columns = ["class", "catalogue", "label_name", "label_ra", "label_dec"].map((name) => {
    const cells = labels.getColumn(name).toArray() as (string | number | null)[];
    const type = name.startsWith("label_") && name !== "label_name" ? pl.Float64 : pl.Utf8;
    return pl.Series(name, Array.from(taken, (label) => label < 0 ? null : cells[label]), type);
  });
  const frame = pl.DataFrame([...columns, pl.Series("offset_arcsec", offsets, pl.Float64)]);
  return { frame, conflicts, counts };
}
