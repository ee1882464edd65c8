/** Real sources: what can be had, the authors' own model, catalogues, and who says what of each. */
export * from "./compare.ts";
export * from "./make-catalogue.ts";
export * from "./muwclass.ts";
export * from "./ngc-3532.ts";
export * from "./published-scorer.ts";
export * from "./published-tables.ts";
export * from "./real-catalogues.ts";
export * from "./table-8.ts";
