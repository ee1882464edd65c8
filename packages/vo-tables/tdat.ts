import type { TableColumn } from "./open-table.ts";
import { malformed } from "./table-error.ts";

/** What the header of a TDAT file says. */
interface TdatHeader {
  readonly columns: readonly TableColumn[];
  readonly separator: "|" | "," | "\t" | ";";
  /** Line that begins the rows, from 0. */
  readonly data: number;
}

/** `field[ra] = float8:.4f_degree [pos.eq.ra] (index) // Right Ascension` */
const FIELD =
  /^field\[([^\]]+)\]\s*=\s*([a-z]+)\d*(?::[^_\s]*)?(?:_(\S+))?\s*(?:\[([^\]]*)\])?\s*(?:\([^)]*\))?\s*(?:\/\/\s*(.*))?$/i;
const TYPES: Readonly<Record<string, TableColumn["type"] | undefined>> = {
  char: "text",
  int: "integer",
  float: "number",
};

/**
 * The header of a file in HEASARC's Transportable Database Aggregate Table format
 * (https://heasarc.gsfc.nasa.gov/docs/software/dbdocs/tdat.html).
 *
 * @throws TableError where it does not say which columns a row has, or rows take several lines.
 */
export function tdatHeader(lines: readonly string[]): TdatHeader {
  const data = lines.findIndex((line) => /^\s*<DATA>/i.test(line));
  const head = lines.slice(0, data < 0 ? undefined : data);
  const [, order = ""] = head.map((line) => /^line\[1\]\s*=\s*(.+)$/i.exec(line.trim()))
    .find(Boolean) ?? [];
  if (data < 0 || order === "") {
    throw malformed("its TDAT header does not say which columns a row has (line[1] = name ra dec)");
  }
  if (head.some((line) => /^line\[2\]/i.test(line.trim()))) {
    throw malformed("its TDAT rows take several lines each; save the table as CSV");
  }
  const described = new Map<string, TableColumn>();
  for (const line of head) {
    const [, name, type, unit, ucd, description] = FIELD.exec(line.trim()) ?? [];
    if (name === undefined) continue;
    described.set(name, { name, type: TYPES[type.toLowerCase()], unit, ucd, description });
  }
  const [, mark = "|"] =
    head.map((line) => /^field_delimiter\s*=\s*"?(\\t|[^"\s])"?/i.exec(line.trim())).find(
      Boolean,
    ) ?? [];
  const separator = mark === "\\t" ? "\t" : mark;
  if (separator !== "|" && separator !== "," && separator !== "\t" && separator !== ";") {
    throw malformed(`its TDAT cells are parted by "${mark}"; save the table as CSV`);
  }
  return {
    columns: order.trim().split(/\s+/).map((name) => described.get(name) ?? { name }),
    separator,
    data,
  };
}
