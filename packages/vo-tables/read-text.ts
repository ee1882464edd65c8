import { fortranNumber } from "./cds-description.ts";
import { BATCH_ROWS, byColumns, cellOf, type OpenTable, type TablePiece } from "./open-table.ts";
import { type Delimited, QuoteError, splitCells, unbytes } from "./split-cells.ts";
import { cannotRead } from "./table-error.ts";
import { asMeant, TextCells } from "./text-cells.ts";
import { type FixedWidth, NO_ROW, recognise } from "./text-dialect.ts";

/** Text by which the kind of a table is judged, and what a row may have: letters. */
const HEAD = 1 << 20, PIECE = 1 << 20, MOST_IN_ROW = 1 << 24, MOST_IN_QUOTES = 1 << 22;
const CLOSE = "close each quote, and write a quote within a cell twice";

/**
 * Opens a table of text that comes in pieces. Lines that begin with `#` are rows where they have as
 * many cells as the header; the others are passed over, and counted.
 *
 * @throws TableError naming file, line and remedy, also while rows are read.
 */
export async function openText(name: string, pieces: AsyncIterable<string>): Promise<OpenTable> {
  const { head, rest } = await headOf(pieces);
  const lastEnd = head.length < HEAD
    ? head.length
    : Math.max(head.lastIndexOf("\n"), head.lastIndexOf("\r")) + 1;
  const { kind, columns, header, first, cells, notes, comments } = recognise(
    head.slice(0, Math.min(lastEnd || head.length, 2 * HEAD)),
  );
  // letters that came, and those of them whose rows are still to be given
  const letters = { all: head.length, left: 0 };
  async function* whole() {
    yield head;
    for await (const piece of rest) {
      letters.all += piece.length;
      yield piece;
    }
  }
  const said = [...notes], place = { header, first, n: columns.length };
  const made = { kind, columns, notes: said, comments };
  if ("spans" in cells) {
    const state = { row: 0 }, rows = fixedRows(name, whole(), cells, place, state);
    return { ...made, rows, rowNumber: () => state.row };
  }
  const lists = columns.flatMap(({ arrayLength }, i) => arrayLength === undefined ? [] : [i]);
  const parts = delimitedPieces(name, whole(), cells, place, said, letters);
  const share = () => (letters.all - letters.left) / letters.all;
  return { ...made, share, ...byColumns(lists.length > 0 ? withLists(parts, lists) : parts) };
}

/** The beginning of a text, by which its kind is judged, and what comes behind it. */
export async function headOf(
  pieces: AsyncIterable<string>,
): Promise<{ readonly head: string; readonly rest: AsyncIterable<string> }> {
  const iterator = pieces[Symbol.asyncIterator](), taken: string[] = [];
  for (let length = 0; length < HEAD;) {
    const { value, done } = await iterator.next();
    if (done) break;
    taken.push(value);
    length += value.length;
  }
  return { head: taken.join(""), rest: { [Symbol.asyncIterator]: () => iterator } };
}

/** Pieces in which some columns hold lists in JSON, as ECSV has them: as arrays. */
async function* withLists(
  pieces: AsyncIterable<TablePiece>,
  places: readonly number[],
): AsyncGenerator<TablePiece> {
  const listOf = (cell: unknown) => {
    if (typeof cell !== "string" || !cell.startsWith("[")) return cell;
    try {
      return JSON.parse(cell.replace(/\bNaN\b/g, "null"));
    } catch {
      return cell;
    }
  };
  for await (const piece of pieces) {
    const cells = [...piece.cells];
    for (const i of places) {
      const column = cells[i];
      cells[i] = Array.from({ length: piece.nRows }, (_, row) => listOf(cellOf(column, row)));
    }
    yield { ...piece, cells };
  }
}

interface Place {
  readonly header: number;
  readonly first: number;
  /** Number of columns. */
  readonly n: number;
}

/**
 * Text in pieces of whole lines, a million letters or more but for the last.
 *
 * @param linesTaken How many lines of it were taken, for messages.
 */
