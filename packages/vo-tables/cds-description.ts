import type { ColumnInfo } from "./votable-column.ts";
import { TableError } from "./table-error.ts";

/** One column by the byte-by-byte description of a CDS ReadMe. */
export interface CdsColumn extends ColumnInfo {
  /** First and last byte of the cell in its line, counted from 1. */
  readonly bytes: readonly [first: number, last: number];
  /** As the description gives it, such as `F9.5`. */
  readonly format: string;
  /** Text of a missing value where the description gives one; `-` is any run of hyphens. */
  readonly null?: string;
  /** Whether a cell may be blank. */
  readonly optional: boolean;
  /** Least and greatest value as the description gives them, rounded as it does. */
  readonly range?: readonly [least: number, greatest: number];
}

/** What a ReadMe says about one file. */
interface CdsDescription {
  readonly columns: readonly CdsColumn[];
  /** Length of a line and number of lines, where the file summary has them. */
  readonly lineBytes?: number;
  readonly rows?: number;
}

/** A line that ends a part of a ReadMe. */
export const CDS_RULE = /^\s*-{20,}\s*$/;
const HEADING = /^\s*Byte-by-byte Description of file(?:\s*\(.*\))?\s*:\s*(.+?)\s*$/i;
/** ` 1- 21  A21  ---  Name  explanation`, or one byte alone. */
const ENTRY = /^\s*(?:(\d+)\s*-\s*)?(\d+)\s+([AILFED]\d*(?:\.\d+)?)\s+(\S+)\s+(\S+)(?:\s+(.*))?$/;
/** `[least/greatest]`, open ends by turned brackets; `?`, `?=null`; the sign of an order. */
const VALUE_RANGE = /^[[\]]([^\s[\]/]*)\/?([^\s[\]/]*)[[\]]\s*/;
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

/**
 * The byte-by-byte description of one file as its ReadMe has it, to be put before the file's lines:
 * together they are a machine-readable table. Undefined where the ReadMe describes no such file.
 */
export function cdsHeader(readMe: string, file: string): string | undefined {
  const lines = readMe.split(/\r?\n/);
  const at = lines.findIndex((line) =>
    HEADING.exec(line)?.[1].split(/[\s,]+/).some((name) => isNamed(name, file))
  );
  if (at < 0) return undefined;
  const rules = lines.flatMap((line, i) => i > at && CDS_RULE.test(line) ? [i] : []);
  const described = lines.slice(at + 1, (rules[2] ?? lines.length - 1) + 1);
  return [`Byte-by-byte Description of file: ${file}`, ...described].join("\n") + "\n";
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
    if (CDS_RULE.test(line) && ++rules === 3) break;
    if (rules < 2 || CDS_RULE.test(line)) continue;
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
  for (let limits = VALUE_RANGE.exec(text); limits; limits = VALUE_RANGE.exec(text)) {
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
    format,
    bytes: [Number(first || last), Number(last)],
    optional: missing !== null,
    ...(missing?.[1] && { null: missing[1] }),
    ...(isNumeric && { range }),
  };
}

/** A number as Fortran writes it, in a spelling of today: D for E, or no letter before the sign. */
export function fortranNumber(text: string): string {
  return text.replace(/[dD]/, "e").replace(/(\d)([+-]\d+)$/, "$1e$2");
}
