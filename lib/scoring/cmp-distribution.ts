import { CLASSES } from "@csc-classify/chandra-sources/quantities";

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
