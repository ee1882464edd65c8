import { fromFk4, fromFk5 } from "@csc-classify/sky";
import {
  parseDec,
  parseRa,
  type SexagesimalUnit,
  type TableColumn,
} from "@csc-classify/vo-tables/browser";
import { framedName, plainName } from "./column-names.ts";
import { parseUnit } from "./units.ts";

// runs in a browser's page too

/** Targets that are angles, with what a sexagesimal text without letters counts by custom. */
const ANGLES: Readonly<Record<string, SexagesimalUnit>> = {
  ra: "hours",
  dec: "degrees",
  gal_l: "degrees",
  gal_b: "degrees",
};

/** How the cells of a column of angles are written. */
interface AngleNotation {
  /** What a sexagesimal cell counts where it has no letters. */
  readonly sexagesimal: SexagesimalUnit;
  /** Degrees in one of a cell that is a plain number. */
  readonly factor: number;
  /** Whether the cells are names that state the position, 2CXO J174537.2-285610. */
  readonly isName?: true;
  /** Whether a number of five or six digits before its point is one in sixtieths: 053502.1. */
  readonly isCompact?: true;
}

/** What says in the place of a unit that names of sources are to give their position. */
export const NAME_UNIT = "name";

const SEXAGESIMAL_UNIT =
  /^["“]?(h{1,2}[:\s]?m{1,2}[:\s]?s{1,2}|d{1,2}[:\s]?m{1,2}[:\s]?s{1,2})(\.s*)?["”]?$/i;

/**
 * How a column of angles is written by its unit: `deg`, `rad`, `hour`, `h:m:s`, `d:m:s` and the like.
 *
 * @returns undefined where the target is no angle or the unit is none of angles.
 */
export function angleNotation(target: string, unit = ""): AngleNotation | undefined {
  const custom = ANGLES[target];
  if (!custom) return undefined;
  if (unit.trim() === "") return { sexagesimal: custom, factor: 1 };
  if (unit.trim() === NAME_UNIT && /^(ra|dec)$/.test(target)) {
    return { sexagesimal: custom, factor: 1, isName: true };
  }
  const sexagesimal = SEXAGESIMAL_UNIT.exec(unit.trim())?.[1];
  if (sexagesimal) {
    return /^h/i.test(sexagesimal)
      ? { sexagesimal: "hours", factor: 15, isCompact: true }
      : { sexagesimal: "degrees", factor: 1, isCompact: true };
  }
  const { dimension = "", factor = 1 } = parseUnit(unit) ?? (/^d$/i.test(unit) ? DEGREE : {});
  if (dimension === "hour1") return { sexagesimal: "hours", factor };
  return dimension === "deg1" ? { sexagesimal: "degrees", factor } : undefined;
}
const DEGREE = { dimension: "deg1", factor: 1 };

/** Position that a name of the form J174537.2-285610, with its J or without, states, degrees. */
export function placeOfName(name: string): [ra: number, dec: number] | undefined {
  const match = PLACE.exec(name);
  if (!match) return undefined;
  const [hours, minutes, seconds, degrees, arcmin, arcsec] = [1, 2, 3, 5, 6, 7].map((i) =>
    Number(match[i])
  );
  if (hours >= 24 || minutes >= 60 || seconds >= 60 || arcmin >= 60 || arcsec >= 60) {
    return undefined;
  }
  const dec = degrees + arcmin / 60 + arcsec / 3600;
  if (dec > 90) return undefined;
  return [15 * (hours + minutes / 60 + seconds / 3600), match[4] === "+" ? dec : -dec];
}
const PLACE =
  /(?:^|[\sJ])(\d\d)(\d\d)(\d\d(?:\.\d+)?)\s?([+\-\u2212\u2013])(\d\d)(\d\d)(\d\d(?:\.\d+)?)/;

