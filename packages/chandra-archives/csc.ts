import pl, { type DataFrame, type Series } from "nodejs-polars";
import ROWS from "./data/published-rows.json" with { type: "json" };
import { PAPER, parseUnit } from "@csc-classify/chandra-sources";
import type { ArchiveTable } from "@csc-classify/vo-tables";
import {
  ArchiveError,
  type Area,
  boxConditions,
  fetchAnyStrips,
  fetchStrips,
  isInside,
  joinRows,
  numbers,
  TapClient,
  type TapOptions,
  type TapService,
} from "@csc-classify/vo-archives";
import { type CscRelease, LIVE_ARCHIVES } from "./services.ts";

/**
 * Table of sources of each release; the numbers of rows are those of the release notes. Release 2.1
 * is tied to Gaia-CRF3 and means 2.1.1 (October 2024), before which some 7,000 fluxes were NULL; NED
 * does not know its names.
 */
export const CSC_TABLES: Readonly<Record<CscRelease, CscTable>> = {
  "2.0": {
    table: "csc2.master_source",
    rows: PAPER.sample.catalogue,
    observed: [1999.6, 2015],
  },
  "2.1": { table: "csc21.master_source", rows: 407_806, observed: [1999.6, 2022] },
};

/** A release's table of sources. */
interface CscTable {
  readonly table: string;
  readonly rows: number;
  /** Years of its first and last observation: the table has no epoch of a source. */
  readonly observed: readonly [from: number, to: number];
}

/** Energy bands of the ACIS fluxes: broad, ultrasoft, soft, medium, hard. */
export const CSC_BANDS = ["b", "u", "s", "m", "h"] as const;

/** Which of the catalogue's two fluxes: of the longest Bayesian block, or of all observations. */
export type FluxKind = "flux_aper" | "flux_aper_avg";

/** The quality flags, in the order in which sources are dropped: extended first, then Table 1. */
export const QUALITY_FLAGS: readonly string[] = [
  "extent_flag",
  "pileup_flag",
  "sat_src_flag",
  "conf_flag",
  "streak_src_flag",
];

/** All flags that are fetched. */
export const FLAGS = [...QUALITY_FLAGS, "var_flag"] as const;

/** Hydrogen atoms of the Galaxy towards a source, 1e20 per cm2, as the catalogue states them. */
export const NH_GAL = "nh_gal";

/**
 * Columns that no model uses yet, for one that will: hardness ratios with their 68 % bounds, and both
 * kinds of flux, that of the longest Bayesian block (`flux_aper`) and that of all observations, each
 * with its bounds, erg/s/cm2.
 */
export const TAKEN_ALONG: readonly string[] = [
  ...["hm", "hs", "ms"].flatMap((pair) =>
    ["", "_lolim", "_hilim"].map((end) => `hard_${pair}${end}`)
  ),
  ...CSC_BANDS.flatMap((band) =>
    ["flux_aper", "flux_aper_avg"].flatMap((kind) => [
      `${kind}_${band}`,
      `${kind}_lolim_${band}`,
      `${kind}_hilim_${band}`,
    ])
  ),
];

const NEEDED = ["ra", "dec", "err_ellipse_r0", "err_ellipse_r1", "err_ellipse_ang"];
const DOUBLES = [
  ...NEEDED,
  "gal_l",
  "gal_b",
  "significance",
  NH_GAL,
  ...TAKEN_ALONG,
  "var_inter_prob_b",
  "var_inter_sigma_b",
  "var_inter_index_b",
  "var_intra_prob_b",
  "ks_intra_prob_b",
  "kp_intra_prob_b",
  "var_intra_index_b",
];

/**
 * Columns to fetch with their VOTable datatypes: name, positions in degrees, 95 % error ellipse in
 * arcsec, Galactic hydrogen, both kinds of ACIS flux with their 68 % bounds in erg/s/cm2,
 * variability, flags.
 */
