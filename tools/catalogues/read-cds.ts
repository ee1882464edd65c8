import {
  type ArchiveTable,
  type ColumnInfo,
  TableBuilder,
  TableError,
} from "#lib/tables/archive-table.ts";

/** One column by the byte-by-byte description of a CDS ReadMe. */
export interface CdsColumn extends ColumnInfo {
  /** First and last byte of the cell in its line, counted from 1. */
  readonly bytes: readonly [first: number, last: number];
  /** Text of a missing value where the description gives one; `-` is any run of hyphens. */
  readonly null?: string;
  /** Whether a cell may be blank. */
  readonly optional: boolean;
  /** Least and greatest value as the description gives them, rounded as it does. */
  readonly range?: readonly [least: number, greatest: number];
}

/** What a ReadMe says about one file. */
export interface CdsDescription {
  readonly columns: readonly CdsColumn[];
  /** Length of a line and number of lines, where the file summary has them. */
  readonly lineBytes?: number;
  readonly rows?: number;
}

const RULE = /^\s*-{20,}\s*$/;
const HEADING = /^\s*Byte-by-byte Description of file(?:\s*\(.*\))?\s*:\s*(.+?)\s*$/i;
/** ` 1- 21  A21  ---  Name  explanation`, or one byte alone. */
const ENTRY = /^\s*(?:(\d+)\s*-\s*)?(\d+)\s+([AILFED]\d*(?:\.\d+)?)\s+(\S+)\s+(\S+)(?:\s+(.*))?$/;
/** `[least/greatest]`, open ends by turned brackets; `?`, `?=null`; the sign of an order. */
const LIMITS = /^[[\]]([^\s[\]/]*)\/?([^\s[\]/]*)[[\]]\s*/;
const MISSING = /^\?(?:=(\S*))?(?:[-+]=?(?=\s|$))?\s*/;

/**
 * What a ReadMe of the CDS (https://vizier.cds.unistra.fr/doc/catstd.htx) says about one of its
 * files. A description may be of several files, by name or with `*` and `?` in it.
 *
 * @throws TableError when the ReadMe has no such file or its description is none.
 */
export function describeCds(readMe: string, file: string): CdsDescription {
  const lines = readMe.split(/\r?\n/), described: string[] = [];
  for (const [at, line] of lines.entries()) {
    const names = HEADING.exec(line)?.[1].split(/[\s,]+/);
    if (!names) continue;
    described.push(...names);
    if (!names.some((name) => isNamed(name, file))) continue;
    return { ...summary(lines, file), columns: parseColumns(lines.slice(at + 1), file) };
  }
  throw new TableError(
    "format",
    `the ReadMe has no byte-by-byte description of ${file}; it describes ` +
      (described.join(", ") || "no file"),
  );
}

function isNamed(pattern: string, file: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const expression = escaped.replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${expression}$`).test(file);
}

/** Length of line and number of lines of a file in `File Summary`. */
function summary(lines: readonly string[], file: string): { lineBytes?: number; rows?: number } {
  const start = lines.findIndex((line) => /^\s*File Summary/i.test(line));
  for (const line of start < 0 ? [] : lines.slice(start)) {
    const [, name, lineBytes, rows] = /^\s*(\S+)\s+(\d+)\s+(\d+)\s/.exec(line) ?? [];
    if (name && isNamed(name, file)) return { lineBytes: Number(lineBytes), rows: Number(rows) };
  }
  return {};
}

/** The third rule, or whatever else is no entry and no continuation, ends a description. */
function parseColumns(lines: readonly string[], file: string): CdsColumn[] {
  const entries: string[][] = [];
  let rules = 0;
  for (const line of lines) {
    if (RULE.test(line) && ++rules === 3) break;
    if (rules < 2 || RULE.test(line)) continue;
    if (HEADING.test(line)) break;
    const entry = ENTRY.exec(line);
    if (entry) entries.push(entry.slice(1).map((part) => part ?? ""));
    else if (entries.length > 0 && /^\s/.test(line)) entries.at(-1)![5] += ` ${line.trim()}`;
    else if (line.trim() !== "") {
      throw new TableError("format", `the ReadMe's description of ${file} has "${line.trim()}"`);
    }
  }
  if (entries.length === 0) {
    throw new TableError("format", `the ReadMe's description of ${file} has no columns`);
  }
  return entries.map(toColumn);
}

