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

/**
 * Angular distance of two positions given in degrees, in arcsec: Vincenty's formula, accurate at
 * every distance (https://en.wikipedia.org/wiki/Great-circle_distance). NaN when one is missing.
 */
export function separationArcsec(ra1: number, dec1: number, ra2: number, dec2: number): number {
  const { east, north } = direction(ra1, dec1, ra2, dec2), deltaRa = (ra2 - ra1) * RADIANS;
  const sin1 = Math.sin(dec1 * RADIANS), cos1 = Math.cos(dec1 * RADIANS);
  const sin2 = Math.sin(dec2 * RADIANS), cos2 = Math.cos(dec2 * RADIANS);
  const along = sin1 * sin2 + cos1 * cos2 * Math.cos(deltaRa);
  return Math.atan2(Math.hypot(east, north), along) * ARCSEC_PER_RADIAN;
}

/**
 * Position angle of the second position seen from the first, degrees east of north in [0, 360).
 */
export function positionAngleDeg(ra1: number, dec1: number, ra2: number, dec2: number): number {
  const { east, north } = direction(ra1, dec1, ra2, dec2);
  return (Math.atan2(east, north) / RADIANS + 360) % 360;
}

/** Components of the second unit vector along east and north of the first position. */
function direction(ra1: number, dec1: number, ra2: number, dec2: number) {
  const deltaRa = (ra2 - ra1) * RADIANS, cos2 = Math.cos(dec2 * RADIANS);
  // cos1 sin2 - sin1 cos2 cos(deltaRa), written so that close positions lose no digits
  const north = Math.sin((dec2 - dec1) * RADIANS) +
    2 * Math.sin(dec1 * RADIANS) * cos2 * Math.sin(deltaRa / 2) ** 2;
  return { east: cos2 * Math.sin(deltaRa), north };
}

// ICRS to Galactic: the Hipparcos and Tycho Catalogues, ESA SP-1200 (1997), volume 1, eq. 1.5.11
const TO_GALACTIC = [
  [-0.0548755604162154, -0.8734370902348850, -0.4838350155487132],
  [+0.4941094278755837, -0.4448296299600112, +0.7469822444972189],
  [-0.8676661490190047, -0.1980763734312015, +0.4559837761750669],
];
const FROM_GALACTIC = TO_GALACTIC.map((_, row) => TO_GALACTIC.map((column) => column[row]));

/** Galactic longitude in [0, 360) and latitude, degrees, of an ICRS position in degrees. */
export function toGalactic(ra: number, dec: number): { l: number; b: number } {
  const [l, b] = rotate(ra, dec, TO_GALACTIC);
  return { l, b };
}

/** ICRS right ascension in [0, 360) and declination, degrees, of a Galactic position in degrees. */
export function fromGalactic(l: number, b: number): { ra: number; dec: number } {
  const [ra, dec] = rotate(l, b, FROM_GALACTIC);
  return { ra, dec };
}

function rotate(
  longitude: number,
  latitude: number,
  matrix: readonly (readonly number[])[],
): [number, number] {
  const along = longitude * RADIANS, up = latitude * RADIANS, cosUp = Math.cos(up);
  const a = cosUp * Math.cos(along), b = cosUp * Math.sin(along), c = Math.sin(up);
  const [first, second, third] = matrix;
  const x = first[0] * a + first[1] * b + first[2] * c;
  const y = second[0] * a + second[1] * b + second[2] * c;
  const z = third[0] * a + third[1] * b + third[2] * c;
  return [wrapDegrees(Math.atan2(y, x) / RADIANS), Math.atan2(z, Math.hypot(x, y)) / RADIANS];
}
