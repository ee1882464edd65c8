import {
  compactDegrees,
  isMinutes,
  isSexagesimal,
  placeOfName,
  sexagesimalDegrees,
} from "./angles.ts";
import { FEATURES, SURVEYS, XRAY_LIMITS } from "./features.ts";
import { FILLS, isMissingMark } from "./column-names.ts";
import { LEAST_FLUX, MOST_FLUX } from "./flux-limits.ts";
import { BAND_LIMITS, isMagnitude, unitOf } from "./targets.ts";
import { type Conversion, converted } from "./units.ts";
import type { SexagesimalUnit } from "@csc-classify/vo-tables/browser";

// runs in a browser's page too: what one cell of a user's table says

/** What text processors write for a minus. */
const MINUSES = /[\u2212\u2013]/g;
/** Powers of ten as papers print them: 1.2x10^-14, 1.2 × 10−14, 1.2*10**-14, 1.2\times10^{-14}. */
const TIMES_TEN = /\s*(?:[x×*·⋅]|\\times|\\cdot)\s*10\s*(?:\^|\*\*)?\s*\{?\s*([+-]?\d+)\s*\}?$/i;
/** Powers of ten as older papers print them: 1.2(-14). */
const BRACKETED_POWER = /(?<=\d)\s*\((-\d{1,2})\)$/;
/** Digits of a power set high. */
const RAISED = /[⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, RAISED_DIGITS = "-+0123456789";
/** What programs write for the logarithm of 0. */
const INFINITE = /^[+-]?inf(inity)?$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** How cells of a column become values of a target. */
export interface Reading extends Conversion {
  readonly target: string;
  /** Of an angle: what a sexagesimal cell without letters counts. */
  readonly sexagesimal?: SexagesimalUnit;
  /** Of a column of arrays: which element, from 1. */
  readonly element?: number;
  /** Of a position: whether names of sources state it. */
  readonly isName?: true;
  /** Of an angle: whether its parts may stand without signs between them, 053502.1. */
  readonly isCompact?: true;
  /** Of an angle: whether parts of minutes stand for seconds, 05 35.29. */
  readonly hasMinutes?: true;
  /** Unit that stands behind the number in each cell. */
  readonly suffix?: string;
  /** Of a flag: the words that say yes, parted by commas, where others than the usual ones do. */
  readonly yes?: string;
}

/** Whether a cell says nothing. */
export function isMissing(cell: unknown): boolean {
  return cell === null || cell === undefined || Number.isNaN(cell) ||
    (typeof cell === "string" && isMissingMark(cell));
}

/** The number of a cell as it is written; NaN where it is none, or missing. */
export function toNumber(cell: unknown): number {
  if (typeof cell === "number" || typeof cell === "bigint") return Number(cell);
  if (typeof cell !== "string") return NaN;
  if (beginsAsNumber(cell)) {
    // most cells; what is 0x1f to JavaScript is none to a table
    const number = Number(cell);
    if (Number.isFinite(number) && !(cell.charCodeAt(1) > 57)) return number;
  }
  const text = plainText(cell);
  if (NUMBER.test(text)) return Number(text);
  if (INFINITE.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  const respelt = text.replace(
    RAISED,
    (digits) =>
      "^" + Array.from(digits, (digit) => RAISED_DIGITS["⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)]).join(""),
  ).replace(TIMES_TEN, "e$1").replace(BRACKETED_POWER, "e$1").replace(
    /(?<=[\d.])d(?=[+-]?\d)/i,
    "e",
  );
  return NUMBER.test(respelt) ? Number(respelt) : NaN;
}

/** A text without what programs put around numbers: signs of LaTeX, Excel's apostrophe for texts. */
function plainText(cell: string): string {
  const text = cell.trim();
  if (beginsAsNumber(text) && !/[$\u2013\u2212]/.test(text)) return text;
  return text.replaceAll("$", "").replace(/^(?:'+|=")(?=[\d+.\u2212\u2013-])(.*?)['"]?$/, "$1")
    .replace(MINUSES, "-").trim();
}

/** Whether a text begins with a digit, a sign or a point. */
function beginsAsNumber(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first >= 48 && first <= 57) || first === 45 || first === 46 || first === 43;
}

const DIGITS = String.raw`(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
/** A value with its error: 1.5 ± 0.3, 1.5+0.3-0.2, $1.5^{+0.3}_{-0.2}$. */
const WITH_ERROR = new RegExp(
  String.raw`^\$?\s*([+-]?${DIGITS})\s*(?:(?:±|\+\s*/?\s*-|\\pm)\s*${DIGITS}|` +
    String.raw`\^?\{?\s*\+\s*${DIGITS}\s*\}?\s*_?\{?\s*-\s*${DIGITS}\s*\}?|` +
    String.raw`_?\{?\s*-\s*${DIGITS}\s*\}?\s*\^?\{?\s*\+\s*${DIGITS}\s*\}?)\s*\$?$`,
  "i",
);
/** The same with the power of ten behind: (1.5 ± 0.3) x 10^-14. */
const IN_BRACKETS = /^\(([^()]*)\)\s*([x×*·e].*)$/i;
/** A value that is a limit, <1.5e-15 or > 20.5. */
const LIMIT = new RegExp(String.raw`^([<>≤≥≲≳]=?)\s*(${DIGITS})\s*(?:\([^()]*\))?$`, "i");

/** A cell without the error of its value; any other as it is. */
export function withoutError(cell: unknown): unknown {
  if (typeof cell !== "string" || !(cell.includes("+") || cell.includes("±"))) return cell;
  const text = cell.trim().replace(MINUSES, "-"),
    [, inner, power = ""] = IN_BRACKETS.exec(text) ?? [];
  const value = WITH_ERROR.exec(inner?.trim() ?? text)?.[1];
  return value === undefined ? cell : value + power;
}

/**
 * What may stand before and behind a value that it leaves as it is: ~1.5, 1.5:, 1.5*, 1.5^a, 1.5 (a),
 * 1.5a, 1.50(12), 1.5 det. The CDS writes a colon behind what is uncertain, papers set it in brackets:
 * (1.5).
 */
const MARKED = new RegExp(
  String.raw`^[~≈∼]?\s*([+-]?${DIGITS})\s*(?:[:?*†‡§¶]+|\^\{?[a-z*]\}?|\(\d+\)|[a-cfhij]|` +
    String.raw`[([]\s*[a-z*](?:\s*,\s*[a-z*])*\s*[)\]]|det(?:ected|ection)?|` +
    String.raw`[([]\s*${DIGITS}\s*(?:[,;–-]|to)\s*${DIGITS}\s*[)\]])?$`,
  "i",
);
const BRACKETED = new RegExp(
  String.raw`^(?:\(\s*([+-]?${DIGITS})\s*\)|\[\s*([+-]?${DIGITS})\s*\])$`,
  "i",
);

/** A cell without marks around its value; any other as it is. */
export function withoutMark(cell: unknown): unknown {
  if (typeof cell !== "string" || !/[~≈∼:?*†‡§¶^([a-z]/i.test(cell)) return cell;
  const text = plainText(cell), bracketed = BRACKETED.exec(text);
  return MARKED.exec(text)?.[1] ?? bracketed?.[1] ?? bracketed?.[2] ?? cell;
}

/** A number with commas between its thousands: 12,345 and 1,234,567.8. */
const THOUSANDS = /^\s*[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?\s*$/;

/**
 * Whether the commas of a column part thousands: all that there are do, more than once, and other
 * numbers of the table have a decimal point.
 *
 * @param texts Its cells that are no numbers.
 * @param rows Some rows of the table.
 */
export function hasThousands(
  texts: readonly string[],
  rows: () => readonly (readonly unknown[])[],
): boolean {
  const commas = texts.filter((text) => text.includes(","));
  return commas.length > 1 && commas.every((text) => THOUSANDS.test(text)) &&
    rows().some((row) => row.some((cell) => typeof cell === "string" && DECIMAL_POINT.test(cell)));
}
const DECIMAL_POINT = /^\s*[+-]?\d+\.\d+\s*$/;

/** A number without commas between its thousands; any other cell as it is. */
export function withoutThousands(cell: unknown): unknown {
  return typeof cell === "string" && THOUSANDS.test(cell) ? cell.replaceAll(",", "") : cell;
}

/** A value with the letters of an upper limit behind it: 12.3U, 1.5e-14 UL. */
const LETTERED = new RegExp(
  String.raw`^(${DIGITS})\s*[([]?(?:u|u\.?\s?l\.?|uplim|upper[\s_-]?lim(?:it)?|limit)[)\]]?$`,
  "i",
);

/**
 * Which way a cell says that its value is a limit: letters say no more than that it is fainter. Undefined
 * where it says nothing of the kind.
 */
export function limitOf(cell: unknown): "upper" | "lower" | "fainter" | undefined {
  if (typeof cell !== "string" || cell === "") return undefined;
  const last = cell.charCodeAt(cell.length - 1);
  // most cells are numbers alone
  if (beginsAsNumber(cell) && last >= 48 && last <= 57) return undefined;
  const text = cell.trim(), sign = LIMIT.exec(text)?.[1];
  if (sign !== undefined) return /^[<≤≲]/.test(sign) ? "upper" : "lower";
  return LETTERED.test(text) ? "fainter" : undefined;
}

/** Whether a cell is a limit on the faint side, which of a flux is the upper one, of a magnitude the lower. */
export function isFaintLimit(cell: unknown, side: "upper" | "lower"): boolean {
  const limit = limitOf(cell);
  return limit === side || limit === "fainter";
}

/** The number that a cell states, whether with an error, as a limit, or alone; NaN where it is none. */
export function statedNumber(cell: unknown): number {
  const number = toNumber(cell);
  if (!Number.isNaN(number) || typeof cell !== "string") return number;
  const text = cell.trim(), limit = LIMIT.exec(text)?.[2] ?? LETTERED.exec(text)?.[1];
  return toNumber(limit ?? withoutMark(withoutError(cell)));
}

/** The value in our unit that a cell states, whether with an error, as a limit, or alone. */
export function statedValue(cell: unknown, reading: Reading): number {
  const value = valueOf(cell, reading);
  return Number.isNaN(value) ? converted(statedNumber(cell), reading) : value;
}

/** The value of a cell in our unit; NaN where it is none, or missing. */
export function valueOf(
  whole: unknown,
  reading: Reading,
): number {
  const { target, sexagesimal, element } = reading;
  const cell = element !== undefined
    ? elementOf(whole, element)
    : reading.suffix && typeof whole === "string"
    ? withoutUnit(whole, reading.suffix)
    : whole;
  if (reading.isName) return placeOfName(String(cell ?? ""))?.[target === "ra" ? 0 : 1] ?? NaN;
  if (sexagesimal && typeof cell === "string") {
    const text = plainText(cell);
    if (isSexagesimal(text) || (reading.hasMinutes && isMinutes(text))) {
      return sexagesimalDegrees(text, target, sexagesimal);
    }
  }
  if (reading.isCompact && sexagesimal && (typeof cell === "string" || typeof cell === "number")) {
    const degrees = compactDegrees(
      typeof cell === "string" ? plainText(cell) : `${cell}`,
      sexagesimal,
    );
    if (!Number.isNaN(degrees)) return degrees;
  }
  return converted(toNumber(cell), reading);
}

/** A cell without the unit behind its number; any other as it is. */
function withoutUnit(cell: string, unit: string): string {
  const text = cell.trim();
  return text.endsWith(unit) ? text.slice(0, -unit.length).trim() : cell;
}

/** One element of an array, however it comes. */
function elementOf(cell: unknown, element: number): unknown {
  if (typeof cell === "string") return cell.trim().split(/[\s,]+/)[element - 1];
  if (typeof cell !== "object" || cell === null) return cell;
  return Array.from(cell as Iterable<unknown>)[element - 1];
}

/** Whether a column says yes or no: observed or not, a limit or a value. */
export function isFlag(target: string): boolean {
  return BAND_LIMITS.get(target)?.isFlag ??
    [...SURVEYS, ...XRAY_LIMITS].some(({ observed }) => observed === target);
}

/** How tables write yes, the marks of a limit among it, and no. */
const YES = ["1", "true", "t", "yes", "y", "<", ">", "≤", "≥"],
  NO = ["0", "false", "f", "no", "n", "="];

/**
 * 1, 0, or NaN for what is neither.
 *
 * @param yes Words that say yes, parted by commas: all others then say no.
 */
export function toFlag(cell: unknown, yes?: string): number {
  const text = isMissing(cell) ? "" : String(cell).trim().toLowerCase();
  if (yes !== undefined && text !== "") {
    return Number(yes.toLowerCase().split(",").some((word) => word.trim() === text));
  }
  return YES.includes(text) ? 1 : NO.includes(text) ? 0 : NaN;
}

/** What is wrong with a cell whose value lies outside its limits, and what to do. */
export function problemOfValue(
  value: number,
  { isFlag, limits: [least, most] }: {
    readonly limits: readonly [least: number, most: number];
    readonly isFlag: boolean;
  },
  cell: unknown,
): string | undefined {
  if (value >= least && value <= most) return undefined;
  const remedy = "leave the cell empty where nothing is known";
  if (!isNaN(value)) return `outside ${least} to ${most}; ${remedy}`;
  if (isFlag) return `neither yes nor no; write 1 or 0, or ${remedy}`;
  const text = String(cell).trim();
  if (isSexagesimal(text)) {
    return "no such angle: hours go to 24, degrees of declination to 90, minutes and seconds to " +
      `60; ${remedy}`;
  }
  if (text.startsWith("±")) {
    return "0 degrees without a sign, where others are negative: north or south is not said; write " +
      "-0 or +0";
  }
  if (/^[+-]?\d+[\s:]+\d+(\.\d+)?$/.test(text)) {
    return "not a number; write hours or degrees, minutes and seconds, all three";
  }
  if (/^[+-]?\d+,\d+(e[+-]?\d+)?$/i.test(text)) {
    return "not a number; write a decimal point for the decimal comma, no comma between thousands";
  }
  if (/^[<>≤≥]/.test(text)) {
    return "not a number but a limit; leave the cell empty (of a flux write 0, its bound in a " +
      "column such as flux_b_hilim; of a magnitude 1 in a column such as l_G)";
  }
  return /\d\s*(±|\+\/?-)\s*\d/.test(text)
    ? "not a number but a value with its error; write the value alone"
    : /^[+-]?[\d.]+(e[+-]?\d+)?\s*\D/i.test(text)
    ? "not a number alone; write units into the header, what else stands behind into a column of its " +
      `own, or ${remedy}`
    : `not a number; ${remedy}`;
}

/** Values that a quantity can have; beyond lie stand-ins for "missing" such as -999 or 99. */
export function limits(target: string): readonly [least: number, most: number] {
  if (target === "ra" || target === "gal_l") return [0, 360];
  if (target === "dec" || target === "gal_b") return [-90, 90];
  if (target === "offset_arcsec") return [0, 3600];
  if (target.includes("prob") || isFlag(target)) return [0, 1];
  if (target.includes("index")) return [0, 10];
  if (FEATURES.some(({ name, group }) => name === target && group === "colour")) return [-30, 30];
  if (unitOf(target) === "mag") return [-10, 40];
  if (target === "mips_24um") return [0, 1e9];
  // fluxes, whose order of magnitude is judged by the column: a negative one is a limit
  if (XRAY_LIMITS.some(({ flux, lower }) => target === flux || target === lower)) {
    return [LEAST_FLUX, MOST_FLUX];
  }
  return [0, 1e6]; // significance, upper bounds
}

/**
 * Whether a column of longitudes counts from -180 to 180 degrees. Negative numbers that stand for a
 * missing value, -1 and those of nines, make none.
 */
export function isSignedLongitude(
  column: Reading,
  numbers: Float64Array,
  texts: readonly string[],
): boolean {
  if (column.target !== "ra" && column.target !== "gal_l") return false;
  const isFar = (value: number) => Math.abs(value) > 180;
  const negative = numbers.filter((number) => number < 0);
  return negative.length > 0 && !numbers.some((number) => isFar(converted(number, column))) &&
    !texts.some((text) => isFar(valueOf(text, column))) &&
    negative.every((number) => number !== -1 && !NINES.test(String(number)));
}

/** A number of nothing but nines. */
const NINES = /^-?9+(\.9+)?$/;
/** A flux so far below the middle of its column is no measurement when it comes again and again. */
const FILL_SHARE = 0.01, FILL_DIGITS = 6;
/** How far from a fill that is known a number may be, of it: tables are rounded. */
const FILL_PRECISION = 1e-9;
/** Deeper than any survey, erg/s/cm2: the Chandra Deep Field South reaches some 1e-17. */
const LEAST_SEEN = 1e-20;
/** What no magnitude, probability or index comes near. */
const HUGE = 1e4;

/** A magnitude that no survey of its band reaches; some write it for what was not seen. */
function faintest(target: string): number {
  return /_sdss$|^[FN]UV$/.test(target) ? 30 : 25;
}

/** Whether a number is whole, a half, or of nines behind the point, as nobody measures twice. */
function isRound(number: number): boolean {
  return Number.isInteger(2 * number) || /\.9+$/.test(String(number));
}

/** The different numbers of a column, the least first, and how often each comes. */
function timesOf(numbers: Float64Array): { different: Float64Array; times: Uint32Array } {
  const different = numbers.slice().sort(), times = new Uint32Array(different.length);
  let n = 0;
  for (const number of different) {
    if (number !== number) break; // they stand at the end
    if (n === 0 || different[n - 1] !== number) different[n++] = number;
    times[n - 1]++;
  }
  return { different: different.subarray(0, n), times };
}

/**
 * Numbers of a column that stand for a missing value, as the table writes them: those of nines that
 * come twice and cannot be measured, or are negative (-9.99, -999, 99); any other negative or huge
 * number that comes twice and cannot be; a magnitude or a flux density of exactly 0; of a flux what
 * is known to be filled in, and a number of many digits that comes twice far below all others.
 */
export function standIns(column: Reading, numbers: Float64Array): Set<number> {
  const { target, isLogarithm } = column;
  if (/^(ra|dec|gal_[lb])$/.test(target) || isFlag(target)) return new Set();
  const { different, times } = timesOf(numbers);
  const isFlux = XRAY_LIMITS.some(({ flux }) => flux === target);
  const isNever0 = isMagnitude(target) || target === "mips_24um";
  const positive = different.filter((number) => number > 0);
  const middle = positive[positive.length >> 1], [least, most] = limits(target);
  const found = different.filter((number, i) => {
    const n = times[i];
    if (number === 0) return isNever0;
    const value = converted(number, column), isOutside = value < least || value > most;
    // of logarithms 0 and -99 say nothing, and neither is a flux
    if (isLogarithm && (isOutside || value < LEAST_SEEN)) {
      return n > 1 || NINES.test(String(number));
    }
    // no star is of magnitude -9.99
    if (isMagnitude(target) && number < 0 && !isOutside && NINES.test(String(number))) return true;
    if (isFlux && FILLS.some((fill) => Math.abs(value / fill - 1) < FILL_PRECISION)) return true;
    if (n < 2) return false;
    if (number === -1 && isNever0) return true;
    if (isMagnitude(target) && value >= faintest(target) && isRound(number)) return true;
    if (isOutside && (number < 0 || Math.abs(number) >= HUGE)) return true;
    if (NINES.test(String(number))) return number < 0 || isOutside;
    if (isFlux && number > 0 && value < LEAST_SEEN) return true;
    const digits = number.toExponential().replace(/e.*$|\D/g, "").length;
    const isFill = digits > FILL_DIGITS && number < FILL_SHARE * middle;
    return isFlux && number > 0 && isFill;
  });
  return new Set(found);
}
