import type { DataFrame } from "nodejs-polars";
import { type Feature, FEATURES, type FeatureScale } from "@csc-classify/chandra-sources";
import { toGalactic } from "@csc-classify/sky";
import type { PublishedModel } from "#lib/tables/published-model.ts";
import {
  align,
  fitLine,
  type LineFit,
  nedColumns,
  publishedColumn,
  rowsByName,
} from "#studies/fit-line.ts";

/** What the scale is derived from. Frames are keyed by `name`. */
interface ScaleInputs {
  readonly model: PublishedModel;
  /** `chandra-ml/id_frame.csv`: ra, dec (deg). */
  readonly candidates: DataFrame;
  /** `aurora-server/df_mw_final.csv`: NED photometry in original units. */
  readonly ned: DataFrame;
  /** `muwclass/NGC3532_MW_clean.csv`: raw Gaia magnitudes. */
  readonly raw: DataFrame;
}

/** Positions: Galactic coordinates of CSC come from a rotation that differs in the 9th digit. */
const TOLERANCE_DEG = 1 / 3600;
/** Gaia: the last of its six digits is rounded differently from copy to copy. */
const TOLERANCE_MAG = 2e-6;

/**
 * What is known beforehand: bounds by the definitions of CSC 2.0. The greatest var_inter_sigma_b of
 * the 277,069 sources is in no public file: its upper end is stated, not derived, and could be
 * wrong by a factor, which no tree notices.
 */
const KNOWN: Readonly<Record<string, readonly [min: number, max: number, why: string]>> = {
  var_inter_prob_b: [0, 1, "a probability by definition"],
  var_intra_prob_b: [0, 1, "a probability by definition"],
  kp_intra_prob_b: [0, 1, "a probability by definition"],
  var_inter_index_b: [0, 8, "an index of whole numbers 0-8 by definition"],
  var_intra_index_b: [0, 10, "an index of whole numbers 0-10 by definition"],
  var_inter_sigma_b: [0, 0.00609257728, "a standard deviation; its upper end stated, not derived"],
};

/** Columns of {@link ScaleInputs.raw} that hold a Gaia magnitude with all its digits. */
const RAW_COLUMN: Readonly<Record<string, string>> = {
  G: "Gmag_gaia",
  Bp: "BPmag_gaia",
  Rp: "RPmag_gaia",
};

/**
 * Scale of each of the 41 published columns, found by comparing it with values in original units:
 * Galactic coordinates of the positions, the NED column it equals (all are tried, no header is
 * believed), raw Gaia magnitudes, differences of magnitudes for colours, definitions for the rest.
 *
 * @returns One entry per feature, in the order of {@link FEATURES}.
 * @throws Error naming a column for which nothing fits.
 */
export function deriveScale(inputs: ScaleInputs): FeatureScale[] {
  const physical = new Map<string, Float64Array>();
  const { model } = inputs;
  const ned = nedColumns(inputs.ned, model.names);
  const galactic = galacticColumns(inputs.candidates, model.names);
  const raw = rowsByName(inputs.raw);
  const scaleOf = ({ name, from }: Feature, published: Float64Array): Scale | undefined => {
    if (KNOWN[name]) return known(published, KNOWN[name]);
    const position = galactic.get(name);
    if (position) {
      const fit = fitLine(published, position, TOLERANCE_DEG);
      return fitted(fit, "the Galactic coordinate of its position");
    }
    if (from) {
      const colour = difference(physical.get(from[0])!, physical.get(from[1])!);
      return fitted(fitLine(published, colour, TOLERANCE_MAG), `${from[0]} minus ${from[1]}`);
    }
    if (RAW_COLUMN[name]) {
      const original = align(inputs.raw.getColumn(RAW_COLUMN[name]).toArray(), raw, model.names);
      const what = `column "${RAW_COLUMN[name]}" of muwclass/NGC3532_MW_clean.csv`;
      return fitted(fitLine(published, original, TOLERANCE_MAG), what);
    }
    return bestNed(published, ned);
  };
  return FEATURES.map((feature, column) => {
    const label = model.normalised.names[column], { name } = feature;
    const published = publishedColumn(model, column);
    const scale = scaleOf(feature, published);
    if (!scale) throw new Error(`no source of original values fits the column "${label}"`);
    const range = scale.max - scale.min;
    physical.set(name, published.map((value) => scale.min + range * value / 10));
    return { feature: name, label, ...scale };
  });
}

type Scale = Omit<FeatureScale, "feature" | "label">;

function fitted(fit: LineFit | undefined, what: string): Scale | undefined {
  if (!fit || fit.matches < 0.98 * fit.pairs) return undefined;
  return {
    min: fit.min,
    max: fit.max,
    evidence: `equals ${what} in ${fit.matches} of ${fit.pairs} sources that have both`,
  };
}

function known(published: Float64Array, [min, max, why]: readonly [number, number, string]): Scale {
  return {
    min,
    max,
    evidence: `${why}; ${published.filter(Number.isFinite).length} sources have it`,
  };
}

function bestNed(published: Float64Array, ned: Map<string, Float64Array>): Scale | undefined {
  let best: Scale | undefined, most = 0;
  for (const [header, original] of ned) {
    const fit = fitLine(published, original);
    if (!fit || fit.matches <= most) continue;
    most = fit.matches;
    best = fitted(fit, `NED's column "${header}" of aurora-server/df_mw_final.csv`);
  }
  return best;
}

function galacticColumns(candidates: DataFrame, names: readonly string[]) {
  const rowOf = rowsByName(candidates);
  const ra = candidates.getColumn("ra").toArray(), dec = candidates.getColumn("dec").toArray();
  const positions = names.map((name) => {
    const row = rowOf.get(name);
    return row === undefined ? { l: NaN, b: NaN } : toGalactic(Number(ra[row]), Number(dec[row]));
  });
  return new Map([
    ["gal_l", Float64Array.from(positions, ({ l }) => l)],
    ["gal_b", Float64Array.from(positions, ({ b }) => b)],
  ]);
}

function difference(first: Float64Array, second: Float64Array): Float64Array {
  return first.map((value, row) => value - second[row]);
}
