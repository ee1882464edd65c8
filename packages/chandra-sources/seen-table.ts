import type { TableColumn } from "@csc-classify/vo-tables/browser";
import { angleNotation } from "./angles.ts";
import { isFlag, isMissing, type Reading, statedNumber } from "./cells.ts";
import {
  type Company,
  isDesignation,
  isNegativeLogarithm,
  type NameMeaning,
  plainName,
  splitNameUnit,
} from "./column-names.ts";
import type { ColumnChoice, Doubt, Question } from "./questions.ts";
import { TEXT_COLUMNS, unitOf } from "./targets.ts";
import { type Conversion, conversionOf, unitOfLogarithm } from "./units.ts";

// a page of the browser carries this file too

/** Medians in the published training table, of quantities that a wrong unit may put anywhere. */
export const TYPICAL: Readonly<Record<string, number>> = {
  flux_u: 3e-15,
  flux_b: 1e-14,
  flux_s: 2e-15,
  flux_m: 2e-15,
  flux_h: 6e-15,
  flux_ned: 3e-14,
  mips_24um: 500,
  var_inter_sigma_b: 1e-6,
  nh_gal: 5,
};
/** What a median may be of what is usual: no survey reaches the first, few sources the second. */
export const LEAST_RATIO = 1 / 300, MOST_RATIO = 1e4;
/** Of a flux density at 24 um, which MIPS reaches to some 20 uJy: below, numbers are magnitudes or mJy. */
export const LEAST_MIPS_RATIO = 1 / 25;

/** Rows that columns are judged by, of a table that has more. */
export const SAMPLE = 2048;
/** Rows that show how sources are named. */
const FEW = 50;

/** How one column of a user's table becomes one of ours: value x factor + offset. */
export interface MappedColumn extends Reading {
  /** Column of the table, and its place. */
  readonly column: string;
  readonly index: number;
  /** Unit as the table or the user states it. */
  readonly unit?: string;
}

/** Column that one of ours may be taken from. */
export interface Candidate {
  readonly index: number;
  readonly rank: number;
  readonly join: string;
}

/** Right ascension and declination that belong together. */
export interface CandidatePair {
  readonly ra: Candidate;
  readonly dec: Candidate;
  readonly rank: number;
}

/** What is known of a table while its columns are mapped. */
export interface Mapping {
  readonly seen: SeenTable;
  /** By target. */
  readonly mapped: Map<string, MappedColumn>;
  /** What each column's name says, by place. */
  readonly meanings: readonly (NameMeaning | undefined)[];
  /** Reasons of columns that are not used, by place. */
  readonly reasons: Map<number, string>;
  /** Places of columns that the user has spoken of. */
  readonly settled: Set<number>;
  /** Pairs such as X_RA, X_DEC. */
  readonly strangePositions: readonly CandidatePair[];
  readonly frame?: string;
  readonly choices: readonly ColumnChoice[];
  readonly force: ReadonlySet<Doubt>;
  readonly labelled: boolean;
  readonly questions: Question[];
  readonly remarks: string[];
}

/** Columns of a table with what their first cells say, and how to speak of them. */
export class SeenTable {
  readonly columns: readonly TableColumn[];
  /** The first rows, whole; none say nothing. */
  readonly rows: readonly (readonly unknown[])[];
  /** How `--column` names each column: its name, `NAME#2` where several have it. */
  readonly specs: readonly string[];
  readonly company: Company;
  readonly #numbers = new Map<number, readonly number[]>();

  constructor(columns: readonly TableColumn[], rows: readonly (readonly unknown[])[]) {
    [this.columns, this.rows] = [columns, rows];
    const names = columns.map(({ name }) => name);
    this.specs = names.map((name, i) =>
      names.indexOf(name) === names.lastIndexOf(name)
        ? name
        : `${name}#${names.slice(0, i + 1).filter((one) => one === name).length}`
    );
    this.company = { names: new Set(names.flatMap((name) => [name, plainName(name)])) };
  }

  /** Name of a column without a unit in it, with the energies that stand behind it, `F (0.5-7 keV)`. */
  label(index: number): string {
    const { name: whole, description = "" } = this.columns[index], { name } = splitNameUnit(whole);
    const isBand = BAND_ENERGIES.test(description) ||
      isBandWord(name, description);
    const isTelescope = /keV$/i.test(name) && /^chandra/i.test(description);
    return isBand || isTelescope ? `${name} ${description}` : name;
  }

