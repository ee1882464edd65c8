import CLUSTERS from "./data/globular-clusters.json" with { type: "json" };
import GALAXIES from "./data/nearby-galaxies.json" with { type: "json" };
import FARTHER from "./data/ngc-galaxies.json" with { type: "json" };
import OTHER_NAMES from "./data/object-names.json" with { type: "json" };
import REGIONS from "./data/star-forming-regions.json" with { type: "json" };
import { positionAngleDeg, RADIANS, separationArcsec, wrapDegrees } from "@csc-classify/sky";

/** A thing on the sky that a source may belong to. */
export interface SkyObject {
  readonly name: string;
  /** Centre, degrees (ICRS). */
  readonly ra: number;
  readonly dec: number;
  readonly distanceMpc: number;
  /** 1 sigma error of the distance as a share of it; NaN where it is not stated. */
  readonly distanceError: number;
  /** What offsets are measured in: half the major axis D25, half-light radius, or radius; arcmin. */
  readonly radiusArcmin: number;
  /** Minor over major axis. 1 for round objects. */
  readonly axisRatio: number;
  /** Of the major axis, degrees east of north. */
  readonly positionAngleDeg: number;
  /** Numerical Hubble type of a galaxy, -6 (elliptical) to 10 (irregular); NaN for others. */
  readonly typeT: number;
}

/** What kind of object a host is. */
type HostKind = "galaxy" | "cluster" | "region";

/** One list of hosts. */
interface HostList<Kind extends HostKind = HostKind> {
  readonly kind: Kind;
  readonly objects: readonly SkyObject[];
  readonly rim: number;
  readonly farthest: number;
}

/**
 * The lists of hosts, all in `data/`: galaxies (`nearby-galaxies.json`, which names its sources, and
 * the others of the NGC and IC from 1 arcmin, `ngc-galaxies.json`, with its rule), globular clusters
 * and star-forming regions of the Galaxy. Inside of `rim` radii of an object a source may belong to
 * it; offsets are measured within `farthest` radii.
 */
export const HOST_LISTS: readonly [HostList<"galaxy">, HostList<"cluster">, HostList<"region">] = [
  {
    kind: "galaxy",
    objects: [...GALAXIES.rows.map(galaxy), ...unpacked(FARTHER.columns)],
    rim: 1.3,
    farthest: 3,
  },
  { kind: "cluster", objects: CLUSTERS.rows.map(round), rim: 4, farthest: 8 },
  { kind: "region", objects: REGIONS.rows.map(round), rim: 1.2, farthest: 4 },
];

/**
 * Names that the lists have under another, both in small letters and digits without blanks: galaxies
 * by Messier's number, clusters and regions by that of the NGC, and what people say (`andromeda`).
 */
export const OBJECT_NAMES: ReadonlyMap<string, string> = new Map(Object.entries(OTHER_NAMES));

type Row = [string, ...number[]];

function galaxy(row: readonly (string | number | null)[]): SkyObject {
  const [name, ra, dec, distanceMpc, d25, axisRatio, positionAngleDeg, typeT, distanceError] =
    row as Row;
  const shape = { axisRatio, positionAngleDeg, radiusArcmin: d25 / 2, typeT };
  return { name, ra, dec, distanceMpc, distanceError, ...shape };
}

/** The galaxies of `ngc-galaxies.json`, which says how its columns are packed. */
function unpacked(columns: typeof FARTHER.columns): SkyObject[] {
  let ra = 0;
  return columns.name.map((name, i) => {
    ra += columns.ra_step[i];
    const number = Number(name);
    return {
      name: isNaN(number) ? String(name) : number > 0 ? `NGC ${number}` : `IC ${-number}`,
      ra: ra / 1000,
      dec: columns.dec[i] / 1000,
      distanceMpc: columns.distance_mpc[i],
      distanceError: columns.distance_error[i] / 100,
      radiusArcmin: columns.d25_arcmin[i] / 2,
      axisRatio: columns.axis_ratio[i] / 100,
      positionAngleDeg: columns.position_angle_deg[i],
      typeT: columns.type_t[i] ?? NaN, // null where the type is not known
    };
  });
}

