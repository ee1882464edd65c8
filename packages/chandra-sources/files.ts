/** Tables of Chandra sources in files and polars frames. */
export { readLabelledTable, readTable } from "./read-table.ts";
export {
  countRows,
  extraColumns,
  fromFrame,
  readCsv,
  readSources,
  sourceBatches,
  toFrame,
  toMatrix,
  writeSources,
} from "./frames.ts";
export { takeSources } from "./sources.ts";
