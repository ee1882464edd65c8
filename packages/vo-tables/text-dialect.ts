import { parse } from "yaml";
import { alignedColumns } from "./aligned-columns.ts";
import { CDS_RULE, describeCds } from "./cds-description.ts";
import { commentsOf } from "./comments.ts";
import type { TableColumn } from "./open-table.ts";
import {
  type Delimited,
  haveDecimalCommas,
  QuoteError,
  splitCells,
  splitUnit,
  unbytes,
} from "./split-cells.ts";
import { malformed } from "./table-error.ts";
import { tdatHeader } from "./tdat.ts";

/** Cells at fixed places of a line, as in tables of IPAC, the CDS and the AAS. */
export interface FixedWidth {
  /** First place of each cell, and the one behind its last. */
  readonly spans: readonly (readonly [start: number, end: number])[];
  /** Texts that stand for a missing value, by column. */
  readonly nulls: readonly (string | undefined)[];
  readonly isNumeric: readonly boolean[];
  /** Whether places count bytes of UTF-8. */
  readonly inBytes: boolean;
  /** Places that must be blank: what stands there belongs to no column, or to two. */
  readonly bars: readonly number[];
}

/** How a text is a table. */
interface TextDialect {
  readonly kind: string;
  readonly columns: readonly TableColumn[];
  /** Line of the header, from 0: rows are counted from it. */
  readonly header: number;
  /** First line that may be a row. */
  readonly first: number;
  readonly cells: Delimited | FixedWidth;
  /** What people wrote above it. */
  readonly comments?: readonly string[];
  /** Text of an empty cell that is not missing, such as none. */
  readonly notes: readonly string[];
}

/** Of a text that names no columns. */
const NO_HEADER =
  "there is no header; the first line must name the columns (a file of the CDS needs " +
  "its ReadMe, in the same folder, or before it in one file)";
