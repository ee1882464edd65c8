import type { DataFrame } from "nodejs-polars";
import { type Feature, FEATURES } from "#lib/catalogue/features.ts";
import { toGalactic } from "#lib/sky/positions.ts";
import type { PublishedModel } from "#lib/tables/published-model.ts";
import type { FeatureScale } from "#lib/catalogue/published-numbers.ts";

/** What the scale is derived from. Frames are keyed by `name`. */
export interface ScaleInputs {
  readonly model: PublishedModel;
  /** `chandra-ml/id_frame.csv`: ra, dec (deg). */
  readonly candidates: DataFrame;
  /** `aurora-server/df_mw_final.csv`: NED photometry in original units. */
  readonly ned: DataFrame;
  /** `muwclass/NGC3532_MW_clean.csv`: raw Gaia magnitudes. */
  readonly raw: DataFrame;
}

/** A straight line through pairs of published and physical values. */
export interface LineFit {
  /** Physical value at 0 and at 10 of the published scale. */
  readonly min: number;
  readonly max: number;
  /** Rows that have both values, and those of them on the line. */
  readonly pairs: number;
  readonly matches: number;
}

/** On the line: within this share of the column's range, if nothing else is said. */
const TOLERANCE = 1e-9;
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

/**
 * Straight line through the pairs, by least squares, once more without the rows that are far from
 * it (a digit rounded elsewhere). Its ends are the values of the rows at 0 and 10 if present.
 *
 * @param tolerance Greatest distance of a match, in the original unit; default 1e-9 of the range. *
 * @returns undefined for fewer than five pairs.
 */
export function fitLine(
  published: Float64Array,
  original: Float64Array,
  tolerance?: number,
): LineFit | undefined {
  const rows: number[] = [];
  for (let row = 0; row < published.length; row++) {
    if (Number.isFinite(published[row]) && Number.isFinite(original[row])) rows.push(row);
  }
  if (rows.length < 5) return undefined;
  const first = leastSquares(rows, published, original);
  const distances = rows.map((row) => Math.abs(first(published[row]) - original[row]));
  const far = 4 * distances.toSorted((a, b) => a - b)[rows.length >> 1];
  const near = rows.filter((_, i) => distances[i] <= far);
  const line = near.length < 5 ? first : leastSquares(near, published, original);
  const end = (at: number) => {
    const row = near.find((row) => published[row] === at);
    return row === undefined ? tidy(line(at), line(10) - line(0)) : original[row];
  };
  const [min, max] = [end(0), end(10)];
  const off = (row: number) => Math.abs(min + (max - min) * published[row] / 10 - original[row]);
  const allowed = tolerance ?? TOLERANCE * Math.abs(max - min);
  const matches = rows.filter((row) => off(row) <= allowed).length;
  return { min, max, pairs: rows.length, matches };
}

function leastSquares(rows: readonly number[], published: Float64Array, original: Float64Array) {
  const mean = (values: Float64Array) => rows.reduce((sum, r) => sum + values[r], 0) / rows.length;
  const x = mean(published), y = mean(original);
  let xx = 0, xy = 0;
  for (const row of rows) {
    xx += (published[row] - x) ** 2;
    xy += (published[row] - x) * (original[row] - y);
  }
  return (at: number) => y + xy / xx * (at - x);
}

/**
 * Rounds away what the fit cannot know: digits below 1e-12 of the range. Six digits, as NED gives,
 * are kept of an end that is small beside the range, down to the 1e-14 of it that doubles leave.
 */
function tidy(value: number, range: number): number {
  const share = Math.abs(value / range);
  if (share > 1e-14 && share < 1e-6) return Number(value.toPrecision(6));
  const unit = 10 ** (12 - Math.ceil(Math.log10(Math.abs(range))));
  return Math.round(value * unit) / unit || 0;
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

/** `[nRows]` of one column of the published table. */
export function publishedColumn({ normalised }: PublishedModel, column: number): Float64Array {
  const { values, nRows, nColumns } = normalised;
  return Float64Array.from({ length: nRows }, (_, row) => values[row * nColumns + column]);
}

/** NED's numeric columns by header, aligned to the given names; NaN where NED has nothing. */
export function nedColumns(ned: DataFrame, names: readonly string[]): Map<string, Float64Array> {
  const rowOf = rowsByName(ned);
  const headers = ned.columns.filter((header) => header !== "name" && header !== "");
  return new Map(headers.map((header) => {
    const cells = ned.getColumn(header).toArray();
    return [header, align(cells, rowOf, names)];
  }));
}

function rowsByName(frame: DataFrame): Map<string, number> {
  return new Map(frame.getColumn("name").toArray().map((name, row) => [String(name), row]));
}

function align(
  cells: ArrayLike<unknown>,
  rowOf: Map<string, number>,
  names: readonly string[],
): Float64Array {
  return Float64Array.from(names, (name) => {
    const row = rowOf.get(name);
    const cell = row === undefined ? null : cells[row];
    return cell === null || cell === undefined || cell === "" ? NaN : Number(cell);
  });
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
