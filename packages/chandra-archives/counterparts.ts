import pl, { type DataFrame } from "nodejs-polars";
import { median } from "simple-statistics";
import REGISTRY from "./data/counterparts.json" with { type: "json" };
import {
  ellipseRadius,
  type Motion,
  type Positions,
  RADIANS,
  separationArcsec,
  THREE_SIGMA_PER_95,
} from "@csc-classify/sky";
import {
  ArchiveError,
  joinRows,
  numbers,
  xMatch,
  xMatchColumns,
  type XMatchOptions,
} from "@csc-classify/vo-archives";
import {
  lettersOf,
  parseUnit,
  QUALITY_LETTERS,
  qualityOf,
  unitOf,
} from "@csc-classify/chandra-sources";
import type { ArchiveTable } from "@csc-classify/vo-tables";
import { counterpartProbability } from "./counterpart-probability.ts";

/** One catalogue of counterparts and how the features come out of it. */
interface CounterpartCatalogue {
  readonly id: string;
  readonly title: string;
  /** Name of the table at CDS. */
  readonly table: string;
  /** Whether it has entries everywhere. */
  readonly allSky?: boolean;
  /** Columns that may hold right ascension and declination, degrees: the first there is taken. */
  readonly position: readonly [readonly string[], readonly string[]];
  /** Feature and the columns that may hold it: the first that the table has is taken. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** Feature and the column of its error: a value without one is an upper limit, no measurement. */
  readonly errors?: Readonly<Record<string, string>>;
  /** Letters of photometric quality, by their name in `QUALITY_LETTERS`, and the columns of them. */
  readonly quality?: { readonly letters: string; readonly columns: readonly string[] };
  /** What it means that a column was taken which is not the first choice. */
  readonly secondChoice?: string;
  /** Columns of proper motion to the east and north, mas a year, counted from epoch 2000. */
  readonly motion?: readonly [readonly string[], readonly string[]];
  /** Searched around every source at least, arcsec; default 5. */
  readonly leastRadiusArcsec?: number;
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
 * ellipse is cut there too: `packages/chandra-archives/data/counterparts.json`.
 */
export const COUNTERPART_CATALOGUES = REGISTRY
  .catalogues as unknown as readonly CounterpartCatalogue[];

/** What matching one catalogue came to. */
export interface CounterpartMatch {
  /**
   * `[nSources]` by feature, and `<id>_offset_arcsec`, `p_i_<id>`, `offset_sigma_<id>` and
   * `rivals_<id>`, NaN without counterpart; `p_any_<id>`, NaN where nothing was searched;
   * `limit_<band>`, magnitude, where the band's value is an upper limit, NaN elsewhere.
   */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** `[nSources]` letters of photometric quality, and the name of their column. */
  readonly quality?: { readonly name: string; readonly letters: readonly (string | null)[] };
  /** Which column of the table each feature was taken from. */
  readonly taken: Readonly<Record<string, string>>;
  /** Counterparts within the search radius, and sources with one inside their ellipse. */
  readonly candidates: number;
  readonly matched: number;
  /** Upper limits among the values of the matched, left out, and values that cannot be used. */
  readonly limits: number;
  readonly unusable: number;
  /**
   * What is not as expected: values that their band cannot have, such as -999, taken as missing; no
   * entry at all where there must be some.
   */
  readonly odd?: string;
  /** Counterparts that proper motion changes: other ones than at epoch 2000, or none there. */
  readonly moved: number;
  /**
   * What the other rule of choosing gives: the sources to which it gives another entry, or none, and
   * `[nSources]` magnitudes and limits by their names.
   */
  readonly otherwise: {
    readonly rows: readonly number[];
    readonly columns: ReadonlyMap<string, Float64Array>;
  };
  /** Counterparts that are doubtful: see {@link isDoubtful}. */
  readonly doubtful: number;
  /**
   * Median offset of the counterparts to the east and north, arcsec, and of their distance in units
   * of the 3-sigma ellipse (0.39 if errors are right): whether the two frames agree.
   */
  readonly shift: { readonly east: number; readonly north: number; readonly scaled: number };
  /** What is to be known about the columns. */
  readonly note?: string;
}

/**
 * How one entry is chosen of several: `nearest`, in units of the error ellipse, of those inside it, as
 * the paper's labels were made; `probable`, the one within the searched circle that is more likely the
 * counterpart than all others and none together, `p_any p_i` of at least a half.
 */
export const CHOICES = ["nearest", "probable"] as const;
export type Choice = typeof CHOICES[number];

/** Whether a counterpart is more likely another entry, or none: `p_any p_i` below a half. */
export function isDoubtful(pAny: number, pThis: number): boolean {
  return pAny * pThis < 0.5;
}

/** Options of {@link matchCounterparts}. */
export interface MatchOptions extends Omit<XMatchOptions, "radiusArcsec" | "columns"> {
  /** Default `nearest`. */
  readonly choice?: Choice;
  /** Years between which the sources were observed; where proper motion counts. */
  readonly observed?: readonly [from: number, to: number];
}

/** Epoch of the positions that X-Match compares. */
const EPOCH = 2000;
/** From Chandra's first light to the end of the observations of CSC 2.1. */
const CHANDRA_YEARS = [1999.6, 2022] as const;

/**
 * The counterpart of each source in one catalogue: of those inside the source's 3-sigma error
 * ellipse, widened by the catalogue's own accuracy, the one nearest in units of the ellipse. An entry
 * that moves counts where it comes nearest in the years in which sources were observed, for the
 * catalogue of sources gives none a mean epoch of its own.
 *
 * @param sources Frame with ra, dec (degrees), err_ellipse_r0, err_ellipse_r1 (arcsec, 95 %) and
 * err_ellipse_ang (degrees). A source without an ellipse gets no counterpart.
 * @throws ArchiveError when the service fails or the table lacks a needed column, naming those
 * that it has.
 */
export async function matchCounterparts(
  sources: DataFrame,
  catalogue: CounterpartCatalogue,
  options: MatchOptions = {},
): Promise<CounterpartMatch> {
  const { choice = "nearest", observed = CHANDRA_YEARS } = options, { id } = catalogue;
  const choose = (present: readonly string[]) => wantedColumns(catalogue, present);
  const wanted = choose(await xMatchColumns(catalogue.table, options, choose));
  const { ra, dec, motion, only } = wanted;
  const extra = 3 * catalogue.positionSigmaArcsec;
  const places = errorEllipses(sources);
  const axes = [places.major, places.minor].map((of) => of.map((axis) => Math.hypot(axis, extra)));
  const asked = { ...options, columns: wanted.all };
  const { pairs, radius, scales } = await matchByReach(places, axes[0], catalogue, asked, wanted);
  const kept = only ? ofValue(pairs, ...only) : pairs;
  const place = { rows: numbers(kept, "csc_row"), ra: numbers(kept, ra), dec: numbers(kept, dec) };
  const [east, north] = motion.map((name) => numbers(kept, name));
  const still = radiiOf(places, extra, place);
  const radii = motion.length < 2 ? still : radiiOf(places, extra, place, (pair) => ({
    east: (east[pair] || 0) / 1000,
    north: (north[pair] || 0) / 1000,
    years: [observed[0] - EPOCH, observed[1] - EPOCH],
  }));
  const circles = { ra: places.ra, dec: places.dec, radius, major: axes[0], minor: axes[1] };
  const { pAny, pThis } = counterpartProbability(circles, { rows: place.rows, radii });
  const nSources = sources.height;
  const nearest = bestOf(nSources, place.rows, (pair) => radii[pair] <= 1 ? -radii[pair] : NaN);
  const probable = bestOf(nSources, place.rows, (pair) => {
    const { [place.rows[pair]]: any } = pAny;
    return isDoubtful(any, pThis[pair]) ? NaN : pThis[pair];
  });
  const [best, other] = choice === "nearest" ? [nearest, probable] : [probable, nearest];
  const atEpoch = bestOf(nSources, place.rows, (pair) => still[pair] <= 1 ? -still[pair] : NaN);
  const inside = new Float64Array(nSources);
  place.rows.forEach((row, pair) => inside[row] += radii[pair] <= 1 ? 1 : 0);
  const given = (of: (pair: number, row: number) => number) =>
    Float64Array.from(best, (pair, row) => pair < 0 ? NaN : of(pair, row));
  const taken = { ...wanted, scales };
  const ours = measurements(kept, best, taken, catalogue);
  const matched = Array.from(best.keys()).filter((row) => best[row] >= 0);
  const differing = (a: Int32Array, b: Int32Array) =>
    Array.from(a.keys()).filter((row) => a[row] !== b[row]);
  const distances = numbers(kept, "angDist");
  return {
    columns: new Map([
      ...ours.columns,
      [`${id}_offset_arcsec`, given((pair) => distances[pair])],
      [`p_any_${id}`, pAny],
      [`p_i_${id}`, given((pair) => pThis[pair])],
      [`offset_sigma_${id}`, given((pair) => 3 * radii[pair])],
      [`rivals_${id}`, given((pair, row) => inside[row] - (radii[pair] <= 1 ? 1 : 0))],
    ]),
    taken: wanted.taken,
    candidates: kept.height,
    matched: matched.length,
    limits: ours.limits,
    unusable: ours.unusable,
    odd: [ours.odd, emptyWords(kept.height, radius, catalogue)].filter(Boolean).join("; ") ||
      undefined,
    quality: ours.quality,
    moved: differing(nearest, atEpoch).length,
    otherwise: {
      rows: differing(nearest, probable),
      columns: measurements(kept, other, taken, catalogue).columns,
    },
    doubtful: matched.filter((row) => isDoubtful(pAny[row], pThis[best[row]])).length,
    shift: shiftOf(matched, best, places, { ...place, radii }),
    note: noteOf(catalogue, wanted, ours.quality !== undefined),
  };
}

/** Around so many sources some entry lies by chance alone. */
const SOME_ENTRY = 20;

/** What is said where a survey of all the sky has nothing around any of many sources. */
function emptyWords(
  entries: number,
  radius: Float64Array,
  { allSky }: CounterpartCatalogue,
): string | undefined {
  const searched = radius.filter((one) => !isNaN(one)).length;
  if (!allSky || entries > 0 || searched < SOME_ENTRY) return undefined;
  return `it has no entry near any of ${searched} sources, which cannot be: run again with --fresh`;
}

/** The rows in which a column has a value, be it kept as a number or as text. */
function ofValue(frame: DataFrame, column: string, value: number): DataFrame {
  const rows = Array.from(numbers(frame, column), (cell) => cell === value);
  return frame.filter(pl.Series("kept", rows, pl.Bool));
}

/** The columns of a catalogue's table by their use, and all that are to be asked for. */
function wantedColumns(catalogue: CounterpartCatalogue, present: readonly string[]) {
  const { ra, dec, ...taken } = chooseColumns(catalogue, present);
  const find = (names: readonly string[]) => firstOf(names, present);
  const errors = Object.entries(catalogue.errors ?? {})
    .flatMap(([band, name]) => {
      const own = find([name]);
      return own === undefined ? [] : [[band, own] as const];
    });
  const letters = catalogue.quality && find(catalogue.quality.columns);
  // positions of another epoch than 2000 do not go with motions counted from there
  const isFirst = ra === find([catalogue.position[0][0]]);
  const motion = (isFirst ? catalogue.motion ?? [] : []).flatMap((names) => find(names) ?? []);
  const only = catalogue.only && [find([catalogue.only[0]])!, catalogue.only[1]] as const;
  const all = new Set([
    ra,
    dec,
    ...motion,
    ...only ? [only[0]] : [],
    ...Object.values(taken),
    ...errors.map(([, name]) => name),
    ...letters === undefined ? [] : [letters],
  ]);
  return {
    ra,
    dec,
    motion,
    only,
    taken,
    letters,
    errors: Object.fromEntries(errors),
    all: [...all],
  };
}

/** Medians over sources with a counterpart: how far it lies, and in units of the error ellipse. */
function shiftOf(
  matched: readonly number[],
  best: Int32Array,
  sources: Positions,
  found: Positions & { readonly radii: Float64Array },
): CounterpartMatch["shift"] {
  const middle = (of: (row: number) => number) => matched.length ? median(matched.map(of)) : NaN;
  return {
    east: middle((row) => {
      const turn = ((found.ra[best[row]] - sources.ra[row] + 540) % 360) - 180;
      return 3600 * turn * Math.cos(sources.dec[row] * RADIANS);
    }),
    north: middle((row) => 3600 * (found.dec[best[row]] - sources.dec[row])),
    scaled: middle((row) => found.radii[best[row]]),
  };
}

/** Which columns of a table have magnitudes and their errors, by band, and letters of quality. */
interface ColumnsTaken {
  readonly taken: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
  readonly letters?: string;
  /** What a column's values are to be multiplied by, where it states another unit than ours. */
  readonly scales: ReadonlyMap<string, number>;
}

/** What values can be, ends included: beyond lie marks of "missing" such as -999 or 99. */
const POSSIBLE: Readonly<Record<string, readonly [least: number, most: number]>> = {
  mag: [-10, 40],
  uJy: [0, 1e9],
};

/**
 * Magnitudes of the chosen entries that are measurements, and `limit_<band>` of those that are upper
 * limits: by the letter of quality, or because the value has no error. What cannot be used, and what
 * is no value of its band, is left out.
 *
 * @param chosen `[nSources]` row of each source's entry, -1 where it has none.
 */
function measurements(
  entries: DataFrame,
  chosen: Int32Array,
  { taken, errors, letters: letterColumn, scales }: ColumnsTaken,
  { quality: kind }: CounterpartCatalogue,
) {
  const pick = (column: string) => {
    const values = numbers(entries, column), scale = scales.get(column) ?? 1;
    return Float64Array.from(chosen, (entry) => entry < 0 ? NaN : scale * values[entry]);
  };
  const texts = letterColumn === undefined ? [] : entries.getColumn(letterColumn).toArray();
  const quality = kind && letterColumn !== undefined
    ? {
      name: kind.letters,
      letters: Array.from(chosen, (entry) => entry < 0 ? null : lettersOf(texts[entry]) || null),
    }
    : undefined;
  const columns = new Map<string, Float64Array>();
  const ours = QUALITY_LETTERS.find(({ target }) => target === quality?.name);
  let limits = 0, unusable = 0;
  const odd = new Map<string, number[]>();
  for (const [band, column] of Object.entries(taken)) {
    const [least, most] = POSSIBLE[unitOf(band)];
    const error = errors[band] === undefined ? undefined : pick(errors[band]);
    const place = ours?.bands.indexOf(band) ?? -1;
    const values = pick(column), limit = new Float64Array(values.length).fill(NaN);
    values.forEach((value, row) => {
      if (isNaN(value)) return;
      if (!(value >= least && value <= most)) {
        odd.set(band, [...odd.get(band) ?? [], value]);
        values[row] = NaN;
        return;
      }
      const said = qualityOf(quality?.letters[row]?.[place]);
      if (said === "measured" && !(error && !(error[row] >= 0))) return;
      values[row] = NaN;
      if (said === "unusable") unusable++;
      else limits++, limit[row] = value;
    });
    columns.set(band, values);
    if (error || place >= 0) columns.set(`limit_${band}`, limit);
  }
  const sentences = [...odd].map(([band, values]) =>
    `${band} of ${values.length} of ${chosen.length} sources is a value that it cannot have ` +
    `("${values[0]}"): taken as missing`
  );
  return { columns, quality, limits, unusable, odd: sentences.join("; ") || undefined };
}

/** What the columns taken mean, where they are not those one would wish. */
function noteOf(
  { columns, position, secondChoice, errors = {} }: CounterpartCatalogue,
  wanted: ReturnType<typeof wantedColumns>,
  hasLetters: boolean,
): string | undefined {
  const { ra, dec, taken } = wanted, of: Record<string, string> = { ...taken, ra, dec };
  const wished = Object.entries({ ra: position[0], dec: position[1], ...columns });
  const isSecond = secondChoice &&
    wished.some(([key, names]) => of[key].toLowerCase() !== names[0].toLowerCase());
  const isBare = Object.keys(wanted.errors).length < Object.keys(errors).length && !hasLetters;
  return [
    isSecond ? secondChoice : "",
    isBare ? "it has no columns of errors or quality: upper limits count as measurements" : "",
  ].filter(Boolean).join("; ") || undefined;
}

/** Positions and 3-sigma ellipses of sources, all of it NaN where anything of it is missing. */
interface Places {
  readonly ra: Float64Array;
  readonly dec: Float64Array;
  /** Semi-axes, arcsec. */
  readonly major: Float64Array;
  readonly minor: Float64Array;
  readonly angle: Float64Array;
}

function errorEllipses(sources: DataFrame): Places {
  const is = hasEllipse(sources);
  const axis = (name: string) =>
    numbers(sources, name).map((value, row) => is[row] ? THREE_SIGMA_PER_95 * value : NaN);
  return {
    ra: numbers(sources, "ra"),
    dec: numbers(sources, "dec"),
    major: axis("err_ellipse_r0"),
    minor: axis("err_ellipse_r1"),
    // of a circle any does
    angle: numbers(sources, "err_ellipse_ang").map((angle, row) => is[row] ? angle || 0 : NaN),
  };
}

/** Which sources have an error ellipse, of all that makes one: the others cannot be searched around. */
export function hasEllipse(sources: DataFrame): boolean[] {
  const [major, minor, angle] = ["err_ellipse_r0", "err_ellipse_r1", "err_ellipse_ang"]
    .map((name) => numbers(sources, name));
  return Array.from(
    major,
    (axis, row) =>
      !isNaN(axis) && !isNaN(minor[row]) && !(isNaN(angle[row]) && axis !== minor[row]),
  );
}

/** Positions of pairs, and the source that each belongs to. */
interface Pairs {
  readonly rows: Float64Array;
  readonly ra: Float64Array;
  readonly dec: Float64Array;
}

/** Positions of another epoch lie elsewhere: so far at most, arcsec. */
const FARTHEST_MOVED = 120;

/** Says of an entry that it has no position, or lies not where it was searched; else nothing. */
function strayEntry(
  { ra, dec }: Positions,
  pairs: Pairs,
  radiusArcsec: number,
): string | undefined {
  const apart = (pair: number) => {
    const { [pair]: row } = pairs.rows;
    return separationArcsec(ra[row], dec[row], pairs.ra[pair], pairs.dec[pair]);
  };
  const pair = pairs.rows.findIndex((_, pair) => !(apart(pair) <= radiusArcsec + FARTHEST_MOVED));
  if (pair < 0) return undefined;
  const { [pair]: row } = pairs.rows;
  return `an entry at source ${row}, at (${ra[row]}, ${dec[row]}), lies at (${pairs.ra[pair]}, ${
    pairs.dec[pair]
  })`;
}

/** What a column holds, as far as its unit says it: ours, or a factor away, or something else. */
function scaleOf(band: string, unit: string | undefined): number | undefined {
  const theirs = unit?.trim() ? parseUnit(unit) : undefined;
  // none is stated, or one that nobody understands
  if (!theirs) return 1;
  const ours = parseUnit(unitOf(band))!;
  const system = /_sdss$|^[FN]UV$/.test(band) ? "AB" : "Vega";
  if (theirs.dimension !== ours.dimension) return undefined;
  if (theirs.system !== undefined && theirs.system !== system) return undefined;
  return theirs.factor / ours.factor;
}

/** `[nPairs]` distance of each pair's entry in units of its source's ellipse. */
function radiiOf(
  { ra, dec, major, minor, angle }: Places,
  extraArcsec: number,
  pairs: Pairs,
  motionOf?: (pair: number) => Motion,
): Float64Array {
  return pairs.rows.map((row, pair) => {
    const ellipse = { major: major[row], minor: minor[row], angleDeg: angle[row] };
    const there = { ra: pairs.ra[pair], dec: pairs.dec[pair] };
    const here = { ra: ra[row], dec: dec[row] };
    return ellipseRadius(here, there, ellipse, extraArcsec, motionOf?.(pair));
  });
}

/** For each source the pair of the largest worth, the first of equal ones; -1 where all are NaN. */
function bestOf(
  nSources: number,
  rows: Float64Array,
  worthOf: (pair: number) => number,
): Int32Array {
  const best = new Int32Array(nSources).fill(-1),
    worth = new Float64Array(nSources).fill(-Infinity);
  rows.forEach((row, pair) => {
    const value = worthOf(pair);
    if (!(value > worth[row])) return;
    worth[row] = value;
    best[row] = pair;
  });
  return best;
}

/** X-Match searches no farther. */
const WIDEST = 180;
/** Searched around every source at least, so that its surroundings are seen too, arcsec. */
const NARROWEST = 5;

/**
 * Groups of sources and the radius to search around each, arcsec: that of the source within a factor
 * of two, or a larger one where the sources are so few that a request of their own costs more than
 * the entries that are cut again.
 */
export function searchGroups(
  reach: Float64Array,
  narrowest = NARROWEST,
): { radiusArcsec: number; sources: number[] }[] {
  const groups: { radiusArcsec: number; sources: number[] }[] = [];
  for (let radius = narrowest, below = -1; below < WIDEST; radius = Math.min(WIDEST, 2 * radius)) {
    const within = (source: number) => reach[source] > below && reach[source] <= radius;
    const sources = Array.from(reach.keys()).filter(within);
    if (sources.length > 0) groups.push({ radiusArcsec: radius, sources });
    below = radius;
  }
  for (let i = 0; i + 1 < groups.length;) {
    const [few, more] = [groups[i], groups[i + 1]];
    if (few.sources.length * (more.radiusArcsec / 10) ** 2 > 1000) i++;
    else {
      const sources = [...few.sources, ...more.sources].sort((a, b) => a - b);
      groups.splice(i, 2, { ...more, sources });
    }
  }
  return groups;
}

/**
 * Every entry within the searched circle of every source, the radius of each, arcsec, and what values
 * are to be multiplied by, by column. No entries where no source has an ellipse.
 */
async function matchByReach(
  { ra, dec }: Places,
  reach: Float64Array,
  { table, leastRadiusArcsec }: CounterpartCatalogue,
  options: Omit<XMatchOptions, "radiusArcsec"> & { readonly columns: readonly string[] },
  wanted: ReturnType<typeof wantedColumns>,
) {
  const frames: DataFrame[] = [], radius = new Float64Array(ra.length).fill(NaN);
  const scales = new Map<string, number>();
  for (const { radiusArcsec, sources } of searchGroups(reach, leastRadiusArcsec)) {
    const places = { ra: sources.map((i) => ra[i]), dec: sources.map((i) => dec[i]) };
    const check = ({ frame, columns }: ArchiveTable) => {
      const said = new Map<string, number>();
      for (const [band, column] of Object.entries(wanted.taken)) {
        const unit = columns.find(({ name }) => name === column)?.unit;
        const scale = scaleOf(band, unit);
        if (scale === undefined) {
          return `the column ${column} is in "${unit}", expected ${unitOf(band)}`;
        }
        if (scales.has(column) && scales.get(column) !== scale) {
          return `the column ${column} is in "${unit}", and was in another unit before`;
        }
        said.set(column, scale);
      }
      const rows = numbers(frame, "csc_row");
      const found = { rows, ra: numbers(frame, wanted.ra), dec: numbers(frame, wanted.dec) };
      const problem = strayEntry(places, found, radiusArcsec);
      if (problem === undefined) said.forEach((scale, column) => scales.set(column, scale));
      return problem;
    };
    const found = await xMatch(places, table, { ...options, radiusArcsec, check });
    const rows = Array.from(numbers(found, "csc_row"), (row) => sources[row]);
    frames.push(found.withColumn(pl.Series("csc_row", rows, pl.Float64)));
    for (const source of sources) radius[source] = radiusArcsec;
  }
  if (frames.length === 0) {
    const names = ["csc_row", "angDist", ...options.columns];
    frames.push(pl.DataFrame(names.map((name) => pl.Series(name, [], pl.Float64))));
  }
  // what says the same in every column is one entry; the order is ours, whatever the service's
  const all = joinRows(frames).unique({ maintainOrder: true, keep: "first" });
  const pairs = all.sort(["csc_row", "angDist", ...options.columns]);
  return { pairs, radius, scales };
}

/** The first of some names that a table has, as it spells it: exactly so, or else in other capitals. */
function firstOf(names: readonly string[], present: readonly string[]): string | undefined {
  for (const name of names) {
    if (present.includes(name)) return name;
    const same = present.filter((one) => one.toLowerCase() === name.toLowerCase());
    if (same.length === 1) return same[0];
  }
  return undefined;
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
  const chosen = wanted.map(([key, names]) => [key, firstOf(names, present)]);
  const missing = wanted.filter((_, i) => !chosen[i][1])
    .map(([key, names]) => `${key} (${names.join(" or ")})`);
  if (only && !firstOf([only[0]], present)) missing.push(only[0]);
  if (missing.length === 0) return Object.fromEntries(chosen);
  throw new ArchiveError({
    kind: "format",
    service: "CDS X-Match",
    query: `columns of ${table}`,
    problem: `${title} has no column ${missing.join(", ")}; it has ${present.join(", ")}`,
    remedy: "put the right name into packages/chandra-archives/data/counterparts.json",
  });
}