/** Lines among cells at fixed places that are none: comments, rulers, what printing adds. */
export const NO_ROW = /^(?:[#\\]|[ =-]{9,}$|Length = \d+ rows\s*$|\[\d+ rows x \d+ columns\]\s*$)/;
/** Lines by which a text is judged. */
const MOST_LINES = 5000, SAMPLE = 40;

/**
 * What kind of table a text is, by its beginning, in time linear in it.
 *
 * @throws TableError where no header is to be found.
 */
export function recognise(head: string): TextDialect {
  const lines = head.split(/\r\n|\r|\n/, MOST_LINES);
  if (/^\s*Summary of source fluxes/i.test(lines[0])) {
    throw malformed(
      "it is the summary that CIAO's srcflux writes for people; give the FITS file beside it that " +
        "ends in _broad.flux",
    );
  }
  if (lines.some(isPrint)) {
    throw malformed(
      "it is the print of a table, shortened or in parts; write the table itself, in pandas by " +
        'df.to_csv("t.csv"), in astropy by t.write("t.ecsv")',
    );
  }
  const found = dialectOf(lines);
  const { header, first, cells, columns } = found;
  // footnotes; a row may begin with # too
  const below = lines.slice(first).filter((line) =>
    line.startsWith("#") && ("spans" in cells || cellsOf(line, cells).length !== columns.length)
  );
  const around = [...lines.slice(0, first), ...below];
  return { ...found, comments: found.comments ?? commentsOf(around, header) };
}

function dialectOf(lines: readonly string[]): TextDialect {
  if (/^#\s*%ECSV/.test(lines[0])) return ecsv(lines);
  if (/^\s*<HEADER>/i.test(lines[0])) return tdat(lines);
  const full = lines.filter((line) => line.trim() !== "").slice(0, SAMPLE);
  if (2 * full.filter((line) => /&.*\\\\/.test(line)).length > full.length) {
    throw malformed(
      "its lines are rows of LaTeX; write commas for &, take away \\\\, $ and braces, or save the " +
        "table as CSV",
    );
  }
  if (lines.some((line) => /^\s*Byte-by-byte Description of file/i.test(line))) return cds(lines);
  return ipac(lines) ?? ruled(lines) ?? delimited(lines);
}

/** Whether a line shows that its table was printed: dots for rows, a header that goes on below. */
function isPrint(line: string): boolean {
  if (line.length > MOST_PRINTED) return false;
  if (line.endsWith(" \\")) return /^\s*[A-Za-z_]\S*(?: +[^\s\\&]+)+ +\\$/.test(line);
  if (!/\.\.|\u2026/.test(line)) return false;
  const words = line.split(/[\s|]+/).filter((word) => word !== "");
  const dots = words.filter((word) => /^(\.{2,3}|\u2026)$/.test(word)).length;
  return dots > 2 && dots === words.length;
}
/** Letters of a line that fits a terminal, or a wide one. */
const MOST_PRINTED = 5000;

// ---- ECSV: https://github.com/astropy/astropy-APEs/blob/main/APE6.rst

interface EcsvColumn {
  readonly name: string;
  readonly unit?: string;
  readonly datatype?: string;
  readonly subtype?: string;
  readonly description?: string;
  readonly format?: string;
}

function ecsv(lines: readonly string[]): TextDialect {
  const header = lines.findIndex((line) => line.trim() !== "" && !line.startsWith("#"));
  if (header < 0) throw malformed(NO_HEADER);
  const yaml = lines.slice(1, header).filter((line) => line.startsWith("#"))
    .map((line) => line.replace(/^# ?/, "")).join("\n");
  let said: { delimiter?: string; datatype?: EcsvColumn[]; meta?: unknown } | null;
  try {
    said = parse(yaml, { logLevel: "silent", maxAliasCount: 100 });
  } catch (error) {
    throw malformed(`its ECSV header is no YAML (${(error as Error).message.split("\n")[0]})`);
  }
  if (!Array.isArray(said?.datatype)) throw malformed("its ECSV header describes no columns");
  const separator = said.delimiter === "," ? "," : " ";
  const names = splitCells(lines[header], { separator })?.map((name) => name.trim()) ?? [];
  const described = said.datatype.map(({ name }) => String(name));
  if (names.join("\n") !== described.join("\n")) {
    throw malformed(
      `its ECSV header describes ${described.slice(0, 10).join(", ")}, line ${header + 1} names ` +
        names.slice(0, 10).join(", "),
    );
  }
  const { frames, comments } = ecsvMeta(said.meta);
  const columns = said.datatype.map((column): TableColumn => ({
    name: String(column.name),
    frame: frames.get(String(column.name).replace(/\.[^.]*$/, "")),
    unit: column.unit === undefined ? undefined : String(column.unit),
    description: column.description,
    type: typeOf(column.datatype ?? ""),
    format: column.format,
    ...(column.subtype && { arrayLength: elements(column.subtype) }),
  }));
  return {
    kind: "ECSV",
    columns,
    header,
    first: header + 1,
    cells: { separator },
    comments,
    notes: [],
  };
}

/** Comments of an ECSV header, and frames of astropy's SkyCoord columns by name: theirs is `NAME.ra`. */
function ecsvMeta(
  meta: unknown,
): { readonly frames: ReadonlyMap<string, string>; readonly comments: readonly string[] } {
  const frames = new Map<string, string>(), comments: string[] = [];
  const look = (value: unknown, name: string) => {
    if (typeof value !== "object" || value === null) return;
    // an ordered mapping comes as a map
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    const { frame, equinox } = Object.fromEntries(entries);
    if (typeof frame === "string") {
      frames.set(name, `${frame.toUpperCase()} ${equinoxOf(equinox)}`.trim());
    }
    for (const [key, inner] of entries) {
      if (key === "comments" && Array.isArray(inner)) comments.push(...inner.map(String));
      else look(inner, Array.isArray(value) ? name : String(key));
    }
  };
  look(meta, "");
  return { frames, comments };
}

/** An equinox such as B1950 of astropy's Time, which has it as a Julian date. */
function equinoxOf(time: unknown): string {
  if (typeof time === "string") return time;
  const { format, jd1, jd2 = 0 } = Object.fromEntries(
    time instanceof Map ? time : Object.entries(time ?? {}),
  );
  if (typeof jd1 !== "number") return "";
  const date = jd1 + Number(jd2);
  // Lieske 1979 (1979A&A....73..282L)
  const besselian = 1900 + (date - 2_415_020.31352) / 365.242198781;
  return /^byear/.test(String(format))
    ? `B${besselian.toFixed(2)}`
    : `J${(2000 + (date - 2_451_545) / 365.25).toFixed(2)}`;
}

function typeOf(datatype: string): TableColumn["type"] {
  if (/^u?int/.test(datatype)) return "integer";
  if (/^(float|double|real)/.test(datatype)) return "number";
  return datatype === "bool" ? "boolean" : "text";
}

/** Elements of an ECSV array such as `float64[2,3]`; 0 where they vary or are no numbers. */
function elements(subtype: string): number {
  const sizes = /\[([\d,\s]+)\]$/.exec(subtype)?.[1].split(",").map(Number) ?? [0];
  return sizes.reduce((a, b) => a * b, 1);
}

// ---- IPAC: https://irsa.ipac.caltech.edu/applications/DDGEN/Doc/ipac_tbl.html

const IPAC_TYPES: readonly [start: RegExp, type: TableColumn["type"]][] = [
  [/^(i|int|integer|l|lo|lon|long)$/i, "integer"],
  [/^(d|do|dou|doub|doubl|double|f|fl|flo|floa|float|r|re|rea|real)$/i, "number"],
];

function ipac(lines: readonly string[]): TextDialect | undefined {
  const start = lines.findIndex((line) => line.trim() !== "" && !line.startsWith("\\"));
  const behind = start + lines.slice(start).findIndex((line) => !line.startsWith("|"));
  const isBar = (line: string) => /^\|.*\|\s*$/.test(line);
  if (start < 0 || behind <= start || behind > start + 4) return undefined;
  const head = lines.slice(start, behind), row = lines.slice(behind).find((line) => line.trim());
  if (!head.every(isBar) || row === undefined || /^[|+]/.test(row)) return undefined;
  const bars = [...head[0]].flatMap((sign, i) => sign === "|" ? [i] : []);
  const spans = bars.slice(0, -1).map((bar, i) => [bar + 1, bars[i + 1]] as const);
  const at = (line: string | undefined) =>
    spans.map(([from, to]) => line?.slice(from, to).trim() ?? "");
  const [names, types, units, nulls] = [0, 1, 2, 3].map((i) => at(head[i]));
  const columns = names.map((name, i): TableColumn => ({
    name,
    unit: units[i] === "" || units[i] === "-" ? undefined : units[i],
    type: head[1] === undefined
      ? undefined
      : IPAC_TYPES.find(([start]) => start.test(types[i]))?.[1] ?? "text",
  }));
  return {
    kind: "IPAC table",
    columns,
    header: behind - 1,
    first: behind,
    notes: [],
    cells: {
      spans,
      nulls: nulls.map((text) => text || undefined),
      isNumeric: columns.map(({ type }) => type === "number" || type === "integer"),
      inBytes: false,
      bars,
    },
  };
}

// ---- TDAT of HEASARC

function tdat(lines: readonly string[]): TextDialect {
  const { columns, separator, data } = tdatHeader(lines);
  return {
    kind: "TDAT",
    columns,
    header: data,
    first: data + 1,
    cells: { separator, end: "<END>" },
    notes: [],
  };
}

// ---- machine-readable tables of the AAS, which describe themselves as the CDS does

function cds(lines: readonly string[]): TextDialect {
  const heading = /Byte-by-byte Description of file[^:]*:\s*(\S+)/i.exec(lines.join("\n"));
  const { columns } = describeCds(lines.join("\n"), heading?.[1] ?? "");
  const rule = lines.findLastIndex((line) => CDS_RULE.test(line));
  // notes stand between the last two rules, each from its first line on
  const before = lines.slice(0, rule).findLastIndex((line) => CDS_RULE.test(line));
  const notes = lines.slice(before + 1, rule).join("\n").split(/^(?=\s*Note\b)/m)
    .filter((note) => /^\s*Note\b/.test(note)).map((note) => note.replace(/\s+/g, " ").trim());
  return {
    kind: "machine-readable table",
    comments: notes,
    header: rule,
    first: rule + 1,
    notes: [],
    columns: columns.map(({ name, unit, description, datatype, format }) => ({
      name,
      unit,
      description,
      format,
      type: datatype === "char" ? "text" : datatype === "int" ? "integer" : "number",
    })),
    cells: {
      spans: columns.map(({ bytes: [first, last] }) => [first - 1, last]),
      nulls: columns.map((column) => column.null),
      isNumeric: columns.map(({ datatype }) => datatype !== "char"),
      inBytes: true,
      bars: [],
    },
  };
}

// ---- columns under dashes, as VizieR and astropy write them

function ruled(lines: readonly string[]): TextDialect | undefined {
  const at = lines.slice(0, 500).findIndex((line, i) =>
    i > 0 && /^ *(-+|=+)( +(-+|=+))+ *$/.test(line) && lines[i - 1].trim() !== ""
  );
  if (at < 0) return undefined;
  const starts = [...lines[at].matchAll(/[-=]+/g)].map(({ index }) => index);
  // a cell may be wider than its dashes, to the right
  const spans = starts.map((start, i) => [start, starts[i + 1] ?? Infinity] as const);
  const above = lines.slice(0, at).flatMap((line, i) =>
    line.trim() === "" || line.startsWith("#") || isRuler(line) ? [] : [i]
  ).slice(-2);
  const cells = (i: number) => spans.map(([from, to]) => lines[i].slice(from, to).trim());
  if (above.length === 0) return undefined;
  const rows = lines.slice(at + 1, at + 1 + SAMPLE).filter((line) => line.trim() !== "")
    .map((line) => spans.map(([from, to]) => line.slice(from, to).trim()));
  const units = above.length === 2 && isUnits(cells(above[1]), rows) ? cells(above[1]) : [];
  const names = cells(units.length > 0 ? above[0] : above.at(-1)!);
  const byName = new Map(
    describedColumns(lines.slice(0, at).map((text, at) => ({ at, text }))).map((column) =>
      [column.name, column] as const
    ),
  );
  return {
    kind: "text, cells under dashes",
    columns: names.map((name, i) => {
      const more = byName.get(name);
      return { ...more, name, unit: units[i] || more?.unit };
    }),
    header: at,
    first: at + 1,
    cells: {
      spans,
      nulls: names.map(() => undefined),
      isNumeric: names.map(() => false),
      inBytes: false,
      bars: starts.slice(1).map((start) => start - 1),
    },
    notes: [],
  };
}

// ---- cells between separators: CSV, TSV of VizieR, what TOPCAT, CSCview and CIAO write

const SEPARATORS = [",", ";", "\t", "|"] as const;

/** A line that is not blank, and its place. */
interface Line {
  readonly at: number;
  readonly text: string;
}

/** A line taken for the header, and how well the lines below agree with it. */
interface Header {
  /** Whether the rows begin with one cell more than the header has names. */
  readonly hasRowNames: boolean;
  readonly line: Line;
  /** Its text without the mark of a comment. */
  readonly text: string;
  readonly cells: Delimited;
  readonly score: number;
}

function delimited(lines: readonly string[]): TextDialect {
  const barred = lines.filter((line) => line.includes("|") && !line.startsWith("#"));
  const isBoxed = barred.length > 1 && barred.every((line) => /^\s*[|+].*[|+]\s*$/.test(line));
  const full = wholeLines(lines).filter(({ text }) =>
    text.trim() !== "" && !(isBoxed && isRuler(text))
  );
  const start = full.findIndex(({ text }) => !text.startsWith("#"));
  if (start < 0) throw malformed(NO_HEADER);
  const lead = full.slice(0, start);
  const body = full.slice(start).filter(({ text }) => !text.startsWith("#")).slice(0, SAMPLE);
  const forms: Delimited[] = isBoxed
    ? [{ separator: "|", boxed: true }]
    : SEPARATORS.map((separator) => ({ separator }));
  const found = forms.flatMap((cells) => headersOf(lead, body, cells));
  if (found.length === 0) found.push(...headersOf(lead, body, { separator: " " }));
  const [best] = found.sort((a, b) => b.score - a.score);
  const described = describedColumns(lead);
  const standing = best
    ? undefined
    : aligned(full.slice(start).filter(({ text }) => !NO_ROW.test(text)));
  if (standing) return standing;
  if (!best) {
    // the columns of a file without a header
    if (isData(cellsOf(body[0].text, { separator: " " }))) throw malformed(NO_HEADER);
    throw malformed(
      `its first line, "${body[0].text.slice(0, 60)}", is one cell; name the columns there, ` +
        "separated by comma, semicolon, tab or |",
    );
  }
  const { cells, line } = best;
  let names = cellsOf(best.text, cells).map((name) => unbytes(name.trim())), header = line.at;
  if (names.every((name) => /^'.*'$/.test(name))) {
    throw malformed(
      "its cells stand in apostrophes, which are letters of a cell; write double quotes for them (in " +
        'pandas read_csv(quotechar="\'") and to_csv()), or save the table as CSV',
    );
  }
  if (described.length === names.length && isData(names)) {
    names = described.map(({ name }) => name);
    header = lead.at(-1)!.at;
  } else if (names.filter(isValue).length * 2 >= names.length) throw malformed(NO_HEADER);
  if (best.hasRowNames) names = ["", ...names];
  const grouped = namesBelow(names, full, header, cells);
  if (grouped) ({ names, header } = grouped);
  const below = full.filter(({ at, text }) => at > header && !text.startsWith("#"));
  const notes = header === line.at && line.at > body[0].at && !line.text.startsWith("#")
    ? [`Lines before the header are passed over: "${body[0].text.trim().slice(0, 80)}".`]
    : [];
  const hashed = hashedUnits(full, header, below, cells, names.length);
  let units = hashed?.units ?? [], passed = 0;
  if (hashed) notes.push(`Line ${hashed.at + 1} holds units.`);
  for (const { text } of below.slice(0, 3)) {
    const row = cellsOf(text, cells);
    if (units.length === 0 && row.length === names.length) {
      const rows = below.slice(passed + 1, SAMPLE).map(({ text }) => cellsOf(text, cells));
      if (isUnits(row, rows)) {
        units = row.map(bareUnit);
        notes.push(`Line ${below[passed++].at + 1} holds units.`);
        continue;
      }
    }
    if (!isRuler(text) && !isTypes(row)) break;
    passed++;
  }
  const byName = new Map(described.map((column) => [column.name, column]));
  const columns = names.map((text, i): TableColumn => {
    const { name, unit, frame } = splitUnit(text), more = byName.get(text) ?? byName.get(name);
    const below = /^(-*|none|unitless)$/i.test(units[i] ?? "") ? undefined : units[i];
    // energies behind a name, whose unit is in a line of its own
    if (below && unit && /^[\d.]+\s*[-\u2013]\s*[\d.]+\s*keV$/i.test(unit)) {
      return { ...more, name: text.trim(), unit: below };
    }
    return { ...more, name, unit: unit ?? below ?? more?.unit, ...(frame && { frame }) };
  });
  const { separator } = cells;
  const sample = below.slice(passed, passed + SAMPLE).map(({ text }) => cellsOf(text, cells));
  const hasDecimalCommas = separator !== "," && haveDecimalCommas(sample);
  if (hasDecimalCommas) notes.push("Decimal commas are read as points.");
  const between = separator === "\t" ? "tabs" : separator === " " ? "blanks" : `"${separator}"`;
  return {
    kind: `text, cells separated by ${between}`,
    columns,
    header,
    cells: hasDecimalCommas ? { ...cells, hasDecimalCommas } : cells,
    notes,
    first: 1 + Math.max(header, hashed?.at ?? 0, below[passed - 1]?.at ?? 0),
  };
}

/** Cells under each other, parted by blanks alone, below a title or none. */
function aligned(body: readonly Line[]): TextDialect | undefined {
  for (let from = 0; from < Math.min(10, body.length - 1); from++) {
    const found = alignedColumns(body.slice(from).map(({ text }) => text));
    if (!found) continue;
    const { names, isIndexed, spans, bars } = found, behind = from + (isIndexed ? 2 : 1);
    const rows = body.slice(behind).map(({ text }) =>
      spans.map(([start, end]) => text.slice(start, end).trim())
    );
    if (rows.length === 0 || isData(names) || !rows.some(isData)) continue;
    const hasUnits = isUnits(rows[0], rows.slice(1));
    return {
      kind: "text, cells under each other",
      columns: names.map((text, i) => {
        const { name, unit, frame } = splitUnit(text), below = hasUnits ? bareUnit(rows[0][i]) : "";
        return { name, unit: unit ?? (below || undefined), ...(frame && { frame }) };
      }),
      header: body[from].at,
      first: body[behind + (hasUnits ? 1 : 0)]?.at ?? body.at(-1)!.at + 1,
      cells: {
        spans,
        nulls: names.map(() => undefined),
        isNumeric: names.map(() => false),
        inBytes: false,
        bars,
      },
      notes: from > 0
        ? [`Lines before the header are passed over: "${body[0].text.trim().slice(0, 80)}".`]
        : [],
    };
  }
}

/**
 * Names in the line below a header of groups, such as `src,src,xray` or `,Position,,X-ray`; those that
 * come twice have their group before them. Undefined where the header names columns itself.
 */
function namesBelow(
  groups: readonly string[],
  full: readonly Line[],
  header: number,
  cells: Delimited,
): { readonly names: string[]; readonly header: number } | undefined {
  const filled = groups.filter((name) => name !== "");
  if (new Set(filled).size === groups.length) return undefined;
  const [line, ...rest] = full.filter(({ at, text }) => at > header && !text.startsWith("#"))
    .slice(0, SAMPLE);
  const names = line === undefined ? [] : cellsOf(line.text, cells).map((name) => name.trim());
  const rows = rest.map(({ text }) => cellsOf(text, cells));
  const isNames = names.length === groups.length && !isData(names) && !isUnits(names, rows) &&
    names.filter((name) => name !== "").length > filled.length / 2 && rows.some(isData) &&
    rows[0]?.length === names.length &&
    (isData(rows[0]) || (isUnits(rows[0], rows.slice(1)) && isData(rows[1])));
  if (!isNames) return undefined;
  let group = "";
  return {
    header: line.at,
    names: names.map((name, i) => {
      group = groups[i] || group;
      if (name === "") return groups[i];
      return names.indexOf(name) === names.lastIndexOf(name) ? name : `${group} ${name}`.trim();
    }),
  };
}

/** Lines, those that go on within quotes joined; each has the place of its last. */
function wholeLines(lines: readonly string[]): Line[] {
  const isOpen = (text: string) => text.includes('"') && text.split('"').length % 2 === 0;
  const made: Line[] = [];
  for (let at = 0; at < lines.length; at++) {
    let text = lines[at], end = at;
    while (isOpen(text) && end < at + 20 && end + 1 < lines.length) text += `\n${lines[++end]}`;
    // a quote that stays open is none that a header needs
    if (isOpen(text)) made.push({ at, text: lines[at] });
    else made.push({ at: at = end, text });
  }
  return made;
}

/** Units of a comment beside the header, its first cell being their title or left out. */
function hashedUnits(
  full: readonly Line[],
  header: number,
  below: readonly Line[],
  cells: Delimited,
  n: number,
): { readonly units: readonly string[]; readonly at: number } | undefined {
  const rows = below.slice(0, SAMPLE).map(({ text }) => cellsOf(text, cells));
  const first = below[0]?.at ?? Infinity;
  const near = full.filter(({ at, text }) => text.startsWith("#") && at !== header && at < first);
  for (const { text, at } of near.slice(-50)) {
    const row = cellsOf(text.replace(/^#\s*/, ""), cells);
    const whole = row.length === n - 1 && cells.separator === " " ? ["", ...row] : row;
    if (whole.length !== n || !isUnits(whole, rows)) continue;
    return { at, units: whole.map((cell) => isUnit(cell) ? bareUnit(cell) : "") };
  }
}

function bareUnit(cell: string): string {
  return cell.trim().replace(/^[[(](.*)[\])]$/, "$1").trim();
}

/** Candidates for the header among comments and first lines, for one way to part cells. */
function headersOf(lead: readonly Line[], whole: readonly Line[], cells: Delimited): Header[] {
  const isBlank = cells.separator === " ";
  const titles = titlesAbove(whole.map(({ text }) => cellsOf(text, cells)));
  const body = whole.slice(titles), rows = body.map(({ text }) => cellsOf(text, cells));
  const agreement = (n: number, from: number) =>
    rows.length > from
      ? rows.slice(from).filter((row) => row.length === n).length / (rows.length - from)
      : 0;
  const score = (n: number, share: number) => 1000 * share + Math.min(n, 500);
  const least = isBlank ? 3 : 2;
  if (rows[0].length >= least && (isData(rows[0]) || isUnits(rows[0], rows.slice(1)))) {
    for (const line of lead.slice(-50).reverse()) {
      const text = line.text.replace(/^[#\s]+/, ""), n = cellsOf(text, cells).length;
      const share = agreement(n, 0);
      if (n !== rows[0].length || (isBlank && share < 1)) continue;
      const names = cellsOf(text, cells);
      if (isData(names) || isUnits(names, rows) || /^#\s*Column\b/i.test(line.text)) continue;
      return [{ line, text, cells, score: score(n, share), hasRowNames: false }];
    }
  }
  const of = (at: number, loss: number): Header[] => {
    const n = rows[at].length, line = body[at], below = rows.slice(at + 1);
    const hasRowNames = below.length > 0 && below.every((row) => row.length === n + 1) &&
      areRowNames(below.map(([first]) => first), below.map((row) => row.at(-1)!));
    const share = hasRowNames ? 1 : agreement(n, at + 1);
    const isTable = !isBlank || (share === 1 && rows.slice(at + 1).some(isData));
    if (n < least || !isTable) return [];
    return [{ line, text: line.text, cells, score: score(n, share) - loss, hasRowNames }];
  };
  const first = of(0, 0);
  // a title: lines above that agree with nothing, and below a line of names
  for (let at = 1; at < Math.min(10, rows.length - 1); at++) {
    const n = rows[at].length, isTitled = rows.slice(0, at).every((row) => row.length !== n);
    if (!isTitled || isData(rows[at]) || agreement(n, at + 1) < 0.5) continue;
    if (agreement(rows[0].length, 1) > 0.5) break;
    return [...first, ...of(at, 300)];
  }
  return first;
}

/** Rows of a spreadsheet above its header that hold nothing, or a title in one cell of many. */
function titlesAbove(rows: readonly (readonly string[])[]): number {
  const filled = (row: readonly string[]) => row.filter((cell) => cell.trim() !== "").length;
  const isTitle = (row: readonly string[]) => row.length > 2 && filled(row) < 2;
  const n = rows.slice(0, 10).findIndex((row) => !isTitle(row));
  const isHeader = n > 0 && rows[n].length === rows[0].length &&
    // or groups of columns, above their names
    (2 * filled(rows[n]) > rows[n].length || filled(rows[n + 1] ?? []) > filled(rows[n]));
  return isHeader ? n : 0;
}

/**
 * Whether the first cells of rows that have one more than their header are names of rows, as R writes
 * them: all differ, and the last cells are not empty, which only a last separator makes.
 */
function areRowNames(first: readonly string[], last: readonly string[]): boolean {
  return new Set(first).size === first.length && last.some((cell) => cell.trim() !== "");
}

function cellsOf(text: string, cells: Delimited): string[] {
  try {
    return splitCells(text, cells) ?? [text];
  } catch (error) {
    if (error instanceof QuoteError) return [text];
    throw error;
  }
}

const VALUE = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const SEXAGESIMAL = /^[+-]?\d{1,3}[:hd\u00b0 ]\s*\d{1,2}([:m' ]|$)/;

/** Whether a cell is a number or an angle, as no name of a column is. */
function isValue(cell: string): boolean {
  const text = cell.trim();
  return text.length < 60 && (VALUE.test(text) || SEXAGESIMAL.test(text));
}

function isData(row: readonly string[]): boolean {
  return row.some(isValue);
}

/** A line of dashes under the header, or between the rows of a drawn table. */
function isRuler(text: string): boolean {
  const signs = text.replace(/[\s,;|+:"]/g, "");
  return signs.length >= 3 && /^(-+|=+)$/.test(signs);
}

/** A line of types under the header, as in RDB tables: `10S 12N`, or `char double`. */
function isTypes(row: readonly string[]): boolean {
  const type =
    /^(\d*[SNM]|char|str(ing)?|text|object|varchar|bool(ean)?|u?int\d*|integer|long|short|float\d*|double|real)$/i;
  return row.length > 1 && row.every((cell) => type.test(cell.trim()));
}

const UNIT_WORDS = new Set(
  ("deg degree degrees arcmin arcsec mas uas rad radian hour hours hms dms h d day days yr year " +
    "years s sec second seconds min ms ks erg ergs w mw m cm mm um micron angstrom nm hz mhz ghz " +
    "ev kev mev mag mags ab vega dex log jy mjy ujy microjy ct cts count counts ph photon photons " +
    "pix pixel pixels km pc kpc mpc lsun msun rsun k kelvin g kg sr sigma percent h:m:s d:m:s " +
    "hh:mm:ss dd:mm:ss mjd jd").split(" "),
);

/** What stands in a line of units where a column has none: dashes, an equinox, a frame. */
const NO_UNIT =
  /^(-*|1|none|unitless|[[(]\s*[\])]|[[(]?\s*(icrs|fk[45])?[ ,]*([bj]?(1950|2000)(\.0)?)?\s*[\])]?)$/i;

/** A line of units under the header: no numbers where the rows have them, and a unit. */
function isUnits(row: readonly string[], rows: readonly (readonly string[])[]): boolean {
  if (row.some((cell) => isValue(cell) && cell.trim() !== "1")) return false;
  const same = rows.filter((cells) => cells.length === row.length);
  if (same.length === 0) return false;
  const isNumeric = row.map((_, i) => {
    const there = same.map((cells) => cells[i].trim()).filter((cell) => /\d/.test(cell));
    return there.length > 0 && there.filter(isValue).length * 2 > there.length;
  });
  const isNothing = (cell: string) => NO_UNIT.test(cell.trim());
  const known = row.filter((cell, i) => isNumeric[i] && isUnit(cell)).length;
  const strange = row.filter((cell, i) => isNumeric[i] && !isUnit(cell) && !isNothing(cell)).length;
  return known > 0 && known >= strange;
}

function isUnit(cell: string): boolean {
  const text = cell.trim().toLowerCase().replace(/^[[("]+|[\])"]+$/g, "");
  if (text.length > 60) return false;
  if (text === "%" || UNIT_WORDS.has(text)) return true;
  const words = text.split(/[^a-z%\u00b5\u03bc]+/).filter(Boolean)
    .map((word) => word.replace(/^[\u00b5\u03bc]/, "u"));
  return words.length > 0 && words.every((word) => UNIT_WORDS.has(word) || /^(e|x)$/.test(word));
}

/**
 * What lines of `#Column` say: name, format, words, unit and UCD, as VizieR (`[ucd=pos.eq.ra]`) and
 * CIAO (`["deg"]`, then `[pos.eq.ra]`) write them.
 */
function describedColumns(lead: readonly Line[]): TableColumn[] {
  return lead.flatMap(({ text }): TableColumn[] => {
    // SExtractor: `#   2 ALPHA_J2000   Right ascension   [deg]`
    const [, numbered, words, unitOf] =
      /^#\s*\d{1,4}\s+([A-Za-z]\S*)(?:\s+([^[]*))?(?:\[([^\]]*)\])?\s*$/.exec(text) ?? [];
    if (numbered) {
      return [{ name: numbered, description: words?.trim(), unit: unitOf?.trim() || undefined }];
    }
    const parts = /^#\s*Column\b(.*)$/i.exec(text)?.[1].split(/\t/).map((part) => part.trim());
    const name = parts?.[1];
    if (!parts || !name) return [];
    const bracketed = parts.slice(2).filter((part) => /^\[.*\]$/.test(part))
      .map((part) => part.slice(1, -1).trim());
    const quoted = bracketed.find((part) => /^".*"$/.test(part))?.slice(1, -1).trim();
    const plain = bracketed.find((part) => part !== "" && !part.startsWith('"'));
    const ucd = /\[ucd=([^\]]*)\]/.exec(text)?.[1] ??
      (plain && /^[a-z]+(\.|;)/i.test(plain) ? plain : undefined);
    const stated = quoted ?? (plain !== ucd && !plain?.startsWith("ucd=") ? plain : undefined);
    const unit = stated?.replace(/^unit\s*=\s*/i, "");
    return [{
      name,
      unit: unit || undefined,
      ucd: ucd || undefined,
      format: /^\(([A-Z]\d[\d.]*)\)$/.exec(parts[2] ?? "")?.[1],
      description: parts.slice(2).find((part) => part !== "" && !/^[[(]/.test(part))
        ?.replace(/\s*\[ucd=[^\]]*\]/, ""),
    }];
  });
}
