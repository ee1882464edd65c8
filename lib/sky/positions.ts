/** Positions on the sphere in degrees, one list per coordinate. A NaN marks a missing position. */
export interface Positions {
  /** `[n]` right ascension (or any longitude), degrees; any turn: -10 is 350. */
  readonly ra: ArrayLike<number>;
  /** `[n]` declination (or latitude), degrees in [-90, 90]. */
  readonly dec: ArrayLike<number>;
}

/** Degrees to radians. */
export const RADIANS = Math.PI / 180;

/** Arcseconds in one radian. */
export const ARCSEC_PER_RADIAN = 180 * 3600 / Math.PI;

/**
 * Unit vectors of positions, `[n x 3]` row-major; a missing position gives NaN.
 *
 * @throws RangeError on a declination outside [-90, 90] and on lists of unequal length.
 */
export function toVectors({ ra, dec }: Positions): Float64Array {
  if (ra.length !== dec.length) {
    throw new RangeError(`${ra.length} right ascensions but ${dec.length} declinations; pair them`);
  }
  const vectors = new Float64Array(3 * ra.length);
  for (let i = 0; i < ra.length; i++) {
    if (Math.abs(dec[i]) > 90) {
      throw new RangeError(`position ${i}: declination ${dec[i]} is not within -90..90 degrees`);
    }
    const cosDec = Math.cos(dec[i] * RADIANS);
    vectors[3 * i] = cosDec * Math.cos(ra[i] * RADIANS);
    vectors[3 * i + 1] = cosDec * Math.sin(ra[i] * RADIANS);
    vectors[3 * i + 2] = Math.sin(dec[i] * RADIANS);
  }
  return vectors;
}

/** Angle of a right ascension or longitude in [0, 360). */
export function wrapDegrees(angle: number): number {
  const wrapped = angle % 360;
  // a tiny negative angle plus 360 rounds to 360 itself
  return wrapped < 0 ? (wrapped + 360) % 360 : wrapped + 0;
}
