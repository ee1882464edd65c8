import { RADIANS } from "../sky/positions.ts";

/** Dust disc: scale length and height (Misiriotis et al. 2006, doi:10.1051/0004-6361:20054618), Sun's radius; kpc. */
const LENGTH = 3.5, HEIGHT = 0.12, SUN = 8.2;
const FARTHEST = 25, STEPS = 250;

/**
 * log10 of the dust column of a smooth exponential disc along a line of sight, in kiloparsecs of
 * the density at the Sun: what absorption to expect where no map is at hand.
 *
 * @param l Galactic longitude, degrees.
 * @param b Galactic latitude, degrees.
 * @returns NaN when a coordinate is missing.
 */
export function logDustColumn(l: number, b: number): number {
  const cosB = Math.cos(b * RADIANS), sinB = Math.abs(Math.sin(b * RADIANS));
  const cosL = Math.cos(l * RADIANS), sinL = Math.sin(l * RADIANS);
  const step = FARTHEST / STEPS;
  let column = 0;
  for (let i = 0; i < STEPS; i++) {
    const s = (i + 0.5) * step;
    const radius = Math.hypot(SUN - s * cosB * cosL, s * cosB * sinL);
    column += Math.exp((SUN - radius) / LENGTH - s * sinB / HEIGHT) * step;
  }
  return Math.log10(column);
}
