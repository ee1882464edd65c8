import { fortranNumber } from "./cds-description.ts";
import type { OpenTable } from "./open-table.ts";
import {
  type Delimited,
  QuoteError,
  splitCells,
  unbytes,
  withDecimalPoint,
} from "./split-cells.ts";
import { cannotRead } from "./table-error.ts";
import { type FixedWidth, recognise } from "./text-dialect.ts";

/** Text by which the kind of a table is judged, and what a row may have: letters. */
const HEAD = 1 << 20, MOST_IN_ROW = 1 << 24, MOST_IN_QUOTES = 1 << 22;
const CLOSE = "close each quote, and write a quote within a cell twice";

/**
 * Opens a table of text that comes in pieces. Lines that begin with `#` are rows where they have as
 * many cells as the header; the others are passed over, and counted.
 *
 * @throws TableError naming file, line and remedy, also while rows are read.
 */
export async function openText(name: string, pieces: AsyncIterable<string>): Promise<OpenTable> {
  const iterator = pieces[Symbol.asyncIterator](), taken: string[] = [];
  for (let length = 0; length < HEAD;) {
    const { value, done } = await iterator.next();
    if (done) break;
    taken.push(value);
    length += value.length;
  }
  const head = taken.join("");
  const lastEnd = head.length < HEAD
    ? head.length
    : Math.max(head.lastIndexOf("\n"), head.lastIndexOf("\r")) + 1;
  const { kind, columns, header, first, cells, notes } = recognise(
    head.slice(0, Math.min(lastEnd || head.length, 2 * HEAD)),
  );
  async function* whole() {
    yield head.replace(/^\ufeff/, "");
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      yield next.value;
    }
  }
  const said = [...notes], state = { row: 0 };
  const place = { header, first, n: columns.length };
  const rows = "spans" in cells
    ? fixedRows(name, whole(), cells, place, state)
    : delimitedRows(name, whole(), cells, place, state, said);
  const lists = columns.flatMap(({ arrayLength }, i) => arrayLength === undefined ? [] : [i]);
  return {
    kind,
    columns,
    rows: lists.length > 0 ? withLists(rows, lists) : rows,
    notes: said,
    rowNumber: () => state.row,
  };
}

/** Rows whose cells at some places are lists in JSON, as ECSV has them: as arrays. */
async function* withLists(
  rows: AsyncIterable<readonly unknown[]>,
  places: readonly number[],
): AsyncGenerator<readonly unknown[]> {
  for await (const row of rows) {
    yield row.map((cell, i) => {
      if (!places.includes(i) || typeof cell !== "string" || !cell.startsWith("[")) return cell;
      try {
        return JSON.parse(cell.replace(/\bNaN\b/g, "null"));
      } catch {
        return cell;
      }
    });
  }
}

/** A line and the sign or signs that end it. */
type Line = readonly [text: string, end: string];

/** Lines of a text, a batch a piece; they end in LF, CR or both. */
async function* linesOf(name: string, pieces: AsyncIterable<string>): AsyncGenerator<Line[]> {
  let rest = "", line = 0;
  for await (const piece of pieces) {
    if (!/[\r\n]/.test(piece) && !rest.endsWith("\r")) {
      rest += piece;
      if (rest.length > MOST_IN_ROW) {
        throw cannotRead(name, `line ${line + 1} has more than 16 million letters; is it a table?`);
      }
      continue;
    }
    const text = rest + piece;
    // a CR at the end may be half of a line end
    const whole = text.endsWith("\r") ? text.length - 1 : text.length;
    const made: Line[] = text.slice(0, whole).split("\n").flatMap((raw): Line[] => {
      const plain = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      const parts = plain.includes("\r") ? plain.split("\r") : [plain];
      const end = plain === raw ? "\n" : "\r\n";
      return parts.map((part, i) => [part, i < parts.length - 1 ? "\r" : end]);
    });
    rest = made.pop()![0] + text.slice(whole);
    line += made.length;
    yield made;
  }
  const last = rest.endsWith("\r") ? rest.slice(0, -1) : rest;
  if (last !== "") yield [[last, ""]];
}

interface Place {
  readonly header: number;
  readonly first: number;
  /** Number of columns. */
  readonly n: number;
}

async function* delimitedRows(
  name: string,
  pieces: AsyncIterable<string>,
  form: Delimited,
  { header, first, n }: Place,
  state: { row: number },
  notes: string[],
): AsyncGenerator<readonly unknown[]> {
  let at = -1, joined = "", joinedFrom = -1, lost = 0;
  let comments = 0, hashed = 0;
  const split = (text: string, line: number) => {
    try {
      return splitCells(text, form);
    } catch (error) {
      if (!(error instanceof QuoteError)) throw error;
      const lines = line === at ? "" : ` to ${at + 1}`;
      throw cannotRead(name, `Quote of line ${line + 1}${lines}: ${error.message}; ${CLOSE}`);
    }
  };
  for await (const lines of linesOf(name, pieces)) {
    for (const [line, end] of lines) {
      at++;
      if (at < first) continue;
      if (joinedFrom < 0) {
        if (line.trim() === "" || (form.boxed && /^\s*(\+|\|?[-=+|:\s]*$)/.test(line))) continue;
        if (/^#\s*(Table\t|RESOURCE\s*=)/i.test(line)) {
          const what = `in line ${at + 1} another table begins, "${line.slice(0, 60)}"`;
          throw cannotRead(name, `${what}; save each table to a file of its own`);
        }
        if (
          (line.startsWith("#") && !isRow(line, form, n)) || (form.boxed && !/^\s*\|/.test(line))
        ) {
          comments++;
          continue;
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
        if (joined.length <= MOST_IN_QUOTES) continue;
        throw cannotRead(name, `Quote of line ${start + 1} is not closed; ${CLOSE}`);
      }
      // a row of several lines is one row
      lost += at - start;
      joinedFrom = -1;
      if (cells.every((cell) => cell.trim() === "")) continue;
      state.row = at - header - lost;
      if (line.startsWith("#")) hashed++;
      while (cells.length > n && cells.at(-1)!.trim() === "") cells.pop();
      for (let i = 0; i < cells.length; i++) {
        cells[i] = unbytes(form.boxed ? cells[i].trim() : cells[i]);
        if (form.hasDecimalCommas) cells[i] = withDecimalPoint(cells[i]);
      }
      yield cells;
    }
  }
  if (joinedFrom >= 0) {
    throw cannotRead(name, `Quote of line ${joinedFrom + 1} is not closed; ${CLOSE}`);
  }
  if (comments > 0) notes.push(`${comments} lines are passed over as comments.`);
  if (hashed > 0) notes.push(`${hashed} rows begin with # and are taken for rows.`);
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
  for await (const lines of linesOf(name, pieces)) {
    for (const [line] of lines) {
      at++;
      if (at < first || line.trim() === "" || /^([#\\]|[ -=]{9,}$)/.test(line)) continue;
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
