import { RADIANS } from "./positions.ts";
import { positionAngleDeg, separationArcsec } from "./separation.ts";

/** A positional error ellipse. */
export interface ErrorEllipse {
  /** Semi-axes, arcsec. */
  readonly major: number;
  readonly minor: number;
  /** Position angle of the major axis, degrees east of north. */
  readonly angleDeg: number;
}

/**
 * From the 95 % to the 3-sigma (99.73 %) ellipse of a two-dimensional normal error:
 * sqrt(ln(1 - 0.9973) / ln(1 - 0.95)) is 1.405. The factor 1.2256 = 3 / 2.4477 instead takes 3
 * standard deviations along each axis (98.9 %), which is how the paper's figure of 3 sigma reads.
 */
export const THREE_SIGMA_PER_95 = 3 / Math.sqrt(-2 * Math.log(0.05));

/**
 * How far out a second position lies, in units of the ellipse around the first: at most 1 is
 * inside. NaN when anything is missing.
 *
 * @param extraArcsec Added in quadrature to both axes, e.g. the accuracy of the other catalogue.
 */
export function ellipseRadius(
  from: { readonly ra: number; readonly dec: number },
  to: { readonly ra: number; readonly dec: number },
  ellipse: ErrorEllipse,
  extraArcsec = 0,
): number {
  const distance = separationArcsec(from.ra, from.dec, to.ra, to.dec);
  const angle = positionAngleDeg(from.ra, from.dec, to.ra, to.dec) - ellipse.angleDeg;
  const along = distance * Math.cos(angle * RADIANS), across = distance * Math.sin(angle * RADIANS);
  return Math.hypot(
    along / Math.hypot(ellipse.major, extraArcsec),
    across / Math.hypot(ellipse.minor, extraArcsec),
  );
}