export const CSC_COLUMNS: Readonly<Record<string, string>> = {
  name: "char",
  ...Object.fromEntries(DOUBLES.map((name) => [name, "double"])),
  ...Object.fromEntries(FLAGS.map((name) => [name, "boolean"])),
};

/** Options of {@link fetchCsc}. */
interface CscOptions extends TapOptions {
  readonly release?: CscRelease;
  /** All of the sky when absent. */
  readonly area?: Area;
  /** At most so many sources, from the south. */
  readonly limit?: number;
  /** Instead of the release's own service, e.g. a mirror. */
  readonly service?: TapService;
  readonly onProgress?: (rows: number, total: number) => void;
}

/** What {@link fetchCsc} fetched. */
interface CscCatalogue {
  /** {@link CSC_COLUMNS}; null where the catalogue has no value. */
  readonly frame: DataFrame;
  /** Columns that the service does not have: null throughout. */
  readonly absent: readonly string[];
  /** Of each column with cells that are none of its values, which were taken as missing: a sentence. */
  readonly odd: readonly string[];
}

/**
 * The sources of the Chandra Source Catalog with the columns of the paper's Table 2 and Table 1: all
 * by declination strips, or those of an area. Its columns are looked up first.
 *
 * @throws ArchiveError when the service fails, rows are missing, or name, position, error ellipse or
 * a quality flag is not among its columns.
 */
export async function fetchCsc(options: CscOptions = {}): Promise<CscCatalogue> {
  const { release = "2.0", area, service = LIVE_ARCHIVES.csc[release] } = options;
  const tap = new TapClient(service, options), { table } = CSC_TABLES[release];
  const { columns, absent } = await findColumns(tap, table);
  const limit = area ? undefined : options.limit, { onProgress } = options;
  const odd: string[] = [];
  const check = (answer: ArchiveTable) =>
    cscProblem(answer) ?? (area && straySource(answer.frame, area));
  const how = { table, columns, types: CSC_COLUMNS, key: "name", check, limit, onProgress };
  const ordered = (frame: DataFrame) =>
    frame.sort(["dec", "name"]).head(options.limit ?? frame.height);
  if (!area) {
    const rows = await fetchStrips(tap, how);
    return { frame: ordered(typed(rows, (one) => odd.push(one))), absent, odd };
  }
  const parts: DataFrame[] = [];
  for (const where of boxConditions(area)) {
    const rows = await fetchAnyStrips(tap, { ...how, where });
    if (rows) parts.push(typed(rows, (one) => odd.push(one)));
  }
  const all = parts.length === 0 ? undefined : sourcesOnce(parts, service.name, table);
  const [names, ra, dec] = ["name", "ra", "dec"].map((name) =>
    all?.getColumn(name).toArray() ?? []
  );
  const inside = names.filter((_, i) => isInside(area, Number(ra[i]), Number(dec[i])));
  if (!all || inside.length === 0) {
    throw new RangeError(
      `the Chandra Source Catalog ${release} has no source in ${area.words}; try a larger radius`,
    );
  }
  return { frame: ordered(all.filter(pl.col("name").isIn(inside))), absent, odd };
}

/**
 * The sources of several boxes, which overlap, once each.
 *
 * @throws ArchiveError for one that is not the same in all: the service has changed between.
 */
function sourcesOnce(parts: readonly DataFrame[], service: string, table: string): DataFrame {
  const rows = joinRows(parts).unique({ maintainOrder: true, keep: "first" });
  const names = rows.getColumn("name").toArray();
  const seen = new Set<unknown>(), twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice === undefined) return rows;
  throw new ArchiveError({
    kind: "incomplete",
    service,
    query: table,
    problem: `gave the source "${twice}" in two answers that differ`,
    remedy: "run again with --fresh; the table has changed since its parts were kept",
  });
}

