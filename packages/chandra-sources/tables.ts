/** Tables of Chandra sources in files, without polars. */
export { readLabelledTable, readTable } from "./read-table.ts";