  /** Cells of a column that are not missing, in the given rows: so far as was seen if absent. */
  cellsOf(index: number, rows = this.rows): unknown[] {
    return rows.map((row) => row[index]).filter((cell) => !isMissing(cell));
  }

  /** Numbers of a column, so far as was seen. */
  valuesOf(index: number): readonly number[] {
    let values = this.#numbers.get(index);
    if (!values) {
      values = this.rows.map((row) => statedNumber(row[index]))
        .filter((value) => !Number.isNaN(value));
      this.#numbers.set(index, values);
    }
    return values;
  }

  /** Whether the sources' names, or the header above them, begin as a pattern says. */
  isNamedBy(designation: RegExp): boolean {
    return this.columns.some(({ name }, i) => {
      if (designation.test(name.trim())) return true;
      const cells = this.cellsOf(i, this.rows.slice(0, FEW));
      return cells.length > 0 &&
        cells.every((cell) => typeof cell === "string" && designation.test(cell.trim()));
    });
  }

  /** Whether a column holds designations of Chandra's sources, and nothing else. */
  holdsDesignations(index: number): boolean {
    const cells = this.cellsOf(index);
    const { name } = this.columns[index];
    return cells.length > 0 &&
      cells.every((cell) => typeof cell === "string" && isDesignation(cell, name));
  }

  /** `; "a" may be, "b" too` of likely columns; all columns where none is. */
  among(likely: readonly number[]): string {
    if (likely.length === 0) return `; the table has ${this.allColumns()}`;
    const names = likely.slice(0, 8).map((i) => `"${this.specs[i]}"`).join(", ");
    return `; ${names} may be, of ${this.allColumns()}`;
  }

  allColumns(): string {
    return this.specs.map((spec) => spec.length > 60 ? `${spec.slice(0, 57)}...` : spec)
      .slice(0, 400).join(", ") +
      (this.specs.length > 400 ? ` and ${this.specs.length - 400} more` : "");
  }

  /** `"ra" (column 3, behind name)` where a name comes twice, else the name. */
  placed(index: number): string {
    const { name } = this.columns[index];
    if (this.specs[index] === name) return `"${name}"`;
    const before = index > 0 ? `, behind ${this.columns[index - 1].name}` : "";
    return `"${name}" (column ${index + 1}${before})`;
  }

  listed(places: readonly number[]): string {
    return places.map((i) => `${this.placed(i)} is ${this.specs[i]}`).join(", ");
  }
}

/** What stands in the place of a unit and is none: a survey, a frame. */
const SURVEY = /^(all|un)?wise|^2mass|^galex|^sdss|^gaia|^mips|^chandra|^csc|^irac|^ned\b/i;
const FRAME = /^(icrs|fk[45].*|[jb]?\d{4}(\.0*)?)$/i;

/** Energies of a band, `0.5-7 keV`. */
const BAND_ENERGIES = /^[\d.]+\s*-\s*[\d.]+\s*keV$/i;

/** What stands in the place of a unit and is none: `RA (J2000)`, `F (0.5-7 keV)`, `W1 (WISE)`. */
export function meantUnit({ unit: written = "", name, frame }: TableColumn): Partial<TableColumn> {
  const unit = written.replace(/--|[\u2013\u2212]/g, "-").trim();
  const [, before, behind] = /^(deg\w*|h:m:s|d:m:s|hms|dms)\s*[,;]\s*(.+)$/i.exec(unit) ?? [];
  if (behind && FRAME.test(behind)) return { unit: before, frame: frame ?? behind };
  if (/^(lo?g_?(10)?[\s_]*)?f/i.test(name) && /^\d*\.?\d+-\d*\.?\d+$/.test(unit)) {
    return { unit: undefined, description: `${unit} keV` };
  }
  // F (10^-15 cgs; 0.5-7 keV)
  const parts = unit.split(/\s*[;,]\s*/), band = parts.find((part) => BAND_ENERGIES.test(part));
  const [other] = parts.filter((part) => part !== band);
  if (band !== undefined && parts.length === 2 && !("problem" in conversion("flux_b", other))) {
    return { unit: other, description: band };
  }
  if (FRAME.test(unit)) return { unit: undefined, frame: frame ?? unit };
  if (BAND_ENERGIES.test(unit)) return { unit: undefined, description: unit };
  if (isBandWord(name, unit)) return { unit: undefined, description: unit };
  return SURVEY.test(unit) ? { unit: undefined, description: unit } : {};
}

