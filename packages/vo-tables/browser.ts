/** What of the package needs nothing but a browser. */
export { type CsvCell, csvLine, printed, restored } from "./csv-line.ts";
export {
  BATCH_ROWS,
  cellOf,
  type Cells,
  type OpenOptions,
  type OpenTable,
  type TableColumn,
  type TablePiece,
} from "./open-table.ts";
export { ENCODINGS, openFile } from "./open-file.ts";
export { parseDec, parseRa, type SexagesimalUnit } from "./sexagesimal.ts";
export { TextCells } from "./text-cells.ts";
export { cannotOpen, malformed, printable, TableError } from "./table-error.ts";
export { blobFile, type TableFile } from "./table-file.ts";
export {
  type OutputColumn,
  type OutputMetadata,
  VOTABLE_TAIL,
  votableHead,
  votableRow,
} from "./votable-document.ts";
