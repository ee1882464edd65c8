import { positionAngleDeg, separationArcsec } from "../sky/separation.ts";
import { RADIANS } from "../sky/positions.ts";
import type { SkyObject } from "./sky-objects.ts";

/** The object a position belongs to, or is nearest to. */
export interface Membership {
  readonly object: SkyObject;
  /** Offset in the plane of the object over its radius: below 1 is inside. */
  readonly offset: number;
  readonly separationArcmin: number;
}

/** Discs seen edge-on have thickness: no galaxy counts as flatter than this. */
const FLATTEST = 0.25;

/**
 * The object whose ellipse the position lies deepest in, of those within `farthest` radii.
 *
 * @param raDeg Position, degrees.
 * @returns undefined when the position is missing (NaN) or far from all objects.
 */
export function membership(
  raDeg: number,
  decDeg: number,
  objects: readonly SkyObject[],
  farthest: number,
): Membership | undefined {
  let best: Membership | undefined;
  for (const object of objects) {
    const flat = Math.max(object.axisRatio, FLATTEST);
    const reachDeg = farthest * object.radiusArcmin / 60;
    if (!(Math.abs(object.dec - decDeg) <= reachDeg)) continue;
    const separationArcmin = separationArcsec(object.ra, object.dec, raDeg, decDeg) / 60;
    if (!(separationArcmin <= farthest * object.radiusArcmin)) continue;
    const angle = positionAngleDeg(object.ra, object.dec, raDeg, decDeg) - object.positionAngleDeg;
    const along = separationArcmin * Math.cos(angle * RADIANS);
    const across = separationArcmin * Math.sin(angle * RADIANS) / flat;
    const offset = Math.hypot(along, across) / object.radiusArcmin;
    if (offset <= farthest && !(best && best.offset <= offset)) {
      best = { object, offset, separationArcmin };
    }
  }
  return best;
}

const CM_PER_MPC = 3.0857e24;

/** log10 of the isotropic luminosity, erg/s, of a flux in erg/cm2/s at a distance; NaN if missing. */
export function logLuminosity(flux: number, distanceMpc: number): number {
  return flux > 0 ? Math.log10(4 * Math.PI * flux) + 2 * Math.log10(distanceMpc * CM_PER_MPC) : NaN;
}
