import CLUSTERS from "../../data/globular-clusters.json" with { type: "json" };
import GALAXIES from "../../data/nearby-galaxies.json" with { type: "json" };
import REGIONS from "../../data/star-forming-regions.json" with { type: "json" };

/** A thing on the sky that a source may belong to. */
export interface SkyObject {
  readonly name: string;
  /** Centre, degrees (ICRS). */
  readonly ra: number;
  readonly dec: number;
  readonly distanceMpc: number;
  /** What offsets are measured in: half the major axis D25, half-light radius, or radius; arcmin. */
  readonly radiusArcmin: number;
  /** Minor over major axis. 1 for round objects. */
  readonly axisRatio: number;
  /** Of the major axis, degrees east of north. */
  readonly positionAngleDeg: number;
  /** Numerical Hubble type of a galaxy, -6 (elliptical) to 10 (irregular); NaN for others. */
  readonly typeT: number;
}

/** Nearby galaxies: `data/nearby-galaxies.json`, which names its sources. */
export const NEARBY_GALAXIES: readonly SkyObject[] = GALAXIES.rows.map((row) => {
  const [name, ra, dec, distanceMpc, d25, axisRatio, positionAngleDeg, typeT] = row as Galaxy;
  const radiusArcmin = d25 / 2;
  return { name, ra, dec, distanceMpc, radiusArcmin, axisRatio, positionAngleDeg, typeT };
});

/** Globular clusters of the Galaxy: `data/globular-clusters.json`. */
export const GLOBULAR_CLUSTERS: readonly SkyObject[] = CLUSTERS.rows.map((row) => round(row));

/** Star-forming regions of the Galaxy: `data/star-forming-regions.json`. */
export const STAR_FORMING_REGIONS: readonly SkyObject[] = REGIONS.rows.map((row) => round(row));

type Galaxy = [string, number, number, number, number, number, number, number];

function round(row: readonly (string | number)[]): SkyObject {
  const [name, ra, dec, distanceKpc, radiusArcmin] = row as [string, ...number[]];
  const distanceMpc = distanceKpc / 1000;
  return {
    ...{ name, ra, dec, distanceMpc, radiusArcmin },
    axisRatio: 1,
    positionAngleDeg: 0,
    typeT: NaN,
  };
}
