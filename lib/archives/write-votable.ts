import type { DataFrame } from "nodejs-polars";
import type { ColumnInfo } from "./archive-table.ts";

/**
 * A frame as a VOTable 1.4 in TABLEDATA form. Float columns become double, integers long, booleans
 * boolean, all else text. A missing value is an empty cell, read back as null.
 *
 * @param columns Unit, UCD and description of columns, found by name; others go without.
 */
export function writeVotable(
  frame: DataFrame,
  columns: readonly (Partial<ColumnInfo> & { readonly name: string })[] = [],
): string {
  const series = frame.getColumns();
  const fields = series.map((one) => field(one, columns.find(({ name }) => name === one.name)));
  const cells = series.map((one) => one.toArray() as unknown[]);
  const rows = Array.from({ length: frame.height }, (_, row) => {
    const line = cells.map((column) => `<TD>${escape(cellText(column[row]))}</TD>`);
    return `<TR>${line.join("")}</TR>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">',
    '<RESOURCE type="results"><INFO name="QUERY_STATUS" value="OK"/><TABLE>',
    ...fields,
    "<DATA><TABLEDATA>",
    ...rows,
    "</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>",
  ].join("\n") + "\n";
}

function field(
  series: { readonly name: string; readonly dtype: unknown },
  info?: Partial<ColumnInfo>,
): string {
  const type = String(series.dtype);
  const datatype = /Float/.test(type)
    ? "double"
    : /Int/.test(type)
    ? "long"
    : /Bool/.test(type)
    ? "boolean"
    : "char";
  const arraysize = datatype === "char" ? "*" : undefined;
  const attributes = { name: series.name, datatype, arraysize, unit: info?.unit, ucd: info?.ucd };
  const text = Object.entries(attributes)
    .filter(([, value]) => value)
    .map(([name, value]) => ` ${name}="${escape(value!)}"`)
    .join("");
  const words = info?.description;
  return words
    ? `<FIELD${text}><DESCRIPTION>${escape(words)}</DESCRIPTION></FIELD>`
    : `<FIELD${text}/>`;
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return "";
  return cell === Infinity ? "+InF" : cell === -Infinity ? "-InF" : String(cell);
}

function escape(text: string): string {
  // deno-lint-ignore no-control-regex -- XML has no way to write these
  const legal = text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, " ");
  return legal.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}
