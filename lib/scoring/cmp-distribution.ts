import { CLASSES, type SourceClass } from "../catalogue/classes.ts";
import { PAPER } from "../catalogue/published-numbers.ts";
import type { Result } from "../run/results.ts";

/** Table 8's confidence thresholds: a source counts when its CMP is greater. */
const CMP_THRESHOLDS = { "3sigma": 0.997, "4sigma": 0.9999 } as const;

/** One row of Table 8. */
export interface ClassCounts {
  all: number;
  "3sigma": number;
  "4sigma": number;
}

/** Bins of Figure 6 over [0, 1]. The paper does not give its number. */
export const CMP_BINS = 50;

/**
 * What Table 8 and Figure 6 need of a scored catalogue, gathered row by row: counts above the
 * thresholds and a histogram of the CMP, for each class.
 */
export class CmpDistribution {
  /** `[nClasses]` rows of Table 8. */
  readonly counts: readonly ClassCounts[] = CLASSES.map(() => ({
    all: 0,
    "3sigma": 0,
    "4sigma": 0,
  }));
  /** `[nClasses][CMP_BINS]` numbers of sources. */
  readonly histograms: readonly Uint32Array[] = CLASSES.map(() => new Uint32Array(CMP_BINS));

  /** Counts one source, by the index of its class and its CMP in [0, 1]. */
  add(label: number, cmp: number): void {
    const counts = this.counts[label];
    counts.all++;
    if (cmp > CMP_THRESHOLDS["3sigma"]) counts["3sigma"]++;
    if (cmp > CMP_THRESHOLDS["4sigma"]) counts["4sigma"]++;
    this.histograms[label][Math.min(CMP_BINS - 1, Math.floor(cmp * CMP_BINS))]++;
  }
}

/**
 * Probability density of a histogram over [0, 1], equation 8: n_i / (sum n dx); its integral,
 * equation 7, is 1. All zero for an empty histogram.
 */
export function probabilityDensity(histogram: Uint32Array): Float64Array {
  const total = histogram.reduce((sum, n) => sum + n, 0);
  return Float64Array.from(histogram, (n) => total === 0 ? 0 : n * histogram.length / total);
}

/** Centre of the highest bin of a histogram over [0, 1], the first of equals; NaN when empty. */
export function mostProbable(histogram: Uint32Array): number {
  const highest = Math.max(...histogram);
  return highest === 0 ? NaN : (histogram.indexOf(highest) + 0.5) / histogram.length;
}

const COLUMNS = ["all", "3sigma", "4sigma"] as const;

/** One row of Table 8, ours beside the published one. */
export interface Table8Row extends ClassCounts {
  readonly class: SourceClass | "total";
  readonly published: Readonly<ClassCounts>;
}

/** Table 8: eight classes and their total. */
export function table8({ counts }: Pick<CmpDistribution, "counts">): Table8Row[] {
  const total = { all: 0, "3sigma": 0, "4sigma": 0 };
  for (const row of counts) for (const column of COLUMNS) total[column] += row[column];
  return [
    ...CLASSES.map((name, i) => ({ class: name, ...counts[i], published: PAPER.table8[name] })),
    { class: "total", ...total, published: PAPER.table8.total },
  ];
}

/**
 * Table 8 for `out/results.json`, under `table8.<class>.<column>`.
 *
 * @param simulated Whether the counted sources are simulated.
 */
export function table8Results(
  rows: readonly Table8Row[],
  simulated: boolean,
): Record<string, Result> {
  return Object.fromEntries(rows.flatMap((row) =>
    COLUMNS.map((column) => [
      `table8.${row.class}.${column}`,
      {
        value: row[column],
        published: { value: row.published[column] },
        ...(simulated && { simulated }),
      },
    ])
  ));
}

/** The histograms of a distribution by class name, as Figure 6 keeps them. */
export function histogramsByClass(
  { histograms }: Pick<CmpDistribution, "histograms">,
): Record<SourceClass, number[]> {
  const byClass = CLASSES.map((name, i) => [name, [...histograms[i]]] as const);
  return Object.fromEntries(byClass) as Record<SourceClass, number[]>;
}
