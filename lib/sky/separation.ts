import { ARCSEC_PER_RADIAN, RADIANS } from "./positions.ts";

/**
 * Angular distance of two positions given in degrees, in arcsec: Vincenty's formula, accurate at
 * every distance (https://en.wikipedia.org/wiki/Great-circle_distance). NaN when one is missing.
 */
export function separationArcsec(ra1: number, dec1: number, ra2: number, dec2: number): number {
  const deltaRa = (ra2 - ra1) * RADIANS;
  const sin1 = Math.sin(dec1 * RADIANS), cos1 = Math.cos(dec1 * RADIANS);
  const sin2 = Math.sin(dec2 * RADIANS), cos2 = Math.cos(dec2 * RADIANS);
  // cos1 sin2 - sin1 cos2 cos(deltaRa), written so that close positions lose no digits
  const north = Math.sin((dec2 - dec1) * RADIANS) +
    2 * sin1 * cos2 * Math.sin(deltaRa / 2) ** 2;
  const across = Math.hypot(cos2 * Math.sin(deltaRa), north);
  return Math.atan2(across, sin1 * sin2 + cos1 * cos2 * Math.cos(deltaRa)) * ARCSEC_PER_RADIAN;
}

/**
 * Position angle of the second position seen from the first, degrees east of north in [0, 360).
 */
export function positionAngleDeg(ra1: number, dec1: number, ra2: number, dec2: number): number {
  const deltaRa = (ra2 - ra1) * RADIANS;
  const sin1 = Math.sin(dec1 * RADIANS), cos2 = Math.cos(dec2 * RADIANS);
  const north = Math.sin((dec2 - dec1) * RADIANS) +
    2 * sin1 * cos2 * Math.sin(deltaRa / 2) ** 2;
  return (Math.atan2(cos2 * Math.sin(deltaRa), north) / RADIANS + 360) % 360;
}
