import { type CellTable, openCells } from "./cell-tables.ts";
import type { OpenTable } from "./open-table.ts";
import { cannotRead } from "./table-error.ts";

/** Environments whose rows are a table; the arguments before their cells. */
const ENVIRONMENT =
  /\\begin\{(tabular[xy*]?|longtable\*?|supertabular\*?|xtabular\*?|deluxetable\*?|longdeluxetable\*?|splitdeluxetable\*?)\}/g;
/** Commands between rows that draw lines or begin pages. */
const RULES =
  /\\(?:hline|toprule|midrule|bottomrule|tableline|firsthline|lasthline|noalign\{[^{}]*\}|(?:cline|cmidrule)(?:\([^)]*\))?\{[^{}]*\}|cutinhead\{[^{}]*\}|sidehead\{[^{}]*\}|pagebreak|newpage|addlinespace(?:\[[^\]]*\])?)/g;

/**
 * Opens a table of LaTeX: tabular and its kin, longtable, deluxetable of AASTeX. Cells are read as
 * they would be printed; footnotes marked in them are left out, errors and limits stay.
 *
 * @param wanted Which of several tables, by the name of its label or by number from 1.
 * @throws TableError naming the file and what is wanted.
 */
export async function openLatex(name: string, text: string, wanted?: string): Promise<OpenTable> {
  const plain = text.replace(/(^|[^\\])%.*$/gm, "$1");
  const tables = tablesOf(plain).filter(({ rows }) => rows.length > 1 && rows[0].length > 1);
  if (tables.length === 0) {
    throw cannotRead(
      name,
      "it is LaTeX without a table of several columns and rows under a line that names them; save " +
        "the table as CSV, or fetch the journal's machine-readable form of it",
    );
  }
  const marks = plain.match(/\\(?:tablenotemark|tablefootmark|footnotemark|tnote)\b/g)?.length ?? 0;
  const said =
    `${marks} marks of footnotes are left out; where one says that a value is a limit, write <1.5.`;
  return await openCells(name, tables, {
    kind: "LaTeX table",
    wanted,
    headRows: 2,
    notes: marks > 0 ? [said] : [],
    comments: () => wordsAround(plain),
  });
}

