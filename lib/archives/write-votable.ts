import pl, { type DataFrame, type Series } from "nodejs-polars";
import type { ColumnInfo } from "../tables/archive-table.ts";

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
  // a long as text, for as a number it would lose digits
  const cells = series.map((one) =>
    (datatypeOf(one) === "long" ? one.cast(pl.Utf8) : one).toArray() as unknown[]
  );
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

function datatypeOf(series: Series): string {
  const type = String(series.dtype);
  if (/Float/.test(type)) return "double";
  if (/Int/.test(type)) return "long";
  if (/Bool/.test(type)) return "boolean";
  return /[^\0-\x7f]/.test(series.toArray().join("")) ? "unicodeChar" : "char";
}

function field(series: Series, info?: Partial<ColumnInfo>): string {
  const datatype = datatypeOf(series);
  const arraysize = /char/i.test(datatype) ? "*" : undefined;
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
  return cell === Infinity ? "+Inf" : cell === -Infinity ? "-Inf" : String(cell);
}

function escape(text: string): string {
  // deno-lint-ignore no-control-regex -- XML has no way to write these
  const legal = text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, " ");
  return legal.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}