function toColumn([first, last, format, unit, name, words]: readonly string[]): CdsColumn {
  let text = words.trim(), range: CdsColumn["range"];
  for (let limits = LIMITS.exec(text); limits; limits = LIMITS.exec(text)) {
    const [whole, least, greatest] = limits;
    if (least !== "" || greatest !== "") {
      range = [
        least === "" ? -Infinity : Number(least),
        greatest === "" ? Infinity : Number(greatest),
      ];
    }
    text = text.slice(whole.length);
  }
  const missing = MISSING.exec(text);
  if (missing) text = text.slice(missing[0].length);
  const isText = format.startsWith("A"), isNumeric = range && !range.some(Number.isNaN);
  return {
    name,
    datatype: isText ? "char" : format.startsWith("I") ? "int" : "double",
    ...(isText && { arraysize: "*" }),
    ...(unit !== "---" && unit !== "--" && { unit }),
    description: text,
    bytes: [Number(first || last), Number(last)],
    optional: missing !== null,
    ...(missing?.[1] && { null: missing[1] }),
    ...(isNumeric && { range }),
  };
}

/**
 * Reads a fixed-width file by the ReadMe that describes it, as astropy's `ascii.cds` does. A cell
 * of nothing but blanks is missing, whether the description allows for it or not, and so is the
 * text that the description gives for it.
 *
 * @throws TableError naming line and column of what is no number; for a line that is too long or
 * breaks off, and for another number of lines than the file summary states.
 */
export function readCds(content: Uint8Array, readMe: string, file: string): ArchiveTable {
  const { columns, lineBytes, rows } = describeCds(readMe, file);
  const builder = new TableBuilder(columns);
  const lastByte = Math.max(...columns.map(({ bytes }) => bytes[1]));
  const decoder = new TextDecoder();
  for (let start = 0, number = 1; start < content.length; number++) {
    const at = content.indexOf(10, start), next = at < 0 ? content.length : at + 1;
    let end = at < 0 ? content.length : at;
    if (content[end - 1] === 13) end--;
    const line = content.subarray(start, end);
    start = next;
    if (line.length === 0 && start >= content.length) break;
    // blanks at the end may have been trimmed: what must not be missing tells
    if (line.length > Math.max(lastByte, lineBytes ?? 0)) {
      throw new TableError(
        "format",
        `line ${number} of ${file} has ${line.length} bytes, expected ${lineBytes ?? lastByte}`,
      );
    }
    builder.add(columns.map((column) => {
      const text = decoder.decode(line.subarray(column.bytes[0] - 1, column.bytes[1])).trim();
      return toCell(text, column, () => `line ${number} of ${file}`);
    }));
  }
  if (rows !== undefined && builder.rows !== rows) {
    throw new TableError("format", `${file} has ${builder.rows} lines, its ReadMe says ${rows}`);
  }
  return builder.finish();
}

function toCell(text: string, column: CdsColumn, where: () => string): number | string | undefined {
  if (text === "" || text === column.null) return undefined;
  if (column.null === "-" && /^-+$/.test(text)) return undefined;
  if (column.datatype === "char") return text;
  // Fortran writes D, or leaves out the letter before a signed exponent
  const value = Number(text.replace(/[dD]/, "e").replace(/(\d)([+-]\d+)$/, "$1e$2"));
  const isNull = column.null !== undefined && column.null !== "" && value === Number(column.null);
  if (isNull || /^nan$/i.test(text)) return undefined;
  if (Number.isNaN(value)) {
    throw new TableError(
      "format",
      `${where()}: ${column.name} (bytes ${column.bytes.join("-")}) has "${text}", expected a ` +
        "number; is it the file that the ReadMe describes?",
    );
  }
  return value;
}