/** A source that lies nowhere near the area that was asked for, in words; undefined for none. */
function straySource(frame: DataFrame, area: Area): string | undefined {
  // what reaches a pole is asked for in whole circles of declination
  if (area.cones.some(({ dec, radius }) => Math.abs(dec) + radius >= 90)) return undefined;
  // the corners of a box lie farther out than its circle, near a pole by half as much again
  const wide = { ...area, cones: area.cones.map((one) => ({ ...one, radius: 2.5 * one.radius })) };
  const ra = numbers(frame, "ra"), dec = numbers(frame, "dec");
  const stray = ra.findIndex((_, row) => !isInside(wide, ra[row], dec[row]));
  if (stray < 0) return undefined;
  const name = frame.getColumn("name").toArray()[stray];
  return `gave the source "${name}" at (${ra[stray]}, ${dec[stray]}), which was not asked for`;
}

/** Which of our columns a table has and which it lacks. */
async function findColumns(tap: TapClient, table: string) {
  const found = (await tap.columns([table])).get(table)!;
  if (found instanceof ArchiveError) throw found;
  // whether in capitals or not is all the same to ADQL
  const names = found.map(({ name }) => name.toLowerCase());
  const absent = Object.keys(CSC_COLUMNS).filter((name) => !names.includes(name));
  const columns = Object.keys(CSC_COLUMNS).filter((name) => names.includes(name));
  const fatal = ["name", ...NEEDED, ...QUALITY_FLAGS].filter((name) => absent.includes(name));
  if (fatal.length === 0) return { columns, absent };
  throw new ArchiveError({
    kind: "format",
    service: tap.service.name,
    query: `columns of ${table}`,
    problem: `${table} has no column ${fatal.join(", ")}; it has ${names.join(", ")}`,
    remedy: "put the right names into packages/chandra-archives/csc.ts",
  });
}

/** What is wrong with an answer: a unit, or a source without a name or a place on the sky. */
function cscProblem({ columns, frame }: ArchiveTable): string | undefined {
  const names: unknown[] = frame.getColumn("name").toArray();
  const ra = numbers(frame, "ra"), dec = numbers(frame, "dec");
  const isPlaced = (row: number) =>
    names[row] && ra[row] >= 0 && ra[row] <= 360 && Math.abs(dec[row]) <= 90;
  const row = names.findIndex((_, row) => !isPlaced(row));
  return unitProblem(columns) ??
    (row < 0
      ? undefined
      : `source ${row}, "${names[row]}", is at (${ra[row]}, ${dec[row]}), expected degrees`);
}

/** What the columns measure, in our units: where an answer states another, its numbers are others. */
const UNITS: readonly (readonly [columns: RegExp, unit: string])[] = [
  [/^(ra|dec|gal_[lb]|err_ellipse_ang)$/, "deg"],
  [/^err_ellipse_r[01]$/, "arcsec"],
  [/^flux_aper/, "erg/s/cm2"],
];

/** Says of a column whose unit is another than ours; nothing where none is stated or understood. */
function unitProblem(columns: ArchiveTable["columns"]): string | undefined {
  for (const { name, unit } of columns) {
    const [, ours] = UNITS.find(([columns]) => columns.test(name.toLowerCase())) ?? [];
    if (!ours || !unit?.trim()) continue;
    const [theirs, expected] = [parseUnit(unit), parseUnit(ours)!];
    if (!theirs) continue;
    const ratio = theirs.factor / expected.factor;
    if (theirs.dimension === expected.dimension && Math.abs(ratio - 1) < 1e-6) continue;
    return `the column ${name} is in "${unit}", expected ${ours}`;
  }
}

/** What values can be, ends included: what is outside is a mark or a fault of the service. */
const RANGES: readonly (readonly [columns: RegExp, low: number, high: number])[] = [
  [/^err_ellipse_r[01]$/, 0, 3600],
  // a bound may lie far above what was seen; no source is brighter than Scorpius X-1, some 3e-7
  [/^flux_aper.*_hilim_/, 0, 1],
  [/^flux_aper/, 0, 1e-6],
  [/^hard_/, -1, 1],
  [/_prob_b$/, 0, 1],
  [/_index_b$/, 0, 10],
  [/^(significance|nh_gal|var_inter_sigma_b)$/, 0, 1e6],
];

