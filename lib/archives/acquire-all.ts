import pl, { type DataFrame } from "nodejs-polars";
import { ArchiveError } from "./archive-error.ts";
import { COUNTERPARTS } from "./counterparts.ts";
import { fetchLabels, type LabelOptions } from "./fetch-labels.ts";
import { LABEL_CATALOGUES } from "./label-catalogues.ts";
import { matchCounterparts } from "./match-counterparts.ts";
import type { XMatchOptions } from "./x-match.ts";

/** What one catalogue gave. */
export interface CatalogueReport {
  readonly id: string;
  readonly title: string;
  /** Counterparts matched, or labels. */
  readonly rows: number;
  /** Labels left out for want of a precise position. */
  readonly unplaced?: number;
  /** Why there are none, when its table or columns are not as expected. */
  readonly problem?: string;
}

/** Progress from catalogue to catalogue. */
export interface OnCatalogue {
  /** Called before each catalogue with the number of those done. */
  readonly onCatalogue?: (done: number, title: string) => void;
}

/**
 * Counterparts of every source in every catalogue of section 2.2, side by side. A catalogue whose
 * table is not as expected is left out and reported; a service that fails is an error.
 *
 * @param sources As for {@link matchCounterparts}.
 * @returns `[nSources]` rows with the features of all catalogues.
 */
export async function matchAllCounterparts(
  sources: DataFrame,
  options: Omit<XMatchOptions, "radiusArcsec" | "columns"> & OnCatalogue = {},
): Promise<{ frame: DataFrame; report: CatalogueReport[] }> {
  let frame: DataFrame = pl.DataFrame([sources.getColumn("name")]);
  const report = await forEachCatalogue(COUNTERPARTS, options, async (catalogue) => {
    const match = await matchCounterparts(sources, catalogue, options);
    frame = frame.withColumns(...match.frame.getColumns());
    return { rows: match.matched };
  });
  return { frame: frame.drop("name"), report };
}

/**
 * The objects of every label catalogue, in the order of the registry. A catalogue whose table is
 * not as expected is left out and reported; a service that fails is an error.
 */
export async function fetchAllLabels(
  options: LabelOptions & OnCatalogue = {},
): Promise<{ frame: DataFrame; report: CatalogueReport[] }> {
  const frames: DataFrame[] = [];
  const report = await forEachCatalogue(LABEL_CATALOGUES, options, async (catalogue) => {
    const { frame, unplaced } = await fetchLabels(catalogue, options);
    frames.push(frame);
    return { rows: frame.height, unplaced };
  });
  if (frames.length === 0) throw new Error(`no label catalogue was found; ${report[0].problem}`);
  return { frame: pl.concat(frames, { how: "vertical" }), report };
}

async function forEachCatalogue<T extends { readonly id: string; readonly title: string }>(
  catalogues: readonly T[],
  { onCatalogue }: OnCatalogue,
  task: (catalogue: T) => Promise<{ rows: number; unplaced?: number }>,
): Promise<CatalogueReport[]> {
  const report: CatalogueReport[] = [];
  for (const [i, catalogue] of catalogues.entries()) {
    const { id, title } = catalogue;
    onCatalogue?.(i, title);
    try {
      report.push({ id, title, ...await task(catalogue) });
    } catch (error) {
      const unlike = error instanceof ArchiveError && !error.transient &&
        (error.kind === "format" || error.kind === "query");
      if (!unlike) throw error;
      report.push({ id, title, rows: 0, problem: error.problem });
    }
  }
  return report;
}
