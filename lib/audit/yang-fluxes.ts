import type { DataFrame } from "nodejs-polars";
import { quantileSorted } from "simple-statistics";

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
