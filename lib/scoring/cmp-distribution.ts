import { CLASSES, type SourceClass } from "../catalogue/classes.ts";
import { PAPER } from "../catalogue/published-numbers.ts";

/** Table 8's confidence thresholds: a source counts when its CMP is greater. */
const CMP_THRESHOLDS = { "3sigma": 0.997, "4sigma": 0.9999 } as const;

/** One row of Table 8. */
export interface ClassCounts {
  all: number;
  "3sigma": number;
  "4sigma": number;
}

const NONE: Readonly<ClassCounts> = { all: 0, "3sigma": 0, "4sigma": 0 };
/** Columns of Table 8. */
export const TABLE_8_COLUMNS = ["all", "3sigma", "4sigma"] as const;

/** Bins of Figure 6 over [0, 1]. The paper does not give its number. */
export const CMP_BINS = 50;

/**
 * What Table 8 and Figure 6 need of a scored catalogue, gathered row by row: counts above the
 * thresholds and a histogram of the CMP, for each class.
 */
export class CmpDistribution {
  /** `[nClasses]` rows of Table 8. */
  readonly counts: readonly ClassCounts[] = CLASSES.map(() => ({ ...NONE }));
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

/** One row of Table 8, ours beside the published one. */
export interface Table8Row extends ClassCounts {
  readonly class: SourceClass | "total";
  readonly published: Readonly<ClassCounts>;
}

/** Table 8: eight classes and their total. */
export function table8({ counts }: Pick<CmpDistribution, "counts">): Table8Row[] {
  const total = { ...NONE };
  for (const row of counts) for (const column of TABLE_8_COLUMNS) total[column] += row[column];
  return [
    ...CLASSES.map((name, i) => ({ class: name, ...counts[i], published: PAPER.table8[name] })),
    { class: "total", ...total, published: PAPER.table8.total },
  ];
}
