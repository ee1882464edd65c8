import { RADIANS, wrapDegrees } from "./positions.ts";

type Matrix = readonly (readonly number[])[];

// FK4 without its E-terms at B1950 to FK5 at J2000: Murray 1989, A&A 218, 325, equation 28
const B1950_TO_J2000: Matrix = [
  [0.9999256794956877, -0.0111814832204662, -0.0048590038153592],
  [0.0111814832391717, 0.9999374848933135, -0.0000271625947142],
  [0.0048590037723143, -0.000027170293744, 0.9999881946023742],
];
// E-terms of aberration at B1950: The Astronomical Almanac 1985, page B39
const E_TERMS = [-1.62557e-6, -0.31919e-6, -0.13843e-6];

/** A place on the sky in degrees. */
interface Place {
  readonly ra: number;
  readonly dec: number;
}

/**
 * ICRS position of one in FK4 at B1950, as its epoch were B1950 and the object did not move: the
 * difference is about 0.6 degrees, the error of the method some 0.1 arcsec.
 *
 * Source: Murray 1989 (A&A 218, 325), equation 28; Astronomical Almanac 1985, page B39.
 *
 * @param ra Degrees, as dec; NaN gives NaN.
 */
export function fromFk4(ra: number, dec: number): Place {
  const mean = toVector(ra, dec);
  const along = mean.reduce((sum, value, i) => sum + value * E_TERMS[i], 0);
  return toPlace(
    rotate(B1950_TO_J2000, mean.map((value, i) => value - E_TERMS[i] + along * value)),
  );
}

/**
 * ICRS position of one in FK5 at another equinox than J2000; FK5 at J2000 and ICRS differ by 0.02
 * arcsec, which is left out.
 *
 * Source: IAU 1976 precession, Lieske et al. 1977 (A&A 58, 1), in arcsec and Julian centuries.
 *
 * @param equinox Julian year, such as 1975.
 */
export function fromFk5(ra: number, dec: number, equinox: number): Place {
  const t = (equinox - 2000) / 100;
  const angle = (a: number, b: number, c: number) => (a + (b + c * t) * t) * t / 3600 * RADIANS;
  const zeta = angle(2306.2181, 0.30188, 0.017998), z = angle(2306.2181, 1.09468, 0.018203);
  const theta = angle(2004.3109, -0.42665, -0.041833);
  // from J2000 to the equinox is Rz(-z) Ry(theta) Rz(-zeta); its transpose leads back
  const [sinZ, cosZ, sinZeta, cosZeta] = [sin(z), cos(z), sin(zeta), cos(zeta)];
  const [sinTheta, cosTheta] = [sin(theta), cos(theta)];
  const precession: Matrix = [
    [
      cosZeta * cosTheta * cosZ - sinZeta * sinZ,
      -sinZeta * cosTheta * cosZ - cosZeta * sinZ,
      -sinTheta * cosZ,
    ],
    [
      cosZeta * cosTheta * sinZ + sinZeta * cosZ,
      -sinZeta * cosTheta * sinZ + cosZeta * cosZ,
      -sinTheta * sinZ,
    ],
    [cosZeta * sinTheta, -sinZeta * sinTheta, cosTheta],
  ];
  const back = precession.map((_, row) => precession.map((line) => line[row]));
  return toPlace(rotate(back, toVector(ra, dec)));
}

const { sin, cos } = Math;

function toVector(ra: number, dec: number): number[] {
  const [a, d] = [ra * RADIANS, dec * RADIANS];
  return [cos(d) * cos(a), cos(d) * sin(a), sin(d)];
}

function rotate(matrix: Matrix, vector: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((sum, value, i) => sum + value * vector[i], 0));
}

function toPlace([x, y, z]: readonly number[]): Place {
  return {
    ra: wrapDegrees(Math.atan2(y, x) / RADIANS),
    dec: Math.atan2(z, Math.hypot(x, y)) / RADIANS,
  };
}
