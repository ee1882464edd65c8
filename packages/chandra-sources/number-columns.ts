import { BATCH_ROWS } from "@csc-classify/vo-tables/browser";
import {
  hasThousands,
  isFaintLimit,
  isFlag,
  isSignedLongitude,
  limitOf,
  limits,
  standIns,
  withoutError,
  withoutMark,
} from "./cells.ts";
import { FEATURES, SURVEYS, XRAY_LIMITS } from "./features.ts";
import { FEATURE_SCALE } from "./published-numbers.ts";
import { QUALITY_LETTERS } from "./quality-letters.ts";
import type { MappedColumn } from "./seen-table.ts";
import { type FirstRows, PIECE_ROWS } from "./table-pieces.ts";
import { BAND_LIMITS, isMagnitude, TEXT_COLUMNS } from "./targets.ts";

// runs in a browser's page too: what each column of numbers may hold, and which of them say
// something of others

/** What was seen of a mapped column. */
export interface ColumnCount {
  /** Rows with a value. */
  present: number;
  /** Rows whose X-ray flux is 0 or negative: an upper limit, see `withFluxLimits`. */
  limits: number;
  /** Values beyond those of the published training table. */
  outside: number;
  /** Rows by the number in them that stands for a missing value, as the table writes it. */
  readonly standIns: Map<number, number>;
}

/** A column of numbers: where from, what it may hold, what was seen of it, the batch so far. */
export interface NumberColumn extends MappedColumn {
  readonly limits: readonly [least: number, most: number];
  readonly isFlag: boolean;
  readonly isFlux: boolean;
  /** Whether right ascension and declination beside it win, so that a bad value harms nothing. */
  readonly isSecond: boolean;
  /** Whether it is a longitude of -180 to 180 degrees. */
  readonly isSigned: boolean;
  /** Whether its cells are values with errors, and the sign of limits among them, where they come again. */
  readonly hasErrors: boolean;
  /** Whether marks stand around its values, 1.5*, and whether commas part thousands. */
  readonly hasMarks: boolean;
  readonly hasThousands: boolean;
  /** Whether some of its cells are limits: those that are of no use say nothing. */
  readonly hasBareLimits: boolean;
  readonly limitSide?: "upper" | "lower";
  /** Numbers, as the table writes them, that stand for a missing value. */
  readonly standIns: ReadonlySet<number>;
  readonly training: { readonly min: number; readonly max: number };
  readonly count: ColumnCount;
  /** Whether letters of quality may say that a value is none. */
  readonly isLettered: boolean;
  /** `[PIECE_ROWS]` of the rows being read. */
  readonly read: Float64Array;
  /** `[BATCH_ROWS]` */
  readonly values: Float64Array;
}

/** A magnitude that a letter of quality says is none. */
export interface LetteredBand {
  readonly band: string;
  /** Places among the numbers: of the band, -1 where the table has none, and of its coverage. */
  readonly place: number;
  readonly observed: number;
  readonly quality: "limit" | "unusable";
  /** Whether the cell itself says so: > 20.5. */
  readonly isWritten?: boolean;
}

/** The columns of numbers of a table; places are those among `numbers` unless said otherwise. */
export interface NumberColumns {
  /** Behind the mapped ones the coverage of surveys of which flags, letters or limits speak. */
  readonly numbers: readonly NumberColumn[];
  /** Columns of limits, with their band (-1 if none) and the coverage of its survey. */
  readonly limits: readonly {
    readonly from: number;
    readonly isFlag: boolean;
    readonly band: number;
    readonly observed: number;
  }[];
  /** Letters of quality by their place in a row, with their bands and their survey's coverage. */
  readonly letters: readonly {
    readonly index: number;
    readonly observed: number;
    readonly bands: readonly { readonly band: string; readonly place: number }[];
  }[];
  /** Magnitudes of which some cells are limits, > 20.5; `index` is their place in a row. */
  readonly limited: readonly (Omit<LetteredBand, "quality"> & { readonly index: number })[];
  /** Places of the colours of each band, by the band's place. */
  readonly colours: ReadonlyMap<number, readonly number[]>;
}

/** How often cells must be written in a way that is none of a number's to be read so: once is a slip. */
const LEAST_WRITTEN = 2;

/**
 * What the columns of numbers of a table may hold.
 *
 * @param counts Where what is seen of each is counted, by target.
 * @param first Rows by which numbers that stand for missing values are found.
 */
