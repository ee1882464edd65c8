/** Tables of Chandra sources in files, without polars. */
export { arrowSources, writeArrowSources } from "./sources.ts";
export { readLabelledTable, readTable } from "./read-table.ts";
