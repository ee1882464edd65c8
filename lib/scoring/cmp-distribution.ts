import { CLASSES, type SourceClass } from "../catalogue/classes.ts";
import { PAPER } from "../catalogue/published-numbers.ts";
import type { Result } from "../run/results.ts";
import { outFolder, writeJson } from "../run/files.ts";

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

/** Path below `out/` of what Figure 6 is drawn from. */
export const DISTRIBUTION_FILE = "results/cmp-distribution.json";

/** The histograms of a scored catalogue and what the catalogue was. */
export interface SavedDistribution {
  /** What was scored, in words. */
  readonly catalogue: string;
  readonly simulated: boolean;
  /** By class name: `[CMP_BINS]` numbers of sources over CMP 0 to 1. */
  readonly histograms: Readonly<Record<string, readonly number[]>>;
}

/** Saves the histograms of a scored catalogue for {@link loadDistribution}. */
export async function saveDistribution(
  { histograms }: Pick<CmpDistribution, "histograms">,
  catalogue: Pick<SavedDistribution, "catalogue" | "simulated">,
): Promise<void> {
  const byClass = Object.fromEntries(CLASSES.map((name, i) => [name, [...histograms[i]]]));
  await writeJson(`${outFolder()}/${DISTRIBUTION_FILE}`, { ...catalogue, histograms: byClass });
}

/**
 * Reads what {@link saveDistribution} wrote.
 *
 * @throws Error naming the file and the task that makes it when there is none, TypeError when it
 * has other bins.
 */
export async function loadDistribution(): Promise<SavedDistribution> {
  const path = `${outFolder()}/${DISTRIBUTION_FILE}`;
  const text = await Deno.readTextFile(path).catch((error) => {
    throw new Error(`no scored catalogue in ${path}: run "deno task report" first`, {
      cause: error,
    });
  });
  const saved = JSON.parse(text) as SavedDistribution;
  for (const name of CLASSES) {
    if (saved.histograms[name]?.length !== CMP_BINS) {
      throw new TypeError(
        `${path}: class ${name} has ${
          saved.histograms[name]?.length
        } bins, expected ${CMP_BINS}; ` +
          'delete the file and run "deno task report"',
      );
    }
  }
  return saved;
}