async function* wholeLines(
  name: string,
  pieces: AsyncIterable<string>,
  linesTaken: () => number,
): AsyncGenerator<string> {
  let whole: string[] = [], length = 0, rest: string[] = [], restLength = 0;
  for await (const piece of pieces) {
    // a CR at the end may be half of a line end
    const end = 1 + Math.max(piece.lastIndexOf("\n"), piece.slice(0, -1).lastIndexOf("\r"));
    rest.push(piece.slice(0, end || undefined));
    restLength += piece.length;
    if (end === 0) {
      if (restLength <= MOST_IN_ROW) continue;
      const line = linesTaken() + linesIn(whole.join("")) + 1;
      throw cannotRead(name, `line ${line} has more than 16 million letters; is it a table?`);
    }
    whole.push(...rest);
    length += restLength - (piece.length - end);
    [rest, restLength] = [[piece.slice(end)], piece.length - end];
    if (length < PIECE) continue;
    yield whole.join("");
    [whole, length] = [[], 0];
  }
  const last = [...whole, ...rest].join("");
  if (last !== "") yield last;
}

/** How many lines end in a text. */
function linesIn(text: string): number {
  let lines = 0;
  const end = text.includes("\n") ? "\n" : "\r";
  for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, at + 1)) lines++;
  return lines;
}

const LF = 10, CR = 13, BLANK = 32, QUOTE = 34, HASH = 35;

/** Cells of a text by columns. Most rows are not cut: it is noted where their cells begin. */
async function* delimitedPieces(
  name: string,
  pieces: AsyncIterable<string>,
  form: Delimited,
  { header, first, n }: Place,
  notes: string[],
  letters: { left: number },
): AsyncGenerator<TablePiece> {
  const isPlain = !form.boxed && form.separator !== " ";
  const separator = form.separator.charCodeAt(0);
  let at = -1, joined = "", joinedFrom = -1, lost = 0;
  let comments = 0, hashed = 0, isEnd = false;
  const split = (text: string, line: number) => {
    try {
      return splitCells(text, form);
    } catch (error) {
      if (!(error instanceof QuoteError)) throw error;
      const lines = line === at ? "" : ` to ${at + 1}`;
      throw cannotRead(name, `Quote of line ${line + 1}${lines}: ${error.message}; ${CLOSE}`);
    }
  };
  /** The cells of a line, with those before it that end within quotes; undefined where there are none. */
  const cut = (line: string, end: string): string[] | undefined => {
    if (joinedFrom < 0) {
      if (form.end !== undefined && line.startsWith(form.end)) isEnd = true;
      if (isEnd) return;
      if (line.trim() === "" || (form.boxed && /^\s*(\+|\|?[-=+|:\s]*$)/.test(line))) return;
      if (/^#\s*(Table\t|RESOURCE\s*=)/i.test(line)) {
        const what = `in line ${at + 1} another table begins, "${line.slice(0, 60)}"`;
        throw cannotRead(name, `${what}; say which is meant with --table NAME or NUMBER`);
      }
      if ((line.startsWith("#") && !isRow(line, form, n)) || (form.boxed && !/^\s*\|/.test(line))) {
        comments++;
        return;
      }
    }
    const start = joinedFrom < 0 ? at : joinedFrom;
    const text = joinedFrom < 0 ? line : joined + line;
    // within quotes a line with an even number of them changes nothing
    const goesOn = joinedFrom >= 0 && line.split('"').length % 2 === 1;
    const cells = goesOn ? undefined : split(text, start);
    if (!cells) {
      joined = text + end;
      joinedFrom = start;
      if (joined.length <= MOST_IN_QUOTES) return;
      throw cannotRead(name, `Quote of line ${start + 1} is not closed; ${CLOSE}`);
    }
    // a row of several lines is one row
    lost += at - start;
    joinedFrom = -1;
    if (cells.every((cell) => cell.trim() === "")) return;
    if (line.startsWith("#")) hashed++;
    while (cells.length > n && cells.at(-1)!.trim() === "") cells.pop();
    return cells.map((cell) => asMeant(cell, form));
  };
  for await (const text of wholeLines(name, pieces, () => at + 1)) {
    for (let place = 0; place < text.length;) {
      // a row that is not cut has at least so many letters
      const most = Math.min(BATCH_ROWS, Math.ceil((text.length - place) / n));
      const bounds = new Int32Array((n + 1) * most), numbers: number[] = [];
      const whole = new Map<number, readonly string[]>();
      const irregular = new Map<number, readonly string[]>();
      while (place < text.length && numbers.length < most) {
        at++;
        const row = numbers.length, start = place;
        const isFound = isPlain && joinedFrom < 0 && at >= first && !isEnd &&
          findCells(text, start, separator, n, bounds, row * (n + 1));
        place = isFound ? bounds[row * (n + 1) + n] : endOfLine(text, start);
        const isEnded = place <= text.length;
        const isCrlf = isEnded && text.charCodeAt(place - 1) === CR &&
          text.charCodeAt(place) === LF;
        if (isFound) numbers.push(at - header - lost);
        else if (at >= first) {
          const end = isEnded ? isCrlf ? "\r\n" : text[place - 1] : "";
          const cells = cut(text.slice(start, place - 1), end);
          if (cells) {
            numbers.push(at - header - lost);
            whole.set(row, cells);
            if (cells.length !== n) irregular.set(row, cells);
          }
        }
        if (isCrlf) place++;
      }
      const nRows = numbers.length, rows = { text, form, nColumns: n, bounds, cut: whole };
      if (nRows === 0) continue;
      letters.left = Math.max(0, text.length - place);
      const cells = Array.from({ length: n }, (_, i) => new TextCells(rows, i, nRows));
      yield { nRows, cells, numbers, irregular };
    }
  }
  if (joinedFrom >= 0) {
    throw cannotRead(name, `Quote of line ${joinedFrom + 1} is not closed; ${CLOSE}`);
  }
  if (comments > 0) notes.push(`${comments} lines are passed over as comments.`);
  if (hashed > 0) notes.push(`${hashed} rows begin with # and are taken for rows.`);
}