/** Cells that say of themselves that there is no value. */
const NO_VALUE = /^(|nan|null|none|masked|n\/?a|[-.]+)$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const YES = /^(t|true|y|yes|1(\.0*)?)$/i, NO = /^(f|false|n|no|0(\.0*)?)$/i;

/**
 * The columns in their types, whatever the service declared: flags may come as text, T or F. A cell
 * that is none of its column's values is missing, and told.
 *
 * @param tell Takes a sentence for each column with such cells.
 */
function typed(frame: DataFrame, tell: (odd: string) => void = () => {}): DataFrame {
  const names: unknown[] = frame.columns.includes("name") ? frame.getColumn("name").toArray() : [];
  const columns = Object.entries(CSC_COLUMNS).map(([name, type]): Series => {
    if (!frame.columns.includes(name)) {
      const of = type === "boolean" ? pl.Bool : pl.Float64;
      return pl.Series(name, Array(frame.height).fill(null), of);
    }
    const column = frame.getColumn(name);
    // of fixed width they come with blanks
    if (type === "char") {
      const texts = column.cast(pl.Utf8).toArray().map((text) => text?.trim() ?? null);
      return pl.Series(name, texts, pl.Utf8);
    }
    const odd: number[] = [], given: unknown[] = column.toArray();
    const read = type === "double" ? numberOf(name) : flagOf;
    const cells = given.map((cell, row) => {
      if (cell === null || cell === undefined || NO_VALUE.test(String(cell).trim())) return null;
      const value = read(String(cell).trim());
      if (value === undefined) odd.push(row);
      return value ?? null;
    });
    if (odd.length > 0) {
      const what = type === "double" ? "a value that it cannot have" : "neither true nor false";
      tell(
        `${name} of ${odd.length} of ${frame.height} sources is ${what} ("${given[odd[0]]}" of ` +
          `${names[odd[0]]}): taken as missing`,
      );
    }
    return type === "double"
      ? pl.Series(name, cells as (number | null)[], pl.Float64)
      : pl.Series(name, cells as (boolean | null)[], pl.Bool);
  });
  return pl.DataFrame(columns);
}

/** Reads a number that the column of a name can have. */
function numberOf(name: string): (text: string) => number | undefined {
  const [, low, high] = RANGES.find(([columns]) => columns.test(name)) ?? [, -Infinity, Infinity];
  return (text) => {
    const value = Number(text);
    return NUMBER.test(text) && value >= low && value <= high ? value : undefined;
  };
}

function flagOf(text: string): boolean | undefined {
  return YES.test(text) ? true : NO.test(text) ? false : undefined;
}

/** One line of the account of how many sources remain. */
export interface SelectionStep {
  readonly step: string;
  readonly dropped: number;
  readonly left: number;
  /** What the paper has left, where it says so. */
  readonly paper?: number;
}

/**
 * Which sources pass the quality flags of Table 1, and the account of those that do not. A source
 * is extended by its flag or by the X at the end of its name; a missing flag counts as not set, and
 * is counted in the step's words.
 *
 * @param frame With name and {@link QUALITY_FLAGS} as booleans.
 * @returns `selected`: `[nRows]`.
 */
export function selectPointSources(
  frame: DataFrame,
): { selected: boolean[]; account: SelectionStep[] } {
  const { catalogue, pointSources, selected: clean } = PAPER.sample;
  const account: SelectionStep[] = [
    { step: "all sources", dropped: 0, left: frame.height, paper: catalogue },
  ];
  const names = frame.getColumn("name").toArray();
  const selected: boolean[] = Array(frame.height).fill(true);
  let left = frame.height;
  for (const flag of QUALITY_FLAGS) {
    const cells = frame.getColumn(flag).toArray();
    const before = left;
    let missing = 0;
    selected.forEach((kept, row) => {
      if (!kept) return;
      if (cells[row] === null) missing++;
      const isExtended = flag === "extent_flag" && /X$/.test(String(names[row]));
      if (cells[row] || isExtended) selected[row] = false, left--;
    });
    account.push({
      step: flag + (missing > 0 ? ` (${missing} missing, kept)` : ""),
      dropped: before - left,
      left,
      paper: { extent_flag: pointSources, streak_src_flag: clean }[flag],
    });
  }
  return { selected, account };
}

