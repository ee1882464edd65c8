import { CLASSES } from "../catalogue/classes.ts";
import { outFolder } from "../run/paths.ts";
import { writeJson } from "../run/write-atomic.ts";
import { CMP_BINS, type CmpDistribution } from "./cmp-distribution.ts";

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