/** Whether what stands in brackets behind a flux is its band, as in `Flux (b)` or `FX (hard)`. */
function isBandWord(name: string, text: string): boolean {
  return /flux|^f_?x?$/i.test(name) &&
    /^([busmh]|broad|full|total|hard|medium|soft|ultra-?soft)$/i.test(text);
}

/** How values in a unit become ours, or what is wrong with it. */
export function conversion(target: string, unit = ""): Conversion | { readonly problem: string } {
  const angle = angleNotation(target, unit);
  if (angle) return { ...angle, offset: 0 };
  if (unit.trim() === "" || TEXT_COLUMNS.includes(target)) return { factor: 1, offset: 0 };
  return conversionOf(unit, target, unitOf(target));
}

/**
 * The unit that stands behind the number in every cell of a column, 15.1 mag or 10.5°, where it is one
 * that a target may have; undefined where there is none, and for flags and texts.
 */
export function unitBehind(seen: SeenTable, index: number, target: string): string | undefined {
  if (isFlag(target) || TEXT_COLUMNS.includes(target)) return undefined;
  const cells = seen.cellsOf(index), behind = new Set<string | undefined>();
  for (const cell of cells) {
    behind.add(typeof cell === "string" ? NUMBER_AND_UNIT.exec(cell.trim())?.[1] : undefined);
    if (behind.size > 1 || behind.has(undefined)) return undefined;
  }
  const [unit] = behind;
  if (unit === undefined || cells.length < LEAST_UNITS) return undefined;
  return "problem" in conversion(target, unit) ? undefined : unit;
}
/** A number and what is no part of it, which no power and no error begins. */
const NUMBER_AND_UNIT =
  /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*((?:mag|erg|m?W|deg|\u00b0|rad|sigma|\u03c3|%|m?Jy|uJy)[^\d\u00b1+]*(?:\d[^\u00b1+]*)?)$/i;
/** One such cell may be a slip. */
const LEAST_UNITS = 2;

/** Whether most numbers, those missing aside, are what logarithms of X-ray fluxes may be. */
export function areLogarithms(numbers: readonly number[]): boolean {
  const known = numbers.filter((number) => !Number.isNaN(number));
  const fit = known.filter((number) => number > LEAST_LOGARITHM && number < MOST_LOGARITHM);
  return known.length > 0 && fit.length >= MOST_FIT * known.length;
}
/** From 1e-19 erg/s/cm2 in W/m2 to 1e-8 erg/s/cm2; some cells may hold -99 or 0. */
const LEAST_LOGARITHM = -22, MOST_LOGARITHM = -8, MOST_FIT = 0.9;

/** Logarithms of a column, with the sign that its name says they lack: `-log F`. */
export function logarithmsOf(seen: SeenTable, index: number): readonly number[] {
  const numbers = seen.valuesOf(index);
  return isNegativeLogarithm(seen.columns[index].name) ? numbers.map((value) => -value) : numbers;
}

/** The unit of logarithms of a flux in a column whose unit is stated, or not. */
export function logarithmUnit({ name, unit = "" }: TableColumn, factor = ""): string {
  const stated = unitOfLogarithm(unit) ?? unit;
  const isFlux = stated.trim() !== "" && !("problem" in conversion("flux_b", stated));
  const sign = isNegativeLogarithm(name) ? "-" : "";
  return `${sign}log ${factor}${isFlux ? stated : "erg/s/cm2"}`;
}

/** What a unit is the unit of, in words. */
export function quantityOf(unit: string): string {
  const how = conversionOf(unit, "flux_b", unitOf("flux_b"));
  return "problem" in how ? how.problem : "a flux";
}

/** Kind of quantity that a UCD, of either version, speaks of; an error's and a limit's word may come last. */
export function kindOfUcd(
  ucd: string,
): "flux" | "magnitude" | "position" | "error" | "limit" | "flag" | undefined {
  if (/(^|;)\s*(stat\.(error|stdev|variance)|error)/i.test(ucd)) return "error";
  if (/(^|;)\s*stat\.(max|min)\b/i.test(ucd)) return "limit";
  if (/^(meta\.code|code_)/i.test(ucd)) return "flag";
  if (/^phot\.mag|^phot_(mag|jhn|gunn|sdss)|phot\.color/i.test(ucd)) return "magnitude";
  if (/^pos\.(eq|galactic)\b|^pos_(eq|gal)/i.test(ucd)) return "position";
  return /^phot\.flux|^phot\.fluence|^phot_flux/i.test(ucd) ? "flux" : undefined;
}

/** A number in few digits. */
export function format(value: number): string {
  return String(Number(value.toPrecision(4)));
}
