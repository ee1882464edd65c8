import { CLASSES } from "../catalogue/classes.ts";

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