function round(row: readonly (string | number)[]): SkyObject {
  const [name, ra, dec, distanceKpc, radiusArcmin] = row as Row;
  const shape = { axisRatio: 1, positionAngleDeg: 0, typeT: NaN };
  const distanceMpc = distanceKpc / 1000;
  return { name, ra, dec, distanceMpc, distanceError: NaN, radiusArcmin, ...shape };
}

/** The object a position belongs to, or is nearest to. */
export interface Membership {
  readonly object: SkyObject;
  /** Offset in the plane of the object over its radius: below 1 is inside. */
  readonly offset: number;
  readonly separationArcmin: number;
}

/** Objects of a list by the whole degrees of the sky that they reach, at a farthest of radii. */
const CELLS = new WeakMap<readonly SkyObject[], Map<number, Map<number, SkyObject[]>>>();
/** Rounding must not lose a position on the rim. */
const RIM_DEG = 1e-9;

function cellOf(raDeg: number, decDeg: number): number {
  return Math.floor(decDeg + 90) * 360 + Math.floor(wrapDegrees(raDeg)) % 360;
}

/** The objects that may lie within `farthest` radii of a position, in the order of the list. */
function near(
  raDeg: number,
  decDeg: number,
  objects: readonly SkyObject[],
  farthest: number,
): readonly SkyObject[] {
  const ofList = CELLS.get(objects) ?? new Map<number, Map<number, SkyObject[]>>();
  CELLS.set(objects, ofList);
  let cells = ofList.get(farthest);
  if (!cells) ofList.set(farthest, cells = cellsOf(objects, farthest));
  return cells.get(cellOf(raDeg, decDeg)) ?? [];
}

function cellsOf(objects: readonly SkyObject[], farthest: number): Map<number, SkyObject[]> {
  const cells = new Map<number, SkyObject[]>();
  for (const object of objects) {
    const reach = farthest * object.radiusArcmin / 60 + RIM_DEG;
    const overPole = Math.abs(object.dec) + reach >= 90;
    const half = overPole
      ? 180
      : Math.asin(Math.sin(reach * RADIANS) / Math.cos(object.dec * RADIANS)) / RADIANS + RIM_DEG;
    const south = Math.max(-90, Math.floor(object.dec - reach));
    const west = Math.floor(object.ra - half), east = Math.min(object.ra + half, west + 359);
    for (let dec = south; dec <= Math.min(90, object.dec + reach); dec++) {
      for (let ra = west; ra <= east; ra++) {
        const cell = cellOf(ra, dec), there = cells.get(cell);
        if (there) there.push(object);
        else cells.set(cell, [object]);
      }
    }
  }
  return cells;
}

/** Discs seen edge-on have thickness: no galaxy counts as flatter than this. */
export const FLATTEST = 0.25;

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
  for (const object of near(raDeg, decDeg, objects, farthest)) {
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

/** What a source lies in. */
interface HostMember {
  readonly name: string;
  readonly kind: typeof HOST_LISTS[number]["kind"];
}

/**
 * `[nRows]` galaxy, globular cluster or star-forming region that each position lies in, of several
 * the first kind; undefined where it lies in none.
 */
export function membersOf(
  { ra, dec }: { readonly ra: Float64Array; readonly dec: Float64Array },
): (HostMember | undefined)[] {
  return Array.from(ra, (_, row) => {
    for (const { kind, objects, rim } of HOST_LISTS) {
      const member = membership(ra[row], dec[row], objects, rim);
      if (member) return { name: member.object.name, kind };
    }
  });
}

/** `[nRows]` names of {@link membersOf}. */
export function hostsOf(
  places: { readonly ra: Float64Array; readonly dec: Float64Array },
): (string | undefined)[] {
  return membersOf(places).map((member) => member?.name);
}

/** Centimetres in a megaparsec: 648000 / pi astronomical units of 149,597,870.7 km (IAU 2015 B2). */
const CM_PER_MPC = 3.0857e24;

/** log10 of the isotropic luminosity, erg/s, of a flux in erg/cm2/s at a distance; NaN if missing. */
export function logLuminosity(flux: number, distanceMpc: number): number {
  return flux > 0 ? Math.log10(4 * Math.PI * flux) + 2 * Math.log10(distanceMpc * CM_PER_MPC) : NaN;
}