/** Two rows as the authors published them, to check a live catalogue against. */
const PUBLISHED_ROWS: readonly Readonly<Record<string, string | number | undefined>>[] = ROWS;

/** Their names. */
export const PUBLISHED_NAMES: readonly string[] = PUBLISHED_ROWS.map(({ name }) => String(name));

/** One value of a published row beside the catalogue's. */
export interface RowCheck {
  readonly name: string;
  readonly column: string;
  readonly published: number;
  /** null when the source or the value is not there. */
  readonly fetched: number | null;
  /** Equal to the digits published, 1e-6 of the value. */
  readonly equal: boolean;
}

/** Fetches {@link PUBLISHED_ROWS} and compares them, each flux in both of its columns. */
export async function fetchPublishedRows(options: CscOptions = {}): Promise<RowCheck[]> {
  const { release = "2.0", service = LIVE_ARCHIVES.csc[release] } = options;
  const { table } = CSC_TABLES[release], tap = new TapClient(service, options);
  const { columns } = await findColumns(tap, table);
  const names = PUBLISHED_NAMES.map((name) => `'${name}'`).join(", ");
  const adql = `SELECT ${columns.join(", ")} FROM ${table} WHERE name IN (${names})`;
  const asked = { adql, expect: columns, types: CSC_COLUMNS, check: cscProblem };
  const { frame } = await tap.sync(asked);
  return checkPublishedRows(typed(frame));
}

/** Compares {@link PUBLISHED_ROWS} with fetched sources, each flux in both of its columns. */
export function checkPublishedRows(frame: DataFrame): RowCheck[] {
  const sources: Record<string, unknown>[] = frame.toRecords();
  return PUBLISHED_ROWS.flatMap((row) => {
    const source = sources.find(({ name }) => name === row.name);
    const values = Object.entries(row).filter(([key]) => key !== "name");
    return values.flatMap(([key, value]) => {
      const isFlux = (CSC_BANDS as readonly string[]).includes(key);
      const columns = isFlux ? [`flux_aper_${key}`, `flux_aper_avg_${key}`] : [key];
      return columns.map((column): RowCheck => {
        const published = Number(value);
        const fetched = (source?.[column] ?? null) as number | null;
        const equal = fetched !== null && Math.abs(fetched - published) <= 1e-6 * published;
        return { name: String(row.name), column, published, fetched, equal };
      });
    });
  });
}

/**
 * The kind of flux that the published rows have: that whose values equal more of theirs, or lie
 * nearer to them in a release that measured anew. The paper's words, "average net-flux", decide
 * where the rows are not there.
 */
export function fluxKind(checks: readonly RowCheck[]): { kind: FluxKind; why: string } {
  const [average, block] = (["flux_aper_avg", "flux_aper"] as const).map((kind) => {
    const rows = checks.filter(({ column, fetched }) =>
      fetched !== null && fetched > 0 && new RegExp(`^${kind}_[busmh]$`).test(column)
    );
    const far = rows.map(({ fetched, published }) => Math.abs(Math.log(fetched! / published)));
    const distance = far.reduce((sum, one) => sum + one, 0) / rows.length;
    return { kind, rows, equal: rows.filter(({ equal }) => equal).length, distance };
  });
  if (average.rows.length === 0 || block.rows.length === 0) {
    const why = "the paper says average; the published rows are not there";
    return { kind: "flux_aper_avg", why };
  }
  const isBlock = block.equal !== average.equal
    ? block.equal > average.equal
    : block.distance < average.distance;
  const { kind, equal, rows } = isBlock ? block : average;
  const of8 = `${equal} of ${rows.length} published fluxes equal`;
  return { kind, why: equal > 0 ? of8 : `${of8}, but the nearer of the two kinds` };
}
