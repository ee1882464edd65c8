/**
 * Tables of the Virtual Observatory: VOTable in and out, FITS binary tables, fixed-width tables of
 * the CDS, CSV of TAP services, Arrow files, sexagesimal positions.
 */
export { type ArchiveTable, readVotable, repeatedKeys } from "./archive-table.ts";
export {
  type ArrowBatches,
  nullableDoubles,
  nullableFlags,
  nullableTexts,
  openArrowFile,
  valuesOf,
  writeArrowFile,
} from "./arrow-file.ts";
export { type CsvCell, csvLine, printed, restored } from "./csv-line.ts";
export { parseDec, parseRa } from "./sexagesimal.ts";
export { printable, TableError } from "./table-error.ts";
export {
  escapeXml,
  type OutputColumn,
  type OutputMetadata,
  VOTABLE_TAIL,
  votableHead,
} from "./votable-document.ts";
export { polarsPath } from "./polars-path.ts";
export { readCds } from "./read-cds.ts";
export { readCsv } from "./read-csv.ts";
export { readFitsTable } from "./read-fits.ts";