/** The place behind the sign that ends a line; one behind the text where none does. */
function endOfLine(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === LF || letter === CR) break;
  }
  return at + 1;
}

/**
 * Notes where the cells of a line begin, and one behind the sign that ends it: of a line as most are,
 * of so many cells, without quotes but around whole cells that hold none.
 *
 * @returns Whether the line is one.
 */
function findCells(
  text: string,
  start: number,
  separator: number,
  n: number,
  bounds: Int32Array,
  into: number,
): boolean {
  if (text.charCodeAt(start) === HASH) return false;
  let cell = 0, isBlank = true, at = start;
  bounds[into] = start;
  for (; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === separator) {
      if (++cell >= n) return false;
      bounds[into + cell] = at + 1;
    } else if (letter === LF || letter === CR) break;
    else if (letter === QUOTE) {
      const close = at === bounds[into + cell] ? text.indexOf('"', at + 1) : -1;
      if (close < 0) return false;
      for (let i = at + 1; i < close; i++) {
        const inner = text.charCodeAt(i);
        if (inner === LF || inner === CR) return false;
        if (inner > BLANK && inner < 128) isBlank = false;
      }
      const behind = close + 1 < text.length ? text.charCodeAt(close + 1) : LF;
      if (behind !== separator && behind !== LF && behind !== CR) return false;
      at = close;
    } else if (letter > BLANK && letter < 128) isBlank = false;
  }
  bounds[into + n] = at + 1;
  return cell === n - 1 && !isBlank;
}

/** Whether a line that begins with `#` is a row: it has as many cells as the header. */
function isRow(line: string, form: Delimited, n: number): boolean {
  try {
    return splitCells(line, form)?.length === n;
  } catch {
    return false;
  }
}

async function* fixedRows(
  name: string,
  pieces: AsyncIterable<string>,
  { spans, nulls, isNumeric, inBytes, bars }: FixedWidth,
  { header, first }: Place,
  state: { row: number },
): AsyncGenerator<readonly unknown[]> {
  const end = spans.at(-1)![1], numbers = nulls.map((text) => text ? Number(text) : NaN);
  const encoder = new TextEncoder(), decoder = new TextDecoder();
  let at = -1;
  for await (const text of wholeLines(name, pieces, () => at + 1)) {
    const lines = text.split(/\r\n|\n|\r/);
    if (lines.at(-1) === "") lines.pop(); // behind the last line end
    for (const line of lines) {
      at++;
      if (at < first || line.trim() === "" || NO_ROW.test(line)) continue;
      state.row = at - header;
      // deno-lint-ignore no-control-regex -- bytes count where letters have several
      const bytes = inBytes && /[^\x00-\x7f]/.test(line) ? encoder.encode(line) : undefined;
      const slice = (from: number, to: number) =>
        bytes ? decoder.decode(bytes.subarray(from, to)) : line.slice(from, to);
      const isBroken = bars.some((bar) => (line[bar] ?? " ") !== " ") ||
        (bars.length > 0 && line.slice(end).trim() !== "");
      yield isBroken ? [line] : spans.map(([from, to], i) => {
        const text = slice(from, to).trim();
        if (text === "" || text === nulls[i]) return undefined;
        if (nulls[i] === "-" && /^-+$/.test(text)) return undefined;
        if (!isNumeric[i]) return unbytes(text);
        return Number(text) === numbers[i] ? undefined : fortranNumber(text);
      });
    }
  }
}
