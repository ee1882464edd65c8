import type { DataFrame } from "nodejs-polars";
import { fitLine, nedColumns, publishedColumn } from "../sources/derive-scale.ts";
import type { PublishedModel } from "../sources/published-model.ts";

/** How well a published column is a NED column on another scale. */
export interface ColumnMatch {
  /** The authors' label of the published column. */
  readonly label: string;
  /** NED's header. */
  readonly header: string;
  /** Sources that have both values. */
  readonly pairs: number;
  /** Those of them on one straight line, to 1e-9 of the range. */
  readonly matches: number;
}

/**
 * Compares published columns with NED columns, each with each. A min-max scaled copy lies on a
 * straight line with its original, whatever either is called.
 *
 * @param labels Published columns to look at.
 * @param isCandidate Which of NED's headers to look at.
 */
export function columnMatches(
  model: PublishedModel,
  ned: DataFrame,
  labels: readonly string[],
  isCandidate: (header: string) => boolean,
): ColumnMatch[] {
  const originals = [...nedColumns(ned, model.names)].filter(([header]) => isCandidate(header));
  return labels.flatMap((label) => {
    const published = publishedColumn(model, model.normalised.names.indexOf(label));
    return originals.map(([header, original]) => {
      const { pairs = 0, matches = 0 } = fitLine(published, original) ?? {};
      return { label, header, pairs, matches };
    });
  });
}
