import { RADIANS, wrapDegrees } from "./positions.ts";

// ICRS to Galactic: the Hipparcos and Tycho Catalogues, ESA SP-1200 (1997), volume 1, eq. 1.5.11
const ROTATION = [
  [-0.0548755604162154, -0.8734370902348850, -0.4838350155487132],
  [+0.4941094278755837, -0.4448296299600112, +0.7469822444972189],
  [-0.8676661490190047, -0.1980763734312015, +0.4559837761750669],
] as const;

/** Galactic longitude in [0, 360) and latitude, degrees, of an ICRS position in degrees. */
export function toGalactic(ra: number, dec: number): { l: number; b: number } {
  const [l, b] = rotate(ra, dec, (row, column) => ROTATION[row][column]);
  return { l, b };
}

/** ICRS right ascension in [0, 360) and declination, degrees, of a Galactic position in degrees. */
export function fromGalactic(l: number, b: number): { ra: number; dec: number } {
  const [ra, dec] = rotate(l, b, (row, column) => ROTATION[column][row]);
  return { ra, dec };
}

function rotate(
  longitude: number,
  latitude: number,
  element: (row: number, column: number) => number,
): [number, number] {
  const cosLatitude = Math.cos(latitude * RADIANS);
  const vector = [
    cosLatitude * Math.cos(longitude * RADIANS),
    cosLatitude * Math.sin(longitude * RADIANS),
    Math.sin(latitude * RADIANS),
  ];
  const [x, y, z] = [0, 1, 2].map((row) =>
    vector.reduce((sum, value, column) => sum + element(row, column) * value, 0)
  );
  return [wrapDegrees(Math.atan2(y, x) / RADIANS), Math.atan2(z, Math.hypot(x, y)) / RADIANS];
}
