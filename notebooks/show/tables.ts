import { superscript, unitWords } from "#lib/tables/feature-words.ts";
import {
  type Displayable,
  displayable,
  escapeHtml,
  isSimulatedRun,
  STYLE_ELEMENT,
} from "./display.ts";

/**
 * A table to end a cell with: a polars frame, a danfojs frame or an array of records, with a
 * caption, units and numbers of one form down a column. Missing values (null, NaN) are dashes.
 *
 * @throws TypeError when `table` is none of these.
 */
export function show(table: TableLike, options: TableOptions = {}): Displayable {
  const { nRows, columns } = tableRows(table, 0);
  const { caption = isSimulatedRun() ? "Table" : undefined } = options;
  const isSaid = !isSimulatedRun() || caption?.includes("SIMULATED");
  const said = isSaid ? caption : `SIMULATED: ${caption}`;
  const counted = `${nRows} ${nRows === 1 ? "row" : "rows"} x ${columns.length} columns`;
  const plain = `${said ?? "table"} (${counted})`;
  return displayable({
    "text/html": STYLE_ELEMENT + tableHtml(table, { ...options, caption: said }),
    "text/plain": plain,
  });
}

/**
 * From here on a frame that ends a cell looks as {@link show} shows it: Deno's kernel itself writes
 * every digit of every number, "null" and NaN. Where the kernel has no such place, or there is no
 * kernel, nothing changes.
 */
export function showFrames(): void {
  const inside = Deno as unknown as { internal: symbol } & Record<symbol, KernelInside | undefined>;
  const jupyter = inside[inside.internal]?.jupyter;
  if (!jupyter?.broadcastResult || jupyter.showsFrames) return;
  const plain = jupyter.broadcastResult;
  jupyter.showsFrames = true;
  jupyter.broadcastResult = (count, value) =>
    plain(count, isFrame(value) ? show(value as TableLike) : value);
}

/** The part of Deno's kernel that shows the last value of a cell. */
interface KernelInside {
  readonly jupyter?: {
    broadcastResult?: (count: number, value: unknown) => Promise<void>;
    showsFrames?: boolean;
  };
}

function isFrame(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return isPolars(value as PolarsLike) || isDanfo(value as DanfoLike);
}

/** How a table is shown. Keys of the records are column names. */
interface TableOptions {
  /** What the table shows; plain text. */
  readonly caption?: string;
  /** The columns to show, in this order; all of them by default. */
  readonly columns?: readonly string[];
  /** Headings that differ from the column's name. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Units, shown below the heading. */
  readonly units?: Readonly<Record<string, string>>;
  /** Text of a cell (plain text, it is escaped); missing values are shown as a dash before this. */
  readonly format?: Readonly<Record<string, (value: never, row: Row) => string>>;
  /** Decimals: one number for all columns of fractions, or by column. */
  readonly digits?: number | Readonly<Record<string, number>>;
  /** Rows to show at most; 30 by default. */
  readonly limit?: number;
  /** A line below the table; plain text. */
  readonly note?: string;
}

/**
 * A table as HTML: numbers to the right, units below headings, all values escaped; a row is headed
 * by its first cell.
 */
export function tableHtml(table: TableLike, options: TableOptions = {}): string {
  const { columns: all, rows, nRows } = tableRows(table, options.limit ?? 30);
  const columns = (options.columns ?? all).map((name) => column(name, rows, options));
  const head = columns.map(({ heading, side }) => `<th scope="col"${side}>${heading}</th>`);
  const isHeaded = columns.length > 1;
  const body = rows.map((row) =>
    `<tr>${columns.map(({ cell }, i) => cell(row, isHeaded && i === 0)).join("")}</tr>`
  );
  const caption = options.caption ? escapeHtml(options.caption) : "";
  const hidden = nRows - rows.length;
  const left = nRows === 0 ? "None" : hidden > 0 && `${hidden} more rows not shown`;
  const notes = [options.note, left].filter(Boolean);
  const note = notes.length ? `<p class="csc-note">${escapeHtml(notes.join(". "))}</p>` : "";
  return tableFrame(caption, head, body) + note;
}

