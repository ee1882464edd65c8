import type { DataFrame } from "nodejs-polars";
import { quantileSorted } from "simple-statistics";
import { crossMatch } from "#lib/sky/cross-match.ts";
import type { PublishedModel } from "#lib/tables/published-model.ts";
import { fitLine, nedColumns, publishedColumn } from "./scale.ts";

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

/** The bands of Yang et al. 2022 (doi:10.3847/1538-4357/ac952b), erg/s/cm2, by our names. */
export const YANG_BANDS = { flux_s: "Fs", flux_m: "Fm", flux_h: "Fh", flux_b: "Fb" } as const;

/** One of {@link YANG_BANDS}. */
export type YangBand = keyof typeof YANG_BANDS;

/** A source's flux in a column of ours and in a band of theirs. */
export interface FluxPair {
  readonly ours: number;
  readonly theirs: number;
}

/** How a column agrees with a band. */
export interface BandAgreement {
  readonly feature: string;
  readonly band: YangBand;
  readonly pairs: number;
  /** Median of log10(ours / theirs): the factor between the two. */
  readonly offsetDex: number;
  /** Half the range from the 16 to the 84 % quantile of log10(ours / theirs). */
  readonly scatterDex: number;
}

/** Sources with a flux above 0 in both, by name. */
export function fluxPairs(
  table: DataFrame,
  feature: string,
  yang: DataFrame,
  band: YangBand,
): FluxPair[] {
  const theirs = new Map(
    yang.getColumn("CSCv2_name").toArray().map((name, row) => [name, row]),
  );
  const ours = table.getColumn(feature).toArray();
  const flux = yang.getColumn(YANG_BANDS[band]).toArray();
  return table.getColumn("name").toArray().flatMap((name, row) => {
    const other = theirs.get(name);
    const pair = { ours: Number(ours[row]), theirs: other === undefined ? 0 : Number(flux[other]) };
    return pair.ours > 0 && pair.theirs > 0 ? [pair] : [];
  });
}

/** Offset and scatter of a column against a band. */
export function bandAgreement(
  table: DataFrame,
  feature: string,
  yang: DataFrame,
  band: YangBand,
): BandAgreement {
  const pairs = fluxPairs(table, feature, yang, band);
  const logs = pairs.map(({ ours, theirs }) => Math.log10(ours / theirs)).sort((a, b) => a - b);
  const at = (share: number) => logs.length ? quantileSorted(logs, share) : NaN;
  return {
    feature,
    band,
    pairs: pairs.length,
    offsetDex: at(0.5),
    scatterDex: (at(0.84) - at(0.16)) / 2,
  };
}

/** Two labelled candidates that cannot both be right, or whose labels are one. */
export interface CloseLabels {
  /** Rows of the table of candidates. */
  readonly first: number;
  readonly second: number;
  /** Between the catalogued positions of the labels, arcsec. */
  readonly separationArcsec: number;
  /** Whether the two labels are of different classes. */
  readonly isConflict: boolean;
}

/**
 * Pairs of candidates whose labels come from positions within `radiusArcsec` of each other: one
 * catalogued object that labels two X-ray sources, or two catalogues that speak of one object.
 *
 * @param candidates Columns cat_ra, cat_dec (deg) and class, as in `id_frame.csv`.
 */
export function closeLabels(candidates: DataFrame, radiusArcsec: number): CloseLabels[] {
  const column = (name: string) =>
    Float64Array.from(candidates.getColumn(name).toArray().map(Number));
  const positions = { ra: column("cat_ra"), dec: column("cat_dec") };
  const classes = candidates.getColumn("class").toArray();
  const pairs = crossMatch(positions, positions, { radiusArcsec, find: "all" });
  return [...pairs.first.keys()].flatMap((i) => {
    const first = pairs.first[i], second = pairs.second[i];
    if (first >= second) return [];
    const isConflict = classes[first] !== classes[second];
    return [{ first, second, separationArcsec: pairs.separationArcsec[i], isConflict }];
  });
}
