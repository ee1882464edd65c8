import pl, { type DataFrame } from "nodejs-polars";
import { median } from "simple-statistics";
import REGISTRY from "../../data/counterparts.json" with { type: "json" };
import { ellipseRadius, THREE_SIGMA_PER_95 } from "../sky/cross-match.ts";
import { RADIANS } from "../sky/positions.ts";
import { ArchiveError } from "./archive-error.ts";
import { joinRows, numbers } from "./fetch-strips.ts";
import { xMatch, xMatchColumns, type XMatchOptions } from "./x-match.ts";

/** One catalogue of counterparts and how the features come out of it. */
export interface CounterpartCatalogue {
  readonly id: string;
  readonly title: string;
  /** Name of the table at CDS. */
  readonly table: string;
  /** Columns that may hold right ascension and declination, degrees: the first there is taken. */
  readonly position: readonly [readonly string[], readonly string[]];
  /** Feature and the columns that may hold it: the first that the table has is taken. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** Feature and the column of its error: a value without one is an upper limit, no measurement. */
  readonly errors?: Readonly<Record<string, string>>;
  /** What it means that a column was taken which is not the first choice. */
  readonly secondChoice?: string;
  /** Standard deviation of the catalogue's own positions, added to the CSC's, arcsec. */
  readonly positionSigmaArcsec: number;
  /** Rows to keep: a column and the value that it must have. */
  readonly only?: readonly [string, number];
  /** The catalogue's name in the paper's section 2.2, which gives its share. */
  readonly paper: string;
  readonly reference: string;
}

/**
 * The catalogues of section 2.2. The paper takes Gaia within the 3-sigma ellipse and the others
 * from NED, which matches them in its own way; here all are matched alike, with the positional
 * accuracy of each catalogue added to the ellipse. X-Match compares Gaia at epoch 2000, so the
 * ellipse is cut there too: `data/counterparts.json`.
 */
export const COUNTERPARTS = REGISTRY.catalogues as unknown as readonly CounterpartCatalogue[];

/** What matching one catalogue came to. */
export interface CounterpartMatch {
  /** `[nSources]` by feature, and `<id>_offset_arcsec`; NaN without counterpart. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** Which column of the table each feature was taken from. */
  readonly taken: Readonly<Record<string, string>>;
  /** Counterparts within the search radius, and sources with one inside their ellipse. */
  readonly candidates: number;
  readonly matched: number;
  /** Upper limits among the values of the matched, left out. */
  readonly limits: number;
  /**
   * Median offset of the counterparts to the east and north, arcsec, and of their distance in units
   * of the 3-sigma ellipse (0.39 if errors are right): whether the two frames agree.
   */
  readonly shift: { readonly east: number; readonly north: number; readonly scaled: number };
  /** What is to be known about the columns. */
  readonly note?: string;
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
  const errors = Object.entries(catalogue.errors ?? {}).filter(([, name]) =>
    present.includes(name)
  );
  const columns = [
    ...new Set([ra, dec, ...only, ...Object.values(taken), ...errors.map(([, name]) => name)]),
  ];
  const extra = 3 * catalogue.positionSigmaArcsec;
  const places = errorEllipses(sources);
  const reach = places.major.map((axis) => Math.hypot(axis, extra));
  const pairs = await matchByReach(places, reach, catalogue.table, { ...options, columns });
  const kept = catalogue.only ? pairs.filter(pl.col(only[0]).eq(catalogue.only[1])) : pairs;
  const place = { rows: numbers(kept, "csc_row"), ra: numbers(kept, ra), dec: numbers(kept, dec) };
  const { best, radii } = bestPairs(places, extra, place);
  const pick = (column: string) => {
    const values = numbers(kept, column);
    return Float64Array.from(best, (pair) => pair < 0 ? NaN : values[pair]);
  };
  let limits = 0;
  const features = Object.entries(taken).map(([feature, column]): [string, Float64Array] => {
    const values = pick(column), error = Object.fromEntries(errors)[feature];
    if (error !== undefined) {
      pick(error).forEach((sigma, row) => {
        if (!isNaN(sigma) || isNaN(values[row])) return;
        values[row] = NaN;
        limits++;
      });
    }
    return [feature, values];
  });
  const matched = Array.from(best.keys()).filter((row) => best[row] >= 0);
  const middle = (of: (row: number) => number) => matched.length ? median(matched.map(of)) : NaN;
  return {
    columns: new Map([...features, [`${catalogue.id}_offset_arcsec`, pick("angDist")]]),
    taken,
    candidates: kept.height,
    matched: matched.length,
    limits,
    shift: {
      east: middle((row) => {
        const turn = ((place.ra[best[row]] - places.ra[row] + 540) % 360) - 180;
        return 3600 * turn * Math.cos(places.dec[row] * RADIANS);
      }),
      north: middle((row) => 3600 * (place.dec[best[row]] - places.dec[row])),
      scaled: middle((row) => radii[row]),
    },
    note: noteOf(catalogue, { ra, dec, ...taken }, errors.length),
  };
}

