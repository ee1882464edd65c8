/** Positions and distances on the sky, and cross-matching; `./healpix` has cells. */
export {
  crossMatch,
  crossMatcher,
  ellipseRadius,
  type Motion,
  THREE_SIGMA_PER_95,
} from "./cross-match.ts";
export { fromFk4, fromFk5 } from "./frames.ts";
export {
  fromGalactic,
  positionAngleDeg,
  type Positions,
  RADIANS,
  separationArcsec,
  toGalactic,
  toVectors,
  wrapDegrees,
} from "./positions.ts";
