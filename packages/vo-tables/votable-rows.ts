import { plainNumber } from "./text-cells.ts";
import {
  type Cell,
  type ColumnInfo,
  columnKind,
  isNull,
  parseCell,
  type RowTaker,
} from "./votable-column.ts";

/** How the number that is none is nearly always spelt. */
const NONE = "NaN";
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
const LINE_FEED = 10, BLANK = 32, TAB = 9, RETURN = 13;

/**
 * Reads rows of TABLEDATA in the form in which nearly all are written, tags without attributes and
 * cells without comments, many times quicker than a parser of XML, to which all others are left.
 */
export class PlainRows {
  readonly #columns: readonly ColumnInfo[];
  readonly #kinds: readonly ReturnType<typeof columnKind>[];
  readonly #taker?: RowTaker;
  readonly #row: Cell[];
  readonly #startRow: string;
  readonly #endRow: string;
  readonly #startCell: string;
  readonly #endCell: string;
  readonly #emptyCell: string;
  /** Where the next entity begins. */
  #entity = 0;
  #lines = 0;

  /**
   * @param prefix Of the tags' names, such as `vot:`.
   * @param taker Takes the rows; without it they are passed over, whatever they hold.
   */
  constructor(columns: readonly ColumnInfo[], prefix: string, taker?: RowTaker) {
    [this.#columns, this.#kinds, this.#taker] = [columns, columns.map(columnKind), taker];
    this.#row = columns.map(() => undefined);
    [this.#startRow, this.#endRow] = [`<${prefix}TR>`, `</${prefix}TR>`];
    [this.#startCell, this.#endCell] = [`<${prefix}TD>`, `</${prefix}TD>`];
    this.#emptyCell = `<${prefix}TD/>`;
  }

  /**
   * Takes all plain rows from a place of a text on.
   *
   * @returns The place behind the last of them, and the line feeds up to there.
   * @throws TableError for a cell that is no value of its column.
   */
  read(text: string, from: number): { end: number; lines: number } {
    this.#entity = placeOf("&", text, from);
    let end = from, lines = this.#lines = 0;
    for (let next; (next = this.#readRow(text, end)) >= 0;) {
      [end, lines] = [next, this.#lines];
      this.#taker?.row(this.#row);
    }
    return { end, lines };
  }

  /** Whether what follows may be a row of which a part is not there yet. */
  isPart(text: string, from: number): boolean {
    const at = this.#behindBlanks(text, from), start = text.slice(at, at + this.#startRow.length);
    return this.#startRow.startsWith(start) && text.indexOf(this.#endRow, at) < 0;
  }

  /** Where a row ends; below 0 where it is not plain or not all there. */
  #readRow(text: string, from: number): number {
    let at = this.#behindBlanks(text, from), place = 0;
    if (!isAt(text, at, this.#startRow)) return -1;
    at += this.#startRow.length;
    for (;; place++) {
      at = this.#behindBlanks(text, at);
      if (isAt(text, at, this.#startCell)) {
        const start = at + this.#startCell.length, end = text.indexOf("<", start);
        if (end < 0 || !isAt(text, end, this.#endCell)) return -1;
        if (end <= this.#entity) this.#readCell(place, text, start, end);
        else {
          const cell = withoutEntities(text.slice(start, end));
          if (cell === undefined) return -1;
          this.#readCell(place, cell, 0, cell.length);
          this.#entity = placeOf("&", text, end);
        }
        at = end + this.#endCell.length;
      } else if (isAt(text, at, this.#emptyCell)) {
        this.#readCell(place, text, at, at);
        at += this.#emptyCell.length;
      } else break;
    }
    const isWhole = this.#taker === undefined || place === this.#columns.length;
    return isWhole && isAt(text, at, this.#endRow) ? at + this.#endRow.length : -1;
  }

  #readCell(place: number, text: string, from: number, to: number): void {
    const kind = this.#kinds[place];
    if (kind === "number" && this.#taker) {
      const { wants, checks } = this.#taker, isWanted = wants === undefined || wants(place);
      if (!isWanted && !checks) return;
      const number = plainNumber(text, from, to), column = this.#columns[place];
      const isNone = to - from === NONE.length && column.null === undefined &&
        isAt(text, from, NONE);
      if (number === number || isNone) {
        this.#row[place] = column.null !== undefined && isNull(number, column) ? undefined : number;
        return;
      }
    }
    this.#count(text, from, to);
    if (kind === undefined || !this.#taker) return;
    const { wants, checks } = this.#taker, isWanted = wants === undefined || wants(place);
    const isLooked = isWanted || (checks && kind !== "text");
    const cell = isLooked && from < to
      ? parseCell(text.slice(from, to), this.#columns[place])
      : undefined;
    this.#row[place] = isWanted ? cell : undefined;
  }

  #behindBlanks(text: string, from: number): number {
    for (let at = from;; at++) {
      const letter = text.charCodeAt(at);
      if (letter === LINE_FEED) this.#lines++;
      else if (letter !== BLANK && letter !== TAB && letter !== RETURN) return at;
    }
  }

  #count(text: string, from: number, to: number): void {
    for (let at = from; at < to; at++) if (text.charCodeAt(at) === LINE_FEED) this.#lines++;
  }
}

/** Where a letter comes next; the end of the text where it does not. */
function placeOf(letter: string, text: string, from: number): number {
  const at = text.indexOf(letter, from);
  return at < 0 ? text.length : at;
}

/** A cell with the letters that XML's own entities stand for; undefined where it has others. */
function withoutEntities(cell: string): string | undefined {
  if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(cell)) return undefined;
  return cell.replace(/&(\w+);/g, (_, name: string) => ENTITIES[name]);
}

/** Whether a text has a word at a place. */
function isAt(text: string, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    if (text.charCodeAt(at + i) !== word.charCodeAt(i)) return false;
  }
  return true;
}
