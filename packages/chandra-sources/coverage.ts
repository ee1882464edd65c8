import { SURVEYS } from "./features.ts";
import { crossMatch } from "@csc-classify/sky";
import { columnOf, columnsOf, fromColumns } from "./columns.ts";
import type { Sources } from "./sources.ts";

/** Surveys of the whole sky. */
const ALL_SKY: readonly string[] = ["Gaia", "WISE", "2MASS"];
/** How far around a source that a survey measured it is taken to have looked: a Chandra field. */
const FIELD_ARCSEC = 900;

/**
 * Sources with what is known of the surveys' coverage: where nothing was told, Gaia, WISE and 2MASS
 * looked everywhere, SDSS, GALEX and MIPS within 15 arcmin of a source that they measured; elsewhere
 * nothing is known of these. For sources all of which were looked up in all of the surveys.
 */
export function withCoverage<Table extends Sources>(sources: Table): Table {
  const { ra, dec, names } = sources;
  const columns = columnsOf(sources);
  for (const { group, bands, observed } of SURVEYS) {
    const values = bands.map((band) => columnOf(sources, band));
    const rows = [...names.keys()];
    const there = rows.filter((row) => values.some((band) => !isNaN(band[row])));
    const at = (degrees: Float64Array) => Float64Array.from(there, (row) => degrees[row]);
    const covered = ALL_SKY.includes(group) ? rows : crossMatch(
      { ra, dec },
      { ra: at(ra), dec: at(dec) },
      { radiusArcsec: FIELD_ARCSEC },
    ).first;
    const told = columnOf(sources, observed);
    for (const row of covered) if (isNaN(told[row])) told[row] = 1;
    columns.set(observed, told);
  }
  return { ...sources, matrix: fromColumns(columns) };
}
