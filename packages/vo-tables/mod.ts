/**
 * Tables of the Virtual Observatory: VOTable in and out, FITS binary tables, fixed-width tables of
 * the CDS, CSV of TAP services, Arrow files, sexagesimal positions.
 */
export { type ArchiveTable, readVotable, repeatedKeys } from "./archive-table.ts";
export { openArrowFile } from "./arrow-file.ts";
export { csvLine } from "./csv-line.ts";
export { parseDec, parseRa } from "./sexagesimal.ts";
export { TableError } from "./table-error.ts";
export { escapeXml, type OutputColumn, type OutputMetadata } from "./votable-document.ts";
export { polarsPath } from "./polars-path.ts";
export { readCds } from "./read-cds.ts";
export { readCsv } from "./read-csv.ts";
export { readFitsTable } from "./read-fits.ts";
