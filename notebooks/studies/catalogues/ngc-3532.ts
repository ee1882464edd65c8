import { type FetchOptions, fetchPublished, publishedFile } from "#lib/tables/published-files.ts";
import {
  fillDerived,
  lettersOf,
  QUALITY_LETTERS,
  qualityOf,
  type Sources,
  withFluxLimits,
} from "@csc-classify/chandra-sources";
import { readCsv } from "@csc-classify/chandra-sources/files";

const FILE = "muwclass/NGC3532_MW_clean.csv";

/** A counterpart is taken when it lies no farther from the X-ray position. */
const COUNTERPART_ARCSEC = 1;

/** Columns of the published field, by feature; counterparts have their distance, arcsec. */
const COLUMNS: Readonly<Record<string, readonly [column: string, distance?: string]>> = {
  var_inter_prob_b: ["var_inter_prob_b"],
  kp_intra_prob_b: ["kp_intra_prob_b"],
  flux_b: ["flux_aper90_ave_b"],
  flux_s: ["flux_aper90_ave_s"],
  flux_m: ["flux_aper90_ave_m"],
  flux_h: ["flux_aper90_ave_h"],
  G: ["Gmag_gaia", "_r_gaia"],
  Bp: ["BPmag_gaia", "_r_gaia"],
  Rp: ["RPmag_gaia", "_r_gaia"],
  J: ["Jmag_2mass", "_r_2mass"],
  H: ["Hmag_2mass", "_r_2mass"],
  Ks: ["Kmag_2mass", "_r_2mass"],
  W1: ["W1mag_allwise", "_r_allwise"],
  W2: ["W2mag_allwise", "_r_allwise"],
  W3: ["W3mag_allwise", "_r_allwise"],
  W4: ["W4mag_allwise", "_r_allwise"],
};

/** Columns of the letters of photometric quality, by their names among `QUALITY_LETTERS`. */
const LETTERS: Readonly<Record<string, string>> = {
  quality_2mass: "Qflg_2mass",
  quality_wise: "qph_allwise",
};

/**
 * The 373 Chandra sources of the open cluster NGC 3532 with raw CSC, Gaia, 2MASS and AllWISE
 * columns (published with Yang et al. 2022), as sources to score: real and without labels. Fluxes
 * of 0 are limits, and so are magnitudes whose letter of quality says so, as everywhere.
 *
 * @throws Error when the file cannot be had.
 */
export async function ngc3532(options?: FetchOptions): Promise<Sources> {
  const frame = readCsv(await fetchPublished(FILE, options));
  const numbers = (name: string) =>
    Float64Array.from(frame.getColumn(name).toArray() as (number | string | null)[], toNumber);
  const ra = numbers("ra"), dec = numbers("dec");
  const columns = new Map<string, Float64Array>();
  for (const [feature, [column, distance]] of Object.entries(COLUMNS)) {
    const values = numbers(column), near = distance ? numbers(distance) : undefined;
    const isNear = (row: number) => !near || near[row] <= COUNTERPART_ARCSEC;
    columns.set(feature, values.map((value, row) => isNear(row) ? value : NaN));
  }
  for (const { target, bands } of QUALITY_LETTERS) {
    const letters = frame.getColumn(LETTERS[target]).toArray().map(lettersOf);
    bands.forEach((band, place) => {
      const values = columns.get(band)!;
      letters.forEach((word, row) => {
        if (qualityOf(word[place]) !== "measured") values[row] = NaN;
      });
    });
  }
  return withFluxLimits({
    origin: {
      kind: "compilation",
      description: `${frame.height} sources of the field of NGC 3532`,
      sha256: publishedFile(FILE).sha256 ?? "",
      release: "2.0",
    },
    names: frame.getColumn("name").toArray().map((name) => String(name).trim()),
    ra,
    dec,
    matrix: fillDerived(columns, { ra, dec }),
  });
}

function toNumber(cell: number | string | null): number {
  return cell === null || cell === "" ? NaN : Number(cell);
}
