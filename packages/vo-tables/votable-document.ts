import type { CsvCell } from "./csv-line.ts";

/** One column of a product: what every format needs to describe it. */
export interface OutputColumn {
  readonly name: string;
  readonly type: "text" | "double" | "integer" | "boolean";
  /** VOUnits notation; "" for a pure number or text. */
  readonly unit: string;
  /** UCD1+; "" where none fits. */
  readonly ucd: string;
  readonly description: string;
}

/** What a whole product says about itself. */
export interface OutputMetadata {
  readonly title: string;
  readonly description: string;
  /** Whether the rows are simulated: every format says so. */
  readonly simulated: boolean;
  /** Where it comes from: short names to values, e.g. commit, seed, SHA-256 of inputs. */
  readonly provenance: Readonly<Record<string, string>>;
}

const VOTABLE_TYPE = {
  text: 'datatype="unicodeChar" arraysize="*"',
  double: 'datatype="double"',
  integer: 'datatype="int"',
  boolean: 'datatype="boolean"',
};

/** The part of a VOTable 1.4 document before its data: description, provenance, fields. */
export function votableHead(columns: readonly OutputColumn[], metadata: OutputMetadata): string {
  const infos = { simulated: String(metadata.simulated), ...metadata.provenance };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">',
    '<RESOURCE type="results">',
    `<DESCRIPTION>${escapeXml(metadata.description)}</DESCRIPTION>`,
    ...Object.entries(infos).map(([name, value]) =>
      `<INFO name="${escapeXml(name)}" value="${escapeXml(value)}"/>`
    ),
    '<COOSYS ID="icrs" system="ICRS"/>',
    `<TABLE name="${escapeXml(metadata.title)}">`,
    ...columns.map(field),
  ].join("\n") + "\n";
}

/** The part after the data. */
export const VOTABLE_TAIL = "</TABLE>\n</RESOURCE>\n</VOTABLE>\n";

function field({ name, type, unit, ucd, description }: OutputColumn): string {
  const attributes = [
    `name="${escapeXml(name)}"`,
    VOTABLE_TYPE[type],
    unit && `unit="${escapeXml(unit)}"`,
    ucd && `ucd="${escapeXml(ucd)}"`,
    ucd.startsWith("pos.eq.") && 'ref="icrs"',
  ].filter(Boolean);
  return `<FIELD ${attributes.join(" ")}>` +
    `<DESCRIPTION>${escapeXml(description)}</DESCRIPTION></FIELD>`;
}

/** One row for a TABLEDATA element; null and NaN are empty. */
export function votableRow(cells: readonly CsvCell[]): string {
  const texts = cells.map((cell) =>
    `<TD>${cell === null || Number.isNaN(cell) ? "" : escapeXml(String(cell))}</TD>`
  );
  return `<TR>${texts.join("")}</TR>\n`;
}

/** Text as XML character data or attribute; characters that XML forbids become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    // deno-lint-ignore no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