export function numberColumns(
  mapped: readonly MappedColumn[],
  counts: ReadonlyMap<string, ColumnCount>,
  first: FirstRows,
): NumberColumns {
  const sides = new Map(mapped.map((one) => [one.target, limitSide(one, first)]));
  const columns = mapped.filter(({ target }) => !TEXT_COLUMNS.includes(target));
  const place = (wanted: string) => columns.findIndex(({ target }) => target === wanted);
  for (const { observed, bands } of SURVEYS) {
    const saying = mapped.filter(({ target }) =>
      bands.includes(BAND_LIMITS.get(target)?.band!) ||
      (bands.includes(target) && sides.get(target) === "lower") ||
      QUALITY_LETTERS.some((letters) => letters.target === target && letters.observed === observed)
    );
    if (saying.length === 0 || place(observed) >= 0) continue;
    const column = saying.map((one) => one.column).join(", ");
    columns.push({ target: observed, column, index: -1, factor: 1, offset: 0 });
  }
  const letters = QUALITY_LETTERS.flatMap(({ target, observed, bands }) => {
    const index = mapped.find((one) => one.target === target)?.index;
    if (index === undefined) return [];
    const places = bands.map((band) => ({ band, place: place(band) }));
    return [{ index, observed: place(observed), bands: places }];
  });
  const colours = FEATURES.flatMap(({ name, from = [] }) =>
    from.map((band) => [place(band), place(name)] as const)
  ).filter((places) => !places.includes(-1));
  const anything = { min: -Infinity, max: Infinity };
  return {
    numbers: columns.map((column): NumberColumn => ({
      ...column,
      ...judged(column, first),
      limits: limits(column.target),
      isFlag: isFlag(column.target),
      isFlux: XRAY_LIMITS.some(({ flux }) => flux === column.target),
      isSecond: /^gal_[lb]$/.test(column.target) && place("ra") >= 0 && place("dec") >= 0,
      limitSide: sides.get(column.target),
      training: FEATURE_SCALE.find(({ feature }) => feature === column.target) ?? anything,
      count: counts.get(column.target) ?? noCount(),
      isLettered: sides.get(column.target) === "lower" ||
        letters.some(({ bands }) =>
          bands.some(({ place }) => place >= 0 && columns[place] === column)
        ),
      read: new Float64Array(PIECE_ROWS),
      values: new Float64Array(BATCH_ROWS),
    })),
    limits: columns.flatMap(({ target }, from) => {
      const limit = BAND_LIMITS.get(target);
      if (!limit) return [];
      const survey = SURVEYS.find(({ bands }) => bands.includes(limit.band));
      const observed = survey ? place(survey.observed) : -1;
      return { from, isFlag: limit.isFlag, band: place(limit.band), observed };
    }),
    letters,
    limited: columns.flatMap(({ target, index }, from) => {
      if (sides.get(target) !== "lower") return [];
      const { observed } = SURVEYS.find(({ bands }) => bands.includes(target))!;
      return [{ index, band: target, place: from, observed: place(observed) }];
    }),
    colours: new Map(
      colours.map(([band]) => [
        band,
        colours.flatMap(([other, colour]) => other === band ? [colour] : []),
      ]),
    ),
  };
}

/** Nothing was seen of a column yet. */
export function noCount(): ColumnCount {
  return { present: 0, limits: 0, outside: 0, standIns: new Map() };
}

/** What the first rows say of a column. */
function judged(
  column: MappedColumn,
  first: FirstRows,
): Pick<
  NumberColumn,
  "isSigned" | "hasErrors" | "hasMarks" | "hasThousands" | "hasBareLimits" | "standIns"
> {
  const { index } = column;
  if (index < 0) {
    return {
      isSigned: false,
      hasErrors: false,
      hasMarks: false,
      hasThousands: false,
      hasBareLimits: false,
      standIns: new Set(),
    };
  }
  const { numbers, texts } = first.column(index);
  return {
    isSigned: isSignedLongitude(column, numbers, texts),
    hasErrors: comesAgain(column, texts, withoutError),
    hasMarks: comesAgain(column, texts, withoutMark),
    hasThousands: hasThousands(texts, () => first.rows(FEW)),
    hasBareLimits: hasBareLimits(column, texts),
    standIns: standIns(column, numbers),
  };
}
/** Rows that show how a table writes numbers. */
const FEW = 100;

/** Whether what `without` takes away stands beside several values of a column: once is a slip. */
function comesAgain(
  { target }: MappedColumn,
  texts: readonly string[],
  without: (cell: unknown) => unknown,
): boolean {
  if (/^(ra|dec|gal_[lb])$/.test(target) || isFlag(target)) return false;
  return texts.filter((text) => without(text) !== text).length >= LEAST_WRITTEN;
}

/** On which side a limit on a target is a faint one: a flux less than a number, a magnitude beyond one. */
function faintSide(target: string): "upper" | "lower" | undefined {
  if (XRAY_LIMITS.some(({ flux }) => flux === target)) return "upper";
  return isMagnitude(target) ? "lower" : undefined;
}

/** Which limits cells of a column hold. */
function limitSide(
  { target, index }: MappedColumn,
  first: FirstRows,
): "upper" | "lower" | undefined {
  const side = faintSide(target);
  if (index < 0 || side === undefined) return undefined;
  const { texts } = first.column(index);
  return texts.filter((text) => isFaintLimit(text, side)).length >= LEAST_WRITTEN
    ? side
    : undefined;
}

/** Whether several cells of a column are limits that are no values: a flux beyond one, p < 0.01. */
function hasBareLimits({ target }: MappedColumn, texts: readonly string[]): boolean {
  if (/^(ra|dec|gal_[lb])$/.test(target) || isFlag(target)) return false;
  return texts.filter((text) => isBareLimit(text, target)).length >= LEAST_WRITTEN;
}

/** Whether a cell is a limit that says nothing of use: not how faint at most a flux or a magnitude is. */
export function isBareLimit(cell: unknown, target: string): boolean {
  const side = faintSide(target);
  return limitOf(cell) !== undefined && !(side && isFaintLimit(cell, side));
}