/** What the columns taken mean, where they are not those one would wish. */
function noteOf(
  { columns, position, secondChoice, errors }: CounterpartCatalogue,
  taken: Readonly<Record<string, string>>,
  nErrors: number,
): string | undefined {
  const wished = Object.entries({ ra: position[0], dec: position[1], ...columns });
  const isSecond = secondChoice && wished.some(([key, names]) => taken[key] !== names[0]);
  const lacking = nErrors < Object.keys(errors ?? {}).length;
  return [
    isSecond ? secondChoice : "",
    lacking ? "it has no columns of errors: upper limits count as measurements" : "",
  ].filter(Boolean).join("; ") || undefined;
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
  const axis = (name: string) => numbers(sources, name).map((value) => THREE_SIGMA_PER_95 * value);
  return {
    ra: numbers(sources, "ra"),
    dec: numbers(sources, "dec"),
    major: axis("err_ellipse_r0"),
    minor: axis("err_ellipse_r1"),
    angle: numbers(sources, "err_ellipse_ang"),
  };
}

/** For each source the pair that lies best inside its ellipse, -1 where none does, and how well. */
function bestPairs(
  { ra, dec, major, minor, angle }: Places,
  extraArcsec: number,
  pairs: { rows: Float64Array; ra: Float64Array; dec: Float64Array },
): { best: Int32Array; radii: Float64Array } {
  const best = new Int32Array(ra.length).fill(-1);
  const radii = new Float64Array(ra.length).fill(Infinity);
  pairs.rows.forEach((row, pair) => {
    const ellipse = { major: major[row], minor: minor[row], angleDeg: angle[row] };
    const there = { ra: pairs.ra[pair], dec: pairs.dec[pair] };
    const radius = ellipseRadius({ ra: ra[row], dec: dec[row] }, there, ellipse, extraArcsec);
    if (radius <= 1 && radius < radii[row]) {
      radii[row] = radius;
      best[row] = pair;
    }
  });
  return { best, radii };
}

/** Searches wide only around the few sources whose ellipse is wide. */
async function matchByReach(
  { ra, dec }: Places,
  reach: Float64Array,
  table: string,
  options: Omit<XMatchOptions, "radiusArcsec">,
): Promise<DataFrame> {
  const frames: DataFrame[] = [];
  // few sources are asked for at once: a request costs more than the pairs that are cut again
  const radii = ra.length > 5000 ? [2, 5, 15, 180] : [5, 180];
  let below = -1;
  for (const radiusArcsec of radii) {
    const within = (source: number) => reach[source] > below && reach[source] <= radiusArcsec;
    const sources = Array.from(ra.keys()).filter(within);
    below = radiusArcsec;
    if (sources.length === 0) continue;
    const places = { ra: sources.map((i) => ra[i]), dec: sources.map((i) => dec[i]) };
    const found = await xMatch(places, table, { ...options, radiusArcsec });
    const rows = Array.from(numbers(found, "csc_row"), (row) => sources[row]);
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