/** Whether a text is three numbers, an angle in sixtieths. */
export function isSexagesimal(text: string): boolean {
  return /^[+-]?\s*\d+\s*[\s:hd°]\s*\d+\s*[\s:m'′]/i.test(text.trim());
}

/** Whether a text is hours or degrees and minutes with their parts: 05 35.04. */
export function isMinutes(text: string): boolean {
  return /^[+-]?\s*\d+\s*[\s:hd°]\s*\d+\.\d+\s*[m'′]?$/i.test(text.trim());
}

/** Degrees of an angle without signs between its parts, 053502.1 or -12345; NaN where it is none. */
export function compactDegrees(text: string, sexagesimal: SexagesimalUnit): number {
  const [, sign, whole, minutes, seconds] =
    /^([+-]?)(\d{1,3})(\d\d)(\d\d(?:\.\d*)?)$/.exec(text.trim()) ?? [];
  const most = sexagesimal === "hours" ? 24 : 360;
  if (!whole || Number(minutes) >= 60 || Number(seconds) >= 60 || Number(whole) >= most) return NaN;
  const value = Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600;
  return (sign === "-" ? -value : value) * (sexagesimal === "hours" ? 15 : 1);
}

/** Degrees of a sexagesimal text; NaN where it is none, or beyond what the target may be. */
export function sexagesimalDegrees(
  text: string,
  target: string,
  sexagesimal: SexagesimalUnit,
): number {
  try {
    return target === "dec" || target === "gal_b" ? parseDec(text) : parseRa(text, sexagesimal);
  } catch {
    return NaN;
  }
}

/** A place in degrees as a column's frame has it, in ICRS. */
export type ToIcrs = (ra: number, dec: number) => { readonly ra: number; readonly dec: number };

/**
 * What brings positions of a frame such as `ICRS`, `FK5 J1975` or `FK4 B1950` to ICRS; undefined
 * where nothing needs to be done.
 *
 * @throws RangeError naming a frame that cannot be converted, and the remedy.
 */
export function toIcrs(frame: string): ToIcrs | undefined {
  const equinox = Number(/[12]\d{3}(\.\d+)?/.exec(frame)?.[0] ?? NaN);
  if (/fk4/i.test(frame) || /\bb1950/i.test(frame)) {
    if (Number.isNaN(equinox) || Math.abs(equinox - 1950) < 0.01) return fromFk4;
  } else if (/fk5|icrs|^\W*j?\d{4}/i.test(frame)) {
    if (Number.isNaN(equinox) || equinox === 2000 || /icrs/i.test(frame)) return undefined;
    return (ra, dec) => fromFk5(ra, dec, equinox);
  }
  throw new RangeError(`positions are in "${frame}"; convert them to ICRS (J2000), in degrees`);
}

/**
 * Columns that are parts of an angle, in order, as the CDS has them (RAh, DE-, DEd) and people write
 * them: RA_h, RA (hr), ra_min, Dec deg, dec_arcsec.
 */
const PARTS = {
  ra: [
    /^ra_?(h{1,2}|hrs?|hours?)$/,
    /^ra_?(m{1,2}|min|minutes?)$/,
    /^ra_?(s{1,2}|secs?|seconds?)$/,
  ],
  dec: [
    /^dec?l?(_|_?(sign|sgn))$/,
    /^dec?l?_?(d{1,2}|degs?|degrees?)$/,
    /^dec?l?_?(m{1,2}|min|minutes?|arcmin|am)$/,
    /^dec?l?_?(s{1,2}|secs?|seconds?|arcsec|as)$/,
  ],
};

/** A column that is not in the file, made of several of it. */
export interface JoinedColumn extends TableColumn {
  /** Places of the columns that it is made of. */
  readonly from: readonly number[];
  readonly cellOf: (cells: readonly unknown[]) => string | null;
}

/** A right ascension and a declination in one cell, in sixtieths or in degrees of decimals. */
const PAIR =
  /^(\d{1,2}[\s:h]\s*\d{1,2}[\s:m]\s*\d{1,2}(?:\.\d*)?s?|\d{1,3}\.\d+)[\s,;]+([+\-\u2212\u2013]?\s?\d{1,2}[\s:d°]\s*\d{1,2}[\s:m'′]\s*\d{1,2}(?:\.\d*)?[s"″]?|[+\-\u2212\u2013]?\d{1,2}\.\d+)$/;

/**
 * Right ascension and declination of tables that have both in one column, "10 20 30.1 -05 06 07".
 *
 * @param rows The first rows: all of the column's cells must be such pairs.
 */
export function splitAngles(
  columns: readonly TableColumn[],
  rows: readonly (readonly unknown[])[],
): JoinedColumn[] {
  const isPair = (cell: unknown) => typeof cell === "string" && PAIR.test(cell.trim());
  const place = columns.findIndex((_, i) =>
    rows.some((row) => isPair(row[i])) &&
    rows.every((row) => isPair(row[i]) || String(row[i] ?? "").trim() === "")
  );
  if (place < 0) return [];
  const { name, frame } = columns[place];
  return (["ra", "dec"] as const).map((target, part) => ({
    name: `${target} of ${name}`,
    ...(frame !== undefined && { frame }),
    ucd: `pos.eq.${target}`,
    from: [place],
    cellOf: (cells) => {
      const text = String(cells[place] ?? "").trim();
      return PAIR.exec(text)?.[part + 1] ?? (text || null);
    },
  }));
}

/**
 * Right ascension and declination of tables that have hours, minutes and seconds, sign, degrees,
 * minutes and seconds in columns of their own (RAh RAm RAs DE- DEd DEm DEs).
 *
 * @param rows The first rows: where some are south, 0 degrees without a sign say nothing.
 */
export function joinedAngles(
  columns: readonly TableColumn[],
  rows: readonly (readonly unknown[])[] = [],
): JoinedColumn[] {
  const called = columns.map(({ name, unit }) => {
    const said = unit === undefined ? [] : [plainName(`${name}_${unit}`).replace(/\./g, "")];
    const framed = framedName(name);
    return [plainName(name).replace(/\./g, ""), ...said, ...framed ? [framed.bare] : []];
  });
  const place = (pattern: RegExp) =>
    called.findIndex((names) => names.some((name) => pattern.test(name)));
  const [hours, ...raRest] = PARTS.ra.map(place),
    [sign, degrees, ...decRest] = PARTS.dec.map(place);
  if (hours < 0 || degrees < 0 || raRest[0] < 0 || decRest[0] < 0) return [];
  // where minutes have signs too, those of 0 degrees say it
  const areNegative = rows.some((row) => Number(row[degrees]) < 0) &&
    !rows.some((row) => Number(row[decRest[0]]) < 0);
  const made = (
    places: readonly number[],
    unit: string,
    axis: "ra" | "dec",
    signPlace = -1,
  ): JoinedColumn => {
    const from = [signPlace, ...places].filter((place) => place >= 0);
    const isNegative = axis === "dec" && areNegative;
    const first = columns[places[0]], frame = first.frame ?? framedName(first.name)?.frame;
    return {
      ...(frame !== undefined && { frame }),
      name: from.map((place) => columns[place].name).join(" "),
      unit,
      ucd: `pos.eq.${axis};meta.main`,
      from,
      cellOf: (cells) =>
        joined(cells, places.filter((place) => place >= 0), { signPlace, isNegative }),
    };
  };
  return [
    made([hours, ...raRest], "h:m:s", "ra"),
    made([degrees, ...decRest], "d:m:s", "dec", sign),
  ];
}

/**
 * `hours minutes seconds` of the parts; null where one is missing. Without a sign of their own the
 * first part that is not 0 has it; `±` says that none has, where others are negative.
 */
function joined(
  cells: readonly unknown[],
  places: readonly number[],
  { signPlace, isNegative }: { readonly signPlace: number; readonly isNegative: boolean },
): string | null {
  const said = places.map((place) =>
    Object.is(cells[place], -0) ? "-0" : String(cells[place] ?? "").trim().replace(/^\u2212/, "-")
  );
  if (said.some((part) => part === "")) return null;
  const isMinus = signPlace >= 0
    ? /^[-\u2212]/.test(String(cells[signPlace] ?? "").trim())
    : said.some((part) => part.startsWith("-"));
  const isUnsaid = isNegative && signPlace < 0 && !isMinus && !said[0].startsWith("+") &&
    Number(said[0]) === 0;
  const [whole, minutes, seconds] = said.map((part) => part.replace(/^[+-]/, ""));
  const bare = whole.replace(/\.0*$/, "");
  const full = seconds === undefined
    ? [Math.floor(Number(minutes)), (Number(minutes) % 1) * 60]
    : [minutes.replace(/\.0*$/, ""), seconds];
  return `${isUnsaid ? "±" : isMinus ? "-" : ""}${bare} ${full.join(" ")}`;
}
