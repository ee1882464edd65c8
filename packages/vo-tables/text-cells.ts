import { type Delimited, unbytes, withDecimalPoint } from "./split-cells.ts";

// a page of the browser carries this file too

const QUOTE = 34, PLUS = 43, MINUS = 45, POINT = 46, BLANK = 32, BIG_E = 69, SMALL_E = 101;

/** Powers of ten that a double holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** A number of so much may get one more digit and still be a whole number that a double holds. */
const MOST_WHOLE = 9e14;

/**
 * The number that a part of a text is, read from its letters: digits with or without a point, a sign,
 * an exponent and blanks around. Up to fifteen digits times or over a power of ten that a double holds
 * are rounded once, and rightly (Clinger 1990, doi:10.1145/93542.93557); of more JavaScript makes what
 * it makes of all.
 *
 * @returns NaN for whatever is not a number and nothing else, and for one beyond all doubles.
 */
export function plainNumber(text: string, from: number, to: number): number {
  let at = from, end = to;
  while (at < end && text.charCodeAt(at) === BLANK) at++;
  while (at < end && text.charCodeAt(end - 1) === BLANK) end--;
  const start = at;
  let sign = text.charCodeAt(at);
  if (sign === MINUS || sign === PLUS) at++;
  sign = sign === MINUS ? -1 : 1;
  let whole = 0, power = 0, digits = 0, isLong = false;
  for (let isBehindPoint = false; at < end; at++) {
    const letter = text.charCodeAt(at);
    if (letter === POINT && !isBehindPoint) isBehindPoint = true;
    else if (letter < 48 || letter > 57) break;
    else {
      digits++;
      if (whole >= MOST_WHOLE) isLong = true;
      else whole = 10 * whole + letter - 48;
      if (isBehindPoint) power--;
    }
  }
  if (digits === 0) return NaN;
  if (at < end) {
    const letter = text.charCodeAt(at++);
    if (letter !== SMALL_E && letter !== BIG_E) return NaN;
    const of = text.charCodeAt(at);
    if (of === MINUS || of === PLUS) at++;
    let exponent = 0;
    const first = at;
    for (; at < end; at++) {
      const letter = text.charCodeAt(at);
      if (letter < 48 || letter > 57) return NaN;
      exponent = Math.min(10 * exponent + letter - 48, 10_000);
    }
    if (at === first) return NaN;
    power += of === MINUS ? -exponent : exponent;
  }
  if (isLong || power < -22 || power > 22) {
    const number = Number(text.slice(start, end));
    return Number.isFinite(number) ? number : NaN;
  }
  return sign * (power < 0 ? whole / POWERS[-power] : whole * POWERS[power]);
}

/** Rows of a text whose cells have been found, but not been cut out. */
interface TextRows {
  readonly text: string;
  readonly form: Delimited;
  readonly nColumns: number;
  /** `[nRows x (nColumns + 1)]` where each cell begins, and one behind the sign that ends the last. */
  readonly bounds: Int32Array;
  /** Rows that were cut as they came, because of their quotes or their separator, by their place. */
  readonly cut: ReadonlyMap<number, readonly string[]>;
}

/** Cells of one column of {@link TextRows}. */
export class TextCells {
  /** Number of rows. */
  readonly length: number;
  readonly #rows: TextRows;
  readonly #column: number;
  #numbers?: Float64Array;

  constructor(rows: TextRows, column: number, length: number) {
    [this.#rows, this.#column, this.length] = [rows, column, length];
  }

  /** The text of a cell; undefined in a row of another number of cells. */
  at(row: number): string | undefined {
    const { text, form, nColumns, bounds, cut } = this.#rows;
    const own = cut.size > 0 ? cut.get(row) : undefined;
    if (own) return own.length === nColumns ? own[this.#column] : undefined;
    const at = row * (nColumns + 1) + this.#column, from = bounds[at], to = bounds[at + 1] - 1;
    if (from === to) return "";
    return text.charCodeAt(from) === QUOTE
      ? asMeant(text.slice(from + 1, to - 1), form)
      : asMeant(text.slice(from, to), form);
  }

  /** `[length]` of each cell that is a number and nothing else that number, NaN of all others. */
  numbers(): Float64Array {
    if (this.#numbers) return this.#numbers;
    const { text, nColumns, bounds, cut } = this.#rows, made = new Float64Array(this.length);
    for (let row = 0, at = this.#column; row < made.length; row++, at += nColumns + 1) {
      const from = bounds[at], to = bounds[at + 1] - 1;
      if (from >= to) made[row] = NaN;
      else if (text.charCodeAt(from) !== QUOTE) made[row] = plainNumber(text, from, to);
      else made[row] = plainNumber(text, from + 1, to - 1);
    }
    for (const row of cut.keys()) {
      const cell = this.at(row) ?? "";
      made[row] = plainNumber(cell, 0, cell.length);
    }
    return this.#numbers = made;
  }
}

/** A cell that was cut out, as its writer meant it. */
export function asMeant(cell: string, { boxed, hasDecimalCommas }: Delimited): string {
  const bare = unbytes(boxed ? cell.trim() : cell);
  return hasDecimalCommas ? withDecimalPoint(bare) : bare;
}
