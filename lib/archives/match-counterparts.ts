import pl, { type DataFrame } from "nodejs-polars";
import { ellipseRadius, THREE_SIGMA_PER_95 } from "../sky/error-ellipse.ts";
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
  const taken = chooseColumns(catalogue, await xMatchColumns(catalogue.table, options));
  const [ra, dec, r0, r1, angle] = [
    "ra",
    "dec",
    "err_ellipse_r0",
    "err_ellipse_r1",
    "err_ellipse_ang",
  ]
    .map((name) => Float64Array.from(numbers(sources, name), (value) => value ?? NaN));
  const extra = 3 * catalogue.positionSigmaArcsec;
  const reach = r0.map((axis) => Math.hypot(axis * THREE_SIGMA_PER_95, extra));
  const only = catalogue.only ? [catalogue.only[0]] : [];
  const columns = [...new Set([...catalogue.position, ...only, ...Object.values(taken)])];
  const pairs = await matchByReach({ ra, dec }, reach, catalogue.table, { ...options, columns });

  const rows = numbers(pairs, "csc_row") as number[];
  const [pairRa, pairDec] = catalogue.position.map((name) => numbers(pairs, name));
  const keep = catalogue.only ? numbers(pairs, only[0]) : undefined;
  const best = new Int32Array(sources.height).fill(-1);
  const bestRadius = new Float64Array(sources.height).fill(Infinity);
  rows.forEach((row, pair) => {
    if (keep && keep[pair] !== catalogue.only![1]) return;
    const ellipse = {
      major: r0[row] * THREE_SIGMA_PER_95,
      minor: r1[row] * THREE_SIGMA_PER_95,
      angleDeg: angle[row],
    };
    const there = { ra: pairRa[pair] ?? NaN, dec: pairDec[pair] ?? NaN };
    const radius = ellipseRadius({ ra: ra[row], dec: dec[row] }, there, ellipse, extra);
    if (radius <= 1 && radius < bestRadius[row]) {
      bestRadius[row] = radius;
      best[row] = pair;
    }
  });
  const pick = (name: string, column: string) => {
    const cells = numbers(pairs, column);
    return pl.Series(name, Array.from(best, (pair) => pair < 0 ? null : cells[pair]), pl.Float64);
  };
  const frame = pl.DataFrame([
    ...Object.entries(taken).map(([feature, column]) => pick(feature, column)),
    pick(`${catalogue.id}_offset_arcsec`, "angDist"),
  ]);
  const matched = best.reduce((count, pair) => count + (pair < 0 ? 0 : 1), 0);
  return { frame, taken, candidates: pairs.height, matched };
}

/** Searches wide only around the few sources whose ellipse is wide. */
async function matchByReach(
  { ra, dec }: { ra: Float64Array; dec: Float64Array },
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
 * For each feature the first of its columns that the table has.
 *
 * @throws ArchiveError naming what is missing and what is there.
 */
export function chooseColumns(
  { table, title, columns, position, only }: CounterpartCatalogue,
  present: readonly string[],
): Record<string, string> {
  const chosen = Object.entries(columns).map(([feature, names]) => {
    const name = names.find((one) => present.includes(one));
    return [feature, name ?? `${feature} (${names.join(" or ")})`, name] as const;
  });
  const needed = [...position, ...(only ? [only[0]] : [])].filter((name) =>
    !present.includes(name)
  );
  const missing = [...needed, ...chosen.filter(([, , name]) => !name).map(([, words]) => words)];
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
