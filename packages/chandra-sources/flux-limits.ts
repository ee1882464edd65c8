import { XRAY_LIMITS } from "./features.ts";
import { columnsIn, fromColumns } from "./columns.ts";
import type { Sources } from "./sources.ts";

// runs in a browser's page too

/** Most negative net flux, erg/s/cm2, that a measurement can give; -999 and the like are none. */
export const LEAST_FLUX = -1e-6;

/**
 * Greatest flux of an X-ray source, erg/s/cm2: Scorpius X-1, the brightest that does not pass, has
 * some 3e-7 in 2-10 keV (Giacconi et al. 1962, doi:10.1103/PhysRevLett.9.439, found it for that).
 */
export const MOST_FLUX = 1e-6;

/**
 * Sources whose X-ray fluxes hold measurements alone. A flux of 0 is an upper limit: the CSC writes
 * it where value and lower bound are both 0, and no measurement of a source that was seen is 0. So
 * is a negative net flux, which other tables give where the background takes all, and an upper bound
 * without a value, beside a lower one of 0 or none. Each is missing, and its band `observed_<flux>` =
 * 1, "observed and fainter"; how much fainter says `<flux>_hilim`, where the table has it.
 *
 * Source: Evans et al. 2024 (doi:10.3847/1538-4365/ad6319), upper limits of aperture photometry.
 *
 * @returns The same rows, with the columns `observed_<flux>` of fluxes that have a limit or bounds;
 * a table without either comes back as it is.
 */
export function withFluxLimits<Table extends Sources>(sources: Table): Table {
  const columns = columnsIn(sources);
  let isChanged = false;
  for (const { flux, lower, upper, observed } of XRAY_LIMITS) {
    const given = columns.get(flux);
    if (!given) continue;
    const isLimited = given.some((value) => value <= 0);
    const least = columns.get(lower), most = columns.get(upper);
    if (!isLimited && !least && !most) continue;
    isChanged = true;
    const values = given.slice();
    const told = columns.get(observed)?.slice() ?? new Float64Array(values.length).fill(NaN);
    for (let row = 0; row < values.length; row++) {
      // bounds without a value say the same, and an upper one where the table has no lower ones
      const isBelow = (least?.[row] ?? 0) === 0 && most?.[row]! > 0;
      if (!isNaN(values[row]) || isBelow) told[row] = 1;
      if (values[row] <= 0) values[row] = NaN;
    }
    columns.set(flux, values).set(observed, told);
  }
  return isChanged ? { ...sources, matrix: fromColumns(columns) } : sources;
}
