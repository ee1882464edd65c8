import pl, { type DataFrame } from "nodejs-polars";
import { ellipseRadius, THREE_SIGMA_PER_95 } from "../sky/cross-match.ts";
import { ArchiveError } from "./archive-error.ts";
import type { CounterpartCatalogue } from "./counterparts.ts";
import { joinRows } from "./join-rows.ts";
import { xMatch, xMatchColumns, type XMatchOptions } from "./x-match.ts";

/** What matching one catalogue came to. */
export interface CounterpartMatch {
  /** `[nSources]` rows: the catalogue's features, `<id>_offset_arcsec`; null without counterpart. */
  readonly frame: DataFrame;
  /** Which column of the table each feature was taken from. */
  readonly taken: Readonly<Record<string, string>>;
  /** Counterparts within the search radius, and sources with one inside their ellipse. */
  readonly candidates: number;
  readonly matched: number;
}

/**
 * The counterpart of each source in one catalogue: of those inside the source's 3-sigma error
 * ellipse, widened by the catalogue's own accuracy, the one nearest in units of the ellipse.
 *
 * @param sources Frame with ra, dec (degrees), err_ellipse_r0, err_ellipse_r1 (arcsec, 95 %) and
 * err_ellipse_ang (degrees). A source without an ellipse gets no counterpart.
 * @throws ArchiveError when the service fails or the table lacks a needed column, naming those
 * that it has.
 */
export async function matchCounterparts(
  sources: DataFrame,
  catalogue: CounterpartCatalogue,
  options: Omit<XMatchOptions, "radiusArcsec" | "columns"> = {},
): Promise<CounterpartMatch> {
  const present = await xMatchColumns(catalogue.table, options);
  const { ra, dec, ...taken } = chooseColumns(catalogue, present);
  const only = catalogue.only ? [catalogue.only[0]] : [];
  const columns = [...new Set([ra, dec, ...only, ...Object.values(taken)])];
  const extra = 3 * catalogue.positionSigmaArcsec;
  const places = errorEllipses(sources);
  const reach = places.major.map((axis) => Math.hypot(axis, extra));
  const pairs = await matchByReach(places, reach, catalogue.table, { ...options, columns });
  const kept = catalogue.only ? pairs.filter(pl.col(only[0]).eq(catalogue.only[1])) : pairs;
  const best = bestPairs(places, extra, {
    rows: numbers(kept, "csc_row") as number[],
    ra: numbers(kept, ra),
    dec: numbers(kept, dec),
  });
  const pick = (name: string, column: string) => {
    const cells = numbers(kept, column);
    return pl.Series(name, Array.from(best, (pair) => pair < 0 ? null : cells[pair]), pl.Float64);
  };
  const frame = pl.DataFrame([
    ...Object.entries(taken).map(([feature, column]) => pick(feature, column)),
    pick(`${catalogue.id}_offset_arcsec`, "angDist"),
  ]);
  return {
    frame,
    taken,
    candidates: kept.height,
    matched: best.filter((pair) => pair >= 0).length,
  };
}

/** Positions and 3-sigma ellipses of sources, NaN where missing. */
interface Places {
  readonly ra: Float64Array;
  readonly dec: Float64Array;
  /** Semi-axes, arcsec. */
  readonly major: Float64Array;
  readonly minor: Float64Array;
  readonly angle: Float64Array;
}

function errorEllipses(sources: DataFrame): Places {
  const column = (name: string, factor = 1) =>
    Float64Array.from(numbers(sources, name), (value) => value === null ? NaN : factor * value);
  return {
    ra: column("ra"),
    dec: column("dec"),
    major: column("err_ellipse_r0", THREE_SIGMA_PER_95),
    minor: column("err_ellipse_r1", THREE_SIGMA_PER_95),
    angle: column("err_ellipse_ang"),
  };
}

/** For each source the pair that lies best inside its ellipse, -1 where none does. */
function bestPairs(
  { ra, dec, major, minor, angle }: Places,
  extraArcsec: number,
  pairs: { rows: number[]; ra: (number | null)[]; dec: (number | null)[] },
): Int32Array {
  const best = new Int32Array(ra.length).fill(-1);
  const bestRadius = new Float64Array(ra.length).fill(Infinity);
  pairs.rows.forEach((row, pair) => {
    const ellipse = { major: major[row], minor: minor[row], angleDeg: angle[row] };
    const there = { ra: pairs.ra[pair] ?? NaN, dec: pairs.dec[pair] ?? NaN };
    const radius = ellipseRadius({ ra: ra[row], dec: dec[row] }, there, ellipse, extraArcsec);
    if (radius <= 1 && radius < bestRadius[row]) {
      bestRadius[row] = radius;
      best[row] = pair;
    }
  });
  return best;
}

/** Searches wide only around the few sources whose ellipse is wide. */
async function matchByReach(
  { ra, dec }: Places,
  reach: Float64Array,
  table: string,
  options: Omit<XMatchOptions, "radiusArcsec">,
): Promise<DataFrame> {
  const frames: DataFrame[] = [];
  let below = -1;
  for (const radiusArcsec of [2, 5, 15, 180]) {
    const within = (source: number) => reach[source] > below && reach[source] <= radiusArcsec;
    const sources = Array.from(ra.keys()).filter(within);
    below = radiusArcsec;
    if (sources.length === 0) continue;
    const places = { ra: sources.map((i) => ra[i]), dec: sources.map((i) => dec[i]) };
    const found = await xMatch(places, table, { ...options, radiusArcsec });
    const rows = (numbers(found, "csc_row") as number[]).map((row) => sources[row]);
    frames.push(found.withColumn(pl.Series("csc_row", rows, pl.Float64)));
  }
  if (frames.length === 0) throw new RangeError("no source has an error ellipse to match within");
  return joinRows(frames);
}

/**
 * For `ra`, `dec` and each feature the first of its columns that the table has.
 *
 * @throws ArchiveError naming what is missing and what is there.
 */
export function chooseColumns(
  { table, title, columns, position, only }: CounterpartCatalogue,
  present: readonly string[],
): Record<string, string> {
  const wanted = Object.entries({ ra: position[0], dec: position[1], ...columns });
  const chosen = wanted.map(([key, names]) => [key, names.find((one) => present.includes(one))]);
  const missing = wanted.filter((_, i) => !chosen[i][1])
    .map(([key, names]) => `${key} (${names.join(" or ")})`);
  if (only && !present.includes(only[0])) missing.push(only[0]);
  if (missing.length === 0) return Object.fromEntries(chosen);
  throw new ArchiveError({
    kind: "format",
    service: "CDS X-Match",
    query: `columns of ${table}`,
    problem: `${title} has no column ${missing.join(", ")}; it has ${present.join(", ")}`,
    remedy: "put the right name into lib/archives/counterparts.ts",
  });
}

function numbers(frame: DataFrame, name: string): (number | null)[] {
  return frame.getColumn(name).toArray() as (number | null)[];
}
