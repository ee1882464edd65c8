import pl, { type DataFrame } from "nodejs-polars";
import { QUALITY_FLAGS } from "@csc-classify/chandra-archives";
import type { PublishedModel } from "#lib/tables/published-model.ts";
import { FEATURES } from "@csc-classify/chandra-sources";
import { crossMatch, separationArcsec } from "@csc-classify/sky";
import { fitLine, nedColumns, publishedColumn } from "./fit-line.ts";
import type { Matrix } from "@csc-classify/forests";

/** How well a published column is a NED column on another scale. */
interface ColumnMatch {
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

/**
 * The candidates with the offsets of their labels computed again: `name`, `offset` as published and
 * its `error` against the two positions (arcsec), and `isChosen`, whether the paper trains on it.
 *
 * @param candidates The authors' `id_frame.csv`: name, offset, ra, dec, cat_ra, cat_dec (deg) and
 * what {@link isTrainingCandidate} asks for.
 */
export function labelOffsets(candidates: DataFrame): DataFrame {
  const [offset, ra, dec, labelRa, labelDec] = ["offset", "ra", "dec", "cat_ra", "cat_dec"].map(
    (name) => Float64Array.from(candidates.getColumn(name), (cell) => Number(cell ?? NaN)),
  );
  const error = offset.map((published, row) =>
    Math.abs(separationArcsec(ra[row], dec[row], labelRa[row], labelDec[row]) - published)
  );
  return pl.DataFrame({
    name: candidates.getColumn("name").toArray().map(String),
    offset,
    error,
    isChosen: isTrainingCandidate(candidates),
  });
}

/** Two labelled candidates that cannot both be right, or whose labels are one. */
interface CloseLabels {
  /** Rows of the table of candidates. */
  readonly first: number;
  readonly second: number;
  /** Between the catalogued positions of the labels, arcsec. */
  readonly separationArcsec: number;
  /** Whether the two labels are of different classes. */
  readonly isConflict: boolean;
  /** The two classes by alphabet: "CV and LMXB". */
  readonly classes: string;
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
    const words = [classes[first], classes[second]].map(String).sort().join(" and ");
    const apart = pairs.separationArcsec[i];
    return [{ first, second, separationArcsec: apart, isConflict, classes: words }];
  });
}

/**
 * What each survey can measure, magnitudes: beyond is no magnitude of it. Bright ends are those of
 * the brightest stars; faint ends leave room for the deepest fields (GOODS, COSMOS) that NED lists
 * under the same headers.
 */
export const PLAUSIBLE_MAG: Readonly<Record<string, readonly [bright: number, faint: number]>> = {
  FUV: [8, 28],
  NUV: [8, 28],
  u_sdss: [6, 28],
  g_sdss: [6, 28],
  r_sdss: [6, 28],
  i_sdss: [6, 28],
  z_sdss: [6, 28],
  W1: [-4, 20],
  W2: [-4, 19],
  W3: [-4, 16],
  W4: [-5, 12],
  J: [-5, 24],
  H: [-5, 24],
  Ks: [-5, 24],
};

/** Flux density of magnitude 0 in the MIPS 24 micron band: Rieke et al. 2008 (doi:10.1088/0004-6256/135/6/2245). */
const MIPS_ZERO_MICROJANSKY = 7.17e6;
/** NED lists this band in microjansky, mostly; less than this is some other unit. */
const LEAST_MICROJANSKY = 0.1;

/** A mended matrix, and what was done. */
interface Mended {
  readonly matrix: Matrix;
  /** By feature: values that were no magnitude and are now missing. */
  readonly refused: Readonly<Record<string, number>>;
  /** Values of `mips_24um` that became Vega magnitudes. */
  readonly converted: number;
}

/**
 * Units made right: magnitudes that cannot be ones become missing, the 24 micron flux density a
 * Vega magnitude, and colours are computed again from what is left.
 *
 * @param matrix `[nRows x 41]` with the columns of FEATURES; not changed.
 */
export function mendUnits(matrix: Matrix): Mended {
  const values = matrix.values.slice(), { nRows, nColumns, names } = matrix;
  const refused: Record<string, number> = {};
  let converted = 0;
  const change = (name: string, mended: (value: number) => number) => {
    const column = names.indexOf(name);
    for (let at = column; at < nRows * nColumns; at += nColumns) {
      if (!Number.isNaN(values[at])) values[at] = mended(values[at]);
    }
  };
  for (const [name, [bright, faint]] of Object.entries(PLAUSIBLE_MAG)) {
    refused[name] = 0;
    change(name, (value) => {
      if (value >= bright && value <= faint) return value;
      refused[name]++;
      return NaN;
    });
  }
  refused.mips_24um = 0;
  change("mips_24um", (microjansky) => {
    if (microjansky < LEAST_MICROJANSKY) {
      refused.mips_24um++;
      return NaN;
    }
    converted++;
    return -2.5 * Math.log10(microjansky / MIPS_ZERO_MICROJANSKY);
  });
  for (const { name, from } of FEATURES) {
    if (!from) continue;
    const column = names.indexOf(name), [first, second] = from.map((part) => names.indexOf(part));
    for (let start = 0; start < nRows * nColumns; start += nColumns) {
      values[start + column] = values[start + first] - values[start + second];
    }
  }
  return { matrix: { values, nRows, nColumns, names }, refused, converted };
}

/**
 * Rows of the candidates that the paper trains on: offset at most 1.01 arcsec (the text says 1;
 * that gives 7,656), no quality flag set, significance above 0.
 */
export function isTrainingCandidate(candidates: DataFrame): boolean[] {
  const columns = QUALITY_FLAGS.map((flag) => candidates.getColumn(flag).toArray());
  const offset = candidates.getColumn("offset").toArray();
  const significance = candidates.getColumn("significance").toArray();
  return offset.map((arcsec, row) =>
    Number(arcsec) <= 1.01 && Number(significance[row]) > 0 &&
    columns.every((flag) => Number(flag[row]) === 0)
  );
}
