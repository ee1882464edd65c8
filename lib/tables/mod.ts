/** Tables of sources: the one form they have, and everything that reads or makes one. */
export * from "./added-features.ts";
export * from "./archive-table.ts";
export * from "./arrow-file.ts";
export * from "./column-map.ts";
export * from "./columns.ts";
export * from "./csv-line.ts";
export * from "./pickle.ts";
export * from "./published-files.ts";
export * from "./published-model.ts";
export * from "./read-fits.ts";
export * from "./read-table.ts";
export * from "./simulated.ts";
export * from "./simulation-statistics.ts";
export * from "./source-rows.ts";
export * from "./sources.ts";
export * from "./table-error.ts";
export * from "./training-table.ts";