/**
 * A table that scrolls sideways where it is too wide, below a caption that does not.
 *
 * @param caption Escaped text, or "".
 * @param head Escaped heading cells.
 * @param body Escaped rows.
 */
export function tableFrame(
  caption: string,
  head: readonly string[],
  body: readonly string[],
): string {
  const above = caption ? `<p class="csc-caption">${caption}</p>` : "";
  const label = caption ? ` aria-label="${caption}"` : "";
  return `${above}<div class="csc-scroll"><table class="csc"${label}><thead><tr>` +
    `${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

function column(name: string, rows: readonly Row[], options: TableOptions) {
  const values = rows.map((row) => row[name]);
  const numeric = values.some(looksNumeric) &&
    values.every((value) => looksNumeric(value) || isMissing(value));
  const side = numeric ? ' class="n"' : "";
  const custom = options.format?.[name] as ((value: unknown, row: Row) => string) | undefined;
  const asNumber = numberFormat(values, decimals(values, name, options.digits));
  const unit = options.units?.[name];
  const heading = escapeHtml(options.labels?.[name] ?? name) +
    (unit ? `<span class="u">${escapeHtml(unitWords(unit))}</span>` : "");
  const cell = (row: Row, isHead: boolean) => {
    const value = row[name], [open, end] = isHead ? ['th scope="row"', "th"] : ["td", "td"];
    if (isMissing(value)) return `<${open}${side}><span class="m">${MISSING}</span></${end}>`;
    const said = custom ? custom(value, row) : isNumber(value) ? asNumber(value) : plain(value);
    const text = said.replaceAll(/(^|[\s([])-(?=\d)/g, "$1−");
    const wide = text.length > 120 ? ' class="csc-text csc-long"' : ' class="csc-text"';
    return `<${open}${side || (text.length > 40 ? wide : "")}>${escapeHtml(text)}</${end}>`;
  };
  return { heading, side, cell };
}

function decimals(values: readonly unknown[], name: string, digits: TableOptions["digits"]) {
  if (typeof digits !== "number") return digits?.[name];
  return values.every((value) => typeof value !== "number" || Number.isInteger(value))
    ? undefined
    : digits;
}

// a number, or a text such as "22.1 ± 0.4", "+1.3" or "95 %"
function looksNumeric(value: unknown): boolean {
  return isNumber(value) ||
    typeof value === "string" && /^[-+−]?\d[\d.,\u202f]*( ?± ?[\d.]+)?( ?[%σ])?$/.test(value);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" && !Number.isNaN(value) || typeof value === "bigint";
}

function plain(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "no";
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00.000Z$/, "");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** One row: column name to cell. */
type Row = Readonly<Record<string, unknown>>;

/** A polars frame, by what is used of it (importing polars here would load it everywhere). */
interface PolarsLike {
  readonly columns: string[];
  readonly height: number;
  head(rows: number): { toRecords(): Row[] };
}

/** A danfojs frame, by what is used of it. */
interface DanfoLike {
  readonly columns: string[];
  readonly values: unknown[][] | unknown[];
  readonly index?: readonly (string | number)[];
}

/** Anything that {@link show} shows. */
export type TableLike = PolarsLike | DanfoLike | readonly object[];

/** The first rows of a table of any kind, and how many it has. */
interface TableRows {
  readonly columns: readonly string[];
  /** At most `limit` rows. */
  readonly rows: readonly Row[];
  readonly nRows: number;
}

/**
 * The head of a table: polars frame, danfojs frame or array of records.
 *
 * @throws TypeError when it is none of these, or a column hides a member of a polars frame.
 */
function tableRows(table: TableLike, limit: number): TableRows {
  if (Array.isArray(table)) {
    const records = table as readonly Row[];
    const columns = [...new Set(records.flatMap((row) => Object.keys(row)))];
    return { columns, rows: records.slice(0, limit), nRows: records.length };
  }
  const hidden = hiddenMember(table);
  if (hidden) {
    throw new TypeError(
      `a column of the frame is called "${hidden}", and polars gives it for frame.${hidden}; ` +
        `rename it: frame.rename({ ${hidden}: "..." })`,
    );
  }
  const frame = table as PolarsLike | DanfoLike;
  if (isPolars(frame)) {
    const { columns, height } = frame;
    return { columns, rows: frame.head(limit).toRecords(), nRows: height };
  }
  if (isDanfo(frame)) {
    const { columns, values, index = [] } = frame;
    // an index of words says what the rows are, one of numbers only counts them
    const isNamed = index.some((label) => typeof label === "string");
    const rows = values.slice(0, limit).map((cells, row) =>
      Object.fromEntries([
        ...(isNamed ? [["", index[row]]] : []),
        ...[cells].flat().map((cell, i) => [columns[i], cell]),
      ])
    );
    return { columns: isNamed ? ["", ...columns] : columns, rows, nRows: values.length };
  }
  throw new TypeError(
    `show got ${typeof table}; give a polars or danfojs frame or an array of records`,
  );
}

/** The member of a polars frame that a column of that name is given for; undefined if there is none. */
function hiddenMember(table: TableLike): string | undefined {
  const names = ["columns", "height", "head"] as const;
  const { columns, height, head } = (table ?? {}) as Partial<Record<typeof names[number], unknown>>;
  // in its place there is the column, a series that knows its name
  const isSeries = (member: unknown, name: string) =>
    typeof member === "object" && (member as { name?: unknown } | null)?.name === name;
  return names.find((name) => isSeries({ columns, height, head }[name], name));
}

// a polars frame is a proxy that answers to its members but does not list them, so `in` fails
function isPolars(frame: PolarsLike | DanfoLike | undefined): frame is PolarsLike {
  const { height, head } = (frame ?? {}) as Partial<PolarsLike>;
  return typeof height === "number" && typeof head === "function";
}

function isDanfo(frame: PolarsLike | DanfoLike | undefined): frame is DanfoLike {
  const { values, columns } = (frame ?? {}) as Partial<DanfoLike>;
  return Array.isArray(values) && Array.isArray(columns);
}

/** Shown in place of a missing value. */
const MISSING = "–";

/** Whether a cell holds no value: null, undefined or NaN. */
export function isMissing(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

/**
 * A formatter for the numbers of one column: the same number of decimals in each row, four
 * significant digits of the largest by default; very large and very small numbers as powers of ten.
 *
 * @param values The column; missing values and texts are passed over.
 * @param decimals Digits after the point, if you know better.
 */
export function numberFormat(
  values: readonly unknown[],
  decimals?: number,
): (value: number | bigint) => string {
  const numbers = values.filter((value): value is number =>
    typeof value === "number" && Number.isFinite(value)
  );
  if (decimals === undefined && numbers.every(Number.isInteger)) return groupDigits;
  const sizes = numbers.map(Math.abs).filter((size) => size > 0);
  const largest = Math.max(...sizes, 0), least = Math.min(...sizes, Infinity);
  if (decimals === undefined && (largest >= 1e7 || least < 1e-4)) return powerOfTen;
  const digits = decimals ?? Math.min(5, Math.max(0, 3 - Math.floor(Math.log10(largest || 1))));
  return (value) => groupDigits(Number(value).toFixed(digits).replace(/^-(?=[0.]+$)/, ""));
}

/** 269366 as 269 366 with narrow spaces; four digits stay together. A minus is a real minus. */
export function groupDigits(value: number | bigint | string): string {
  const [whole, fraction] = String(value).replace("-", "\u2212").split(".");
  const grouped = whole.replace(/\D/g, "").length < 5
    ? whole
    : whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** 1.23e-14 as 1.23 × 10⁻¹⁴. */
function powerOfTen(value: number | bigint): string {
  const number = Number(value);
  if (number === 0 || !Number.isFinite(number)) return String(number);
  const size = Math.abs(number);
  if (size >= 1e-3 && size < 1e5) {
    const digits = Number.isInteger(number) ? 0 : Math.max(0, 3 - Math.floor(Math.log10(size)));
    return groupDigits(number.toFixed(digits));
  }
  const [mantissa, exponent] = number.toExponential(2).split("e");
  return `${groupDigits(mantissa)}\u00a0×\u00a010${superscript(Number(exponent))}`;
}
