import { crossMatch } from "./cross-match.ts";
import type { Positions } from "./positions.ts";

/** One position found by {@link coneSearch}. */
export interface ConeHit {
  readonly index: number;
  readonly separationArcsec: number;
}

/**
 * The positions within a radius of a place, nearest first; missing positions (NaN) never.
 *
 * @param centre Degrees.
 * @throws RangeError on a radius or declination out of range.
 */
export function coneSearch(
  positions: Positions,
  centre: { readonly ra: number; readonly dec: number },
  radiusArcsec: number,
): ConeHit[] {
  const place = { ra: [centre.ra], dec: [centre.dec] };
  const { second, separationArcsec } = crossMatch(place, positions, { radiusArcsec, find: "all" });
  return Array.from(second, (index, i) => ({ index, separationArcsec: separationArcsec[i] }));
}