/** Captions, comments and notes of the tables. */
function wordsAround(text: string): string[] {
  const commands = /\\(?:caption|tablecaption|tablecomments|tablenotetext\s*\{[^{}]*\})\s*\{/g;
  return [...text.matchAll(commands)].flatMap(({ 0: command, index }) => {
    const words = argumentOf(text, index + command.length - 1);
    return words === "" ? [] : [plainCell(words).slice(0, 1000)];
  });
}

function tablesOf(text: string): CellTable[] {
  const found: CellTable[] = [];
  for (let at = 0; at < text.length;) {
    ENVIRONMENT.lastIndex = at;
    const begin = ENVIRONMENT.exec(text);
    if (!begin) break;
    const { 0: command, 1: kind, index } = begin;
    const start = index + command.length, end = text.indexOf(`\\end{${kind}}`, start);
    const whole = text.slice(start, end < 0 ? undefined : end);
    // the label may stand around a tabular
    const around = text.slice(Math.max(at, text.lastIndexOf("\\begin{table", index)), end + 400);
    const [, label] = /\\label\{([^{}]*)\}/.exec(/deluxe/.test(kind) ? whole : around) ?? [];
    found.push({
      title: label ?? "",
      rows: /deluxe/.test(kind) ? deluxeRows(whole) : tabularRows(whole),
    });
    if (end < 0) break;
    at = end;
  }
  return found;
}

/** Rows of AASTeX: `\tablehead{\colhead{..} & ..} \startdata .. \enddata`. */
function deluxeRows(text: string): string[][] {
  const head = argumentOf(text, text.indexOf("\\tablehead"));
  const start = text.indexOf("\\startdata"), end = text.indexOf("\\enddata");
  if (start < 0) return [];
  const data = text.slice(start + "\\startdata".length, end < 0 ? undefined : end);
  return [...rowsOf(head), ...rowsOf(data)];
}

/** Rows of a tabular, behind the arguments that say how its columns are set. */
function tabularRows(text: string): string[][] {
  let at = 0;
  for (let next = /^\s*[[{]/.exec(text); next; next = /^\s*[[{]/.exec(text.slice(at))) {
    const open = at + next[0].length - 1;
    at = closing(text, open) + 1;
    if (at === 0) return [];
  }
  // a long table repeats its header and has footers for each page
  const body = text.slice(at)
    .replace(/(\\endfirsthead)[^]*?\\endhead/, "$1")
    .replace(/(\\end(?:first)?head)[^]*?\\endlastfoot/, "$1")
    .replace(/(\\end(?:first)?head)[^]*?\\endfoot/, "$1")
    .replace(/\\end(?:firsthead|head|foot|lastfoot)\b/g, "")
    .replace(/\\(?:caption|label)(?:\[[^\]]*\])?\s*\{/g, (command) => `\\gone${command.slice(-1)}`);
  return rowsOf(withoutArguments(body, "\\gone"));
}

/** Text without a command and its argument in braces. */
function withoutArguments(text: string, command: string): string {
  let rest = text;
  for (let at = rest.indexOf(command); at >= 0; at = rest.indexOf(command)) {
    const close = closing(rest, rest.indexOf("{", at));
    const behind = rest.slice(close + 1).replace(/^\s*\\\\/, "");
    rest = rest.slice(0, at) + (close < 0 ? "" : behind);
  }
  return rest;
}

/** What stands in braces behind a place; "" where nothing does. */
function argumentOf(text: string, from: number): string {
  const open = from < 0 ? -1 : text.indexOf("{", from), close = closing(text, open);
  return open < 0 || close < 0 ? "" : text.slice(open + 1, close);
}

/** Place of the bracket that closes the one at a place; -1 where none does. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i >= 0 && i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "{" || text[i] === "[") depth++;
    else if (text[i] === "}" || text[i] === "]") depth--;
    if (depth === 0) return i;
  }
  return -1;
}

/** Rows parted by `\\` and cells by `&`, outside braces. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [], start = 0, depth = 0;
  const take = (end: number) => {
    const raw = text.slice(start, end).replace(RULES, " ");
    row.push(...spread(raw));
  };
  const endRow = () => {
    if (row.some((cell) => cell !== "")) rows.push(row);
    row = [];
  };
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === "{") depth++;
    else if (sign === "}") depth--;
    else if (sign === "&" && depth === 0) {
      take(i);
      start = i + 1;
    } else if (sign === "\\") {
      const end = depth === 0
        ? /^\\(?:\\\*?(?:\s*\[[^\]]*\])?|tabularnewline\b)/.exec(text.slice(i, i + 60))?.[0].length
        : undefined;
      if (end !== undefined) {
        take(i);
        endRow();
        start = i + end;
        i = start - 1;
      } else i++;
    }
  }
  take(text.length);
  endRow();
  return rows;
}

/** A cell as plain text, so many times as its `\multicolumn` spans columns. */
function spread(raw: string): string[] {
  const [, columns] = /\\multicolumn\s*\{\s*(\d+)\s*\}/.exec(raw) ?? [];
  const text = plainCell(raw);
  return Array<string>(Math.min(Number(columns ?? 1), 1000)).fill(text);
}

/** Commands whose last argument is printed, and those that are printed without their argument. */
const SHOWN =
  /\\(?:multicolumn\s*\{[^{}]*\}\s*\{(?:[^{}]|\{[^{}]*\})*\}|multirow\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}|href\s*\{[^{}]*\}|(?:text|math)[a-z]+|colhead|dcolhead|nocolhead|twocolhead|object|url|emph|mbox|hbox|ensuremath|underline|num|makecell|thead|bf|it|rm|bm|boldsymbol)\s*(?=\{)/g;
const SILENT =
  /\\(?:tablenotemark|tablefootmark|footnotemark|footnote|tnote|thanks|cite[a-z]*|ref|label|phantom|hphantom|vphantom|phm|color|textcolor|cellcolor|rowcolor|vspace|hspace|rule)\*?\s*(?:\[[^\]]*\]\s*)*(?:\{[^{}]*\})?/g;
/** A mark of a footnote behind a cell, set high: letters, stars, daggers. */
const MARK =
  /\s*\^\s*\{?\s*\{?(?:[a-z](?:\s*,\s*[a-z])*|[*†‡§¶]+|\\(?:ast|star|dag(?:ger)?|ddag(?:ger)?|sharp))\s*\}?\s*\}?\s*$/i;
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/\\(?:nodata|ldots|dots|cdots|textellipsis)(?![a-zA-Z])/g, "..."],
  [/\\(?:pm|textpm)(?![a-zA-Z])/g, "±"],
  [/\\(?:times|texttimes)(?![a-zA-Z])/g, "×"],
  [/\\cdot(?![a-zA-Z])/g, "·"],
  [/\\(?:lesssim|la|lt|textless)(?![a-zA-Z])/g, "<"],
  [/\\(?:gtrsim|ga|gt|textgreater)(?![a-zA-Z])/g, ">"],
  [/\\leq?(?![a-zA-Z])/g, "≤"],
  [/\\geq?(?![a-zA-Z])/g, "≥"],
  [/\\(?:sim|approx|simeq|textasciitilde)(?![a-zA-Z])/g, "~"],
  [/\\(?:textminus|minus)(?![a-zA-Z])/g, "-"],
  [/\\(?:micro|mu)(?![a-zA-Z])/g, "µ"],
  [/\\alpha(?![a-zA-Z])/g, "α"],
  [/\\delta(?![a-zA-Z])/g, "δ"],
  [/\\sigma(?![a-zA-Z])/g, "σ"],
  [/\\(?:degr|degree|degrees|circ)(?![a-zA-Z])/g, "°"],
  // 10\fs5 is 10.5 seconds, 5\farcs2 is 5.2 arcseconds
  [/\\f(?:s|h|m|d|p|dg|arcs|arcm)(?![a-zA-Z])/g, "."],
  [/\\(?:arcmin|prime)(?![a-zA-Z])/g, "'"],
  [/\\arcsec(?![a-zA-Z])/g, '"'],
  [/\\phn(?![a-zA-Z])|\\phd(?![a-zA-Z])|\\phs(?![a-zA-Z])/g, ""],
  [
    /\\(?:quad|qquad|enspace|thinspace|hfill|hfil|null|centering|raggedright|small|footnotesize|scriptsize|tiny|normalsize|displaystyle|relax|protect|left|right|big|bigg|tablenewline|bf|it|rm|tt|sf|em|bfseries|itshape)(?![a-zA-Z])/g,
    " ",
  ],
  [/\\[,;:! ]/g, " "],
];

/** A cell as it is printed, in one line. */
function plainCell(raw: string): string {
  let text = raw.replace(SILENT, "").replace(/\\textsuperscript\b/g, "^")
    .replace(/\\textsubscript\b/g, "_").replace(/(?<!\\)~/g, " ");
  for (const [pattern, sign] of SIGNS) text = text.replace(pattern, sign);
  for (let before = ""; before !== text;) [before, text] = [text, text.replace(SHOWN, "")];
  text = text.replace(/\{,\}/g, ",").replace(/(?<!\\)\$/g, "").replace(MARK, "")
    .replace(/\s*(?:\\d?dag(?:ger)?|[†‡])\s*$/, "")
    // ^h, ^m, ^s and ^° of angles
    .replace(/\^\s*\{?\s*([hmsd°'"])\s*\}?/gi, "$1")
    .replace(/\\([_&%$#{}])/g, (_, sign) => /[{}]/.test(sign) ? "" : sign)
    // braces stay where a power or an index needs them
    .replace(
      /([\^_])\s*\{([^{}]*)\}/g,
      (_, set, inner) =>
        /^\s*\w\s*$/.test(inner) ? set + inner.trim() : `${set}\u0001${inner.trim()}\u0002`,
    )
    .replace(/[{}]/g, "").replaceAll("\u0001", "{").replaceAll("\u0002", "}");
  return text.replace(/\s+/g, " ").trim();
}
