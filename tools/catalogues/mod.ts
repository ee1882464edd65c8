/**
 * Catalogues: the real sources that can be had, how a catalogue is made, the authors' own model, and
 * who says what of each source.
 */
export * from "./compare.ts";
export * from "./make-catalogue.ts";
export * from "./muwclass.ts";
export * from "./ngc-3532.ts";
export * from "./published-scorer.ts";
export * from "./published-tables.ts";
export * from "./real-catalogues.ts";
export * from "./table-8.ts";
