import GALAXIES from "../../packages/chandra-sources/data/nearby-galaxies.json" with {
  type: "json",
};
import { type Matrix } from "@csc-classify/forests";
import { LUMINOSITY_ERROR } from "#lib/tables/added-features.ts";
import { readFitsTable } from "@csc-classify/vo-tables";
import { type FetchOptions, fetchPublished } from "#lib/tables/published-files.ts";
import { crossMatch, RADIANS, toGalactic } from "@csc-classify/sky";
import { HOST_LISTS, type SkyObject } from "@csc-classify/chandra-sources";

/** Galaxies of a catalogue, `[nGalaxies]` each. */
interface Distances {
  /** Degrees. */
  readonly ra: Float64Array;
  readonly dec: Float64Array;
  /** Heliocentric velocity, km/s. */
  readonly velocity: Float64Array;
  /** Mpc, and its 1 sigma error. */
  readonly distance: Float64Array;
  readonly error: Float64Array;
}

/**
 * The 50 Mpc Galaxy Catalog of Ohlson et al. 2024 (doi:10.3847/1538-3881/acf7bc), to compare with.
 *
 * @throws Error when the file cannot be had.
 */
export async function ohlsonDistances(options?: FetchOptions): Promise<Distances> {
  const table = await readFitsTable(await fetchPublished("50mgc/catalog_short.fits", options));
  const names = ["ra", "dec", "v_h", "bestdist", "bestdist_error"];
  const places = names.map((name) => table.columns.findIndex((column) => column.name === name));
  const rows = await Array.fromAsync(table.rows);
  const [ra, dec, velocity, distance, error] = places.map((place) =>
    Float64Array.from(rows, (row) => Number(row[place] ?? NaN))
  );
  return { ra, dec, velocity, distance, error };
}

/** One galaxy of our lists beside the same of a catalogue. */
interface DistancePair {
  readonly name: string;
  /** Mpc, as listed, and by the catalogue. */
  readonly listed: number;
  readonly theirs: number;
  /** Velocity in the frame of the Local Group over 70 km/s/Mpc; NaN below 150 km/s. */
  readonly fromVelocity: number;
  /** Whether theirs is no velocity's: those have errors of 4 to 9 Mpc. */
  readonly isMeasured: boolean;
}

/** Galaxies of ours with the nearest of a catalogue's within an arcminute; those without left out. */
export function distancePairs(
  { ra, dec, velocity, distance, error }: Distances,
  objects: readonly SkyObject[] = HOST_LISTS[0].objects,
): DistancePair[] {
  const own = {
    ra: Float64Array.from(objects, ({ ra }) => ra),
    dec: Float64Array.from(objects, ({ dec }) => dec),
  };
  const { first, second } = crossMatch(own, { ra, dec }, { radiusArcsec: 60 });
  return [...first].flatMap((row, i): DistancePair[] => {
    const other = second[i], share = error[other] / distance[other];
    if (!(distance[other] > 0)) return [];
    const flow = localGroupVelocity(velocity[other], ra[other], dec[other]);
    return [{
      name: objects[row].name,
      listed: objects[row].distanceMpc,
      theirs: distance[other],
      fromVelocity: flow > 150 ? flow / 70 : NaN,
      isMeasured: share > 0 && share <= 0.15 && error[other] < 3.5,
    }];
  });
}

/** How two distances of the same galaxies differ. */
interface DistanceScatter {
  readonly n: number;
  /** Standard deviation of log10 of their ratio. */
  readonly dex: number;
  /** Shares of them off by more than 30 per cent, and by more than 0.5 dex in luminosity. */
  readonly off: number;
  readonly luminosityOff: number;
}

/** Scatter of `[ours, theirs]`; galaxies without either are left out. */
export function distanceScatter(pairs: readonly (readonly [number, number])[]): DistanceScatter {
  const ratios = pairs.map(([ours, theirs]) => ours / theirs).filter((ratio) => ratio > 0);
  const n = ratios.length, logs = ratios.map(Math.log10);
  const mean = logs.reduce((sum, log) => sum + log, 0) / n;
  const share = (is: (ratio: number) => boolean) => ratios.filter(is).length / n;
  return {
    n,
    dex: Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / n),
    off: share((ratio) => Math.abs(ratio - 1) > 0.3),
    luminosityOff: share((ratio) => Math.abs(2 * Math.log10(ratio)) > 0.5),
  };
}

/** Heliocentric velocity seen from the Local Group's centre (Karachentsev & Makarov 1996, doi:10.1086/117825). */
function localGroupVelocity(velocity: number, ra: number, dec: number): number {
  const { l, b } = toGalactic(ra, dec), apex = { l: 93, b: -4, kmS: 316 };
  const [sin, cos] = [Math.sin, Math.cos].map((of) => (degrees: number) => of(degrees * RADIANS));
  return velocity +
    apex.kmS * (sin(b) * sin(apex.b) + cos(b) * cos(apex.b) * cos(l - apex.l));
}

/** Galaxies of `nearby-galaxies.json`, whose distances were never velocities, come first in the list. */
const BY_HAND = GALAXIES.rows.length;

/**
 * The added columns as they were when distances of the New General and Index Catalogues were
 * velocity over 70 and the limits of hosts had a flat margin of half a dex: what these did.
 *
 * @param matrix Columns of `withAddedFeatures`.
 * @param hosts `[nRows]` host of each row.
 */
export function asByVelocity(
  matrix: Matrix,
  hosts: readonly (string | undefined)[],
  pairs: readonly DistancePair[],
): Matrix {
  const byHand = new Set(HOST_LISTS[0].objects.slice(0, BY_HAND).map(({ name }) => name));
  const before = new Map(
    pairs.filter(({ name, fromVelocity }) => fromVelocity > 0 && !byHand.has(name))
      .map(({ name, listed, fromVelocity }) => [name, Math.log10(fromVelocity / listed)]),
  );
  const values = matrix.values.slice();
  const [luminosity, distance, error] = ["galaxy_log_lx", "galaxy_log_distance", LUMINOSITY_ERROR]
    .map((name) => matrix.names.indexOf(name));
  hosts.forEach((host, row) => {
    const start = row * matrix.nColumns, moved = before.get(host ?? "") ?? 0;
    values[start + luminosity] += 2 * moved;
    values[start + distance] += moved;
    values[start + error] = 0; // leaves the scatter of 0.25 dex, twice which is the flat margin
  });
  return { ...matrix, values };
}
