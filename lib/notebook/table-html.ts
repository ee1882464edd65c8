import { escapeHtml } from "./escape-html.ts";
import { isMissing, MISSING, numberFormat } from "./format-cell.ts";
import type { Row, TableLike } from "./table-rows.ts";
import { tableRows } from "./table-rows.ts";

/** How a table is shown. Keys of the records are column names. */
export interface TableOptions {
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

/** A table as HTML: numbers to the right, units below headings, all values escaped. */
export function tableHtml(table: TableLike, options: TableOptions = {}): string {
  const { columns: all, rows, nRows } = tableRows(table, options.limit ?? 30);
  const columns = (options.columns ?? all).map((name) => column(name, rows, options));
  const head = columns.map(({ heading, side }) => `<th scope="col"${side}>${heading}</th>`);
  const body = rows.map((row) => `<tr>${columns.map(({ cell }) => cell(row)).join("")}</tr>`);
  const caption = options.caption ? escapeHtml(options.caption) : "";
  const hidden = nRows - rows.length;
  const notes = [options.note, hidden > 0 && `${hidden} more rows not shown`].filter(Boolean);
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
    (unit ? `<span class="u">${escapeHtml(unit)}</span>` : "");
  const cell = (row: Row) => {
    const value = row[name];
    if (isMissing(value)) return `<td${side}><span class="m">${MISSING}</span></td>`;
    const text = custom ? custom(value, row) : isNumber(value) ? asNumber(value) : plain(value);
    return `<td${side || (text.length > 40 ? ' class="csc-text"' : "")}>${escapeHtml(text)}</td>`;
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
