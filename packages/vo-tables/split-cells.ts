/** How the cells of a line lie beside each other. */
export interface Delimited {
  /** `" "` stands for any run of blanks and tabs. */
  readonly separator: "," | ";" | "\t" | "|" | " ";
  /** Whether a bar stands at both ends of each line too, as in tables drawn with signs. */
  readonly boxed?: boolean;
  /** Whether numbers have a comma for the decimal point, as spreadsheets write it in Europe. */
  readonly hasDecimalCommas?: boolean;
  /** A line that ends the rows. */
  readonly end?: string;
}

const DECIMAL_COMMA = /^(\s*[+\u2212\u2013-]?\d+(?:[:\s]\d+){0,2}),(\d+(?:e[+-]?\d+)?\s*)$/i;
/** A comma that no thousands need. */
const CERTAIN_COMMA = /^\s*[+\u2212\u2013-]?(\d+,(\d{1,2}|\d{4,})|0\d*,\d+|\d+,\d+e[+-]?\d+)\s*$/i;
const DECIMAL_POINT = /^\s*[+\u2212\u2013-]?\d*\.\d+(e[+-]?\d+)?\s*$/i;

/** Whether cells of a table have decimal commas, by the first rows: no number has a point. */
export function haveDecimalCommas(rows: readonly (readonly string[])[]): boolean {
  const cells = rows.flat();
  return cells.some((cell) => CERTAIN_COMMA.test(cell)) &&
    !cells.some((cell) => DECIMAL_POINT.test(cell));
}

/** A number with a decimal comma with a decimal point; any other cell as it is. */
export function withDecimalPoint(cell: string): string {
  return cell.replace(DECIMAL_COMMA, "$1.$2");
}

/** What is wrong with the quotes of a line. */
export class QuoteError extends Error {}

/**
 * The cells of a record: quoted as RFC 4180 has it, blanks around quotes allowed. Among tabs and
 * blanks a quote that does not begin a cell is a letter.
 *
 * @returns undefined where the text ends within quotes: the record goes on in the next line.
 * @throws QuoteError for a quote within a cell or text behind one.
 */
export function splitCells(line: string, { separator, boxed }: Delimited): string[] | undefined {
  const text = boxed ? line.trim().replace(/^\|/, "").replace(/\|$/, "") : line;
  if (separator === " ") return splitBlanks(text);
  if (!text.includes('"')) return text.split(separator);
  const cells: string[] = [];
  for (let at = 0;;) {
    let start = at;
    while (text[start] === " ") start++;
    if (text[start] !== '"') {
      const end = text.indexOf(separator, at), cell = text.slice(at, end < 0 ? undefined : end);
      if (separator !== "\t" && cell.includes('"') && !/^b"[^"]*" *$/.test(cell)) {
        throw new QuoteError("a quote within a cell");
      }
      cells.push(cell);
      if (end < 0) return cells;
      at = end + 1;
      continue;
    }
    const parts: string[] = [];
    for (let from = start + 1;;) {
      const quote = text.indexOf('"', from);
      if (quote < 0) return undefined;
      parts.push(text.slice(from, quote));
      at = quote + 1;
      if (text[at] !== '"') break;
      from = at + 1;
    }
    while (text[at] === " ") at++;
    cells.push(parts.join('"'));
    if (at >= text.length) return cells;
    if (text[at] !== separator) {
      if (separator !== "\t") throw new QuoteError("text behind a quoted cell");
      const end = text.indexOf(separator, at);
      cells[cells.length - 1] = text.slice(start, end < 0 ? undefined : end);
      if (end < 0) return cells;
      at = end;
    }
    at++;
  }
}

function splitBlanks(text: string): string[] | undefined {
  if (!text.includes('"')) return text.trim().split(/[ \t]+/);
  const cells = text.match(/"(?:[^"]|"")*"(?=[ \t]|$)|[^ \t]+/g) ?? [];
  const quotes = text.split('"').length - 1;
  if (quotes % 2 === 1 && cells.some((cell) => /^"[^"]*$/.test(cell))) return undefined;
  return cells.map((cell) => /^".*"$/s.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell);
}

const UTF8 = new TextDecoder("utf-8", { fatal: true }), LATIN1 = new TextDecoder("latin1");

/** Text of bytes whose encoding nobody states: UTF-8, or Latin-1 where they cannot be that. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return LATIN1.decode(bytes);
  }
}

/** A text as its writer meant it where Python wrote bytes: `b'Zed 1'` is Zed 1. */
export function unbytes(text: string): string {
  if (text.charCodeAt(0) !== 98) return text;
  const match = /^b(['"])(.*)\1$/s.exec(text.trim());
  return match ? match[2].trimEnd() : text;
}

/**
 * Name and unit of a header such as `flux_b [erg/s/cm2]` or `flux_b (erg/s/cm2)`; what names an
 * equinox instead, as in `RA (J2000)`, is the frame.
 */
export function splitUnit(header: string): { name: string; unit?: string; frame?: string } {
  const text = header.trim(), start = opening(text);
  const unit = text.slice(start + 1, -1).trim();
  const [, bare, behind] = start < 0 && UNIT_BEHIND.exec(text) || [];
  if (bare !== undefined) return { name: bare, unit: behind };
  if (start < 0 || unit === "" || (text[start] === "(" && /^mips/i.test(unit))) {
    return { name: text };
  }
  const name = text.slice(0, start).trim();
  // [3.6], which names Spitzer's band
  if (name === "") return { name: text };
  // log(flux), which is no unit
  if (text[start] === "(" && /^lo?g_?(10)?$/i.test(name)) return { name: text };
  const [, frame, equinox] =
    /^(icrs|fk[45]|galactic)?[ ,]*([bj]?(?:1950|2000)(?:\.0)?)?$/i.exec(unit) ?? [];
  if (!frame && !equinox) return { name, unit };
  const isOld = /^fk4$/i.test(frame ?? "") || /1950/.test(equinox ?? "");
  if (isOld) return { name, frame: "FK4 B1950" };
  return { name, frame: /^gal/i.test(frame ?? "") ? "galactic" : (frame ?? "FK5").toUpperCase() };
}

/** A unit of fluxes behind a name, without brackets: `F(0.5-7) 10^-15 erg cm^-2 s^-1`. */
const UNIT_BEHIND =
  /^(.*?\S)\s+((?:(?:x\s*)?10(?:\^|\*\*)?\{?[-\u2212]?\d+\}?|1e-?\d+)?\s*ergs?[\s./*^].*)$/i;

const BRACKETS: Readonly<Record<string, string>> = { "]": "[", ")": "(" };

/** Where the bracket opens that the last sign closes: `[mag [AB]]`; -1 where it closes none. */
function opening(text: string): number {
  const close = text.at(-1) ?? "", open = BRACKETS[close];
  let depth = 0;
  for (let i = text.length - 1; open !== undefined && i >= 0; i--) {
    if (text[i] === close) depth++;
    else if (text[i] === open && --depth === 0) return i;
  }
  return -1;
}
