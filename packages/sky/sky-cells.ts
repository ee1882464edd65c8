import { nside2npix, tu2fxy, za2tu } from "@hscmap/healpix";
import { RADIANS, wrapDegrees } from "./positions.ts";

/**
 * The equal-area cell of each position (HEALPix, Gorski et al. 2005, DOI 10.1086/427976):
 * positions in one cell belong to one field. Cells are numbered row by row within the twelve base
 * cells, which, unlike the nested order, allows any resolution.
 *
 * @param sizeDeg Side of a square of the area of a cell, degrees.
 * @returns `[n]` cell numbers, at least 0.
 * @throws RangeError on a missing position or one out of range.
 */
export function skyCells(
  raDeg: ArrayLike<number>,
  decDeg: ArrayLike<number>,
  sizeDeg: number,
): Int32Array {
  if (!(sizeDeg > 0 && sizeDeg <= 60)) {
    throw new RangeError(`sizeDeg is ${sizeDeg}; use a cell side above 0 and up to 60 degrees`);
  }
  const nside = Math.max(1, Math.round(Math.sqrt(360 * 360 / Math.PI / 12) / sizeDeg));
  if (nside2npix(nside) > 2 ** 31) throw new RangeError(`sizeDeg ${sizeDeg} is below 15 arcsec`);
  return Int32Array.from(raDeg, (ra, i) => {
    const dec = decDeg[i];
    if (!isFinite(ra) || !(Math.abs(dec) <= 90)) {
      throw new RangeError(`position ${i} is (${ra}, ${dec}); expected degrees, drop missing rows`);
    }
    const { t, u } = za2tu(Math.sin(dec * RADIANS), wrapDegrees(ra) * RADIANS);
    const { f, x, y } = tu2fxy(nside, t, u);
    return (f * nside + y) * nside + x;
  });
}
