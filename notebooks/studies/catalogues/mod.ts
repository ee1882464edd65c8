/**
 * Catalogues: the real sources that can be had, how a catalogue is made, the authors' own model, and
 * who says what of each source.
 */
export { compare, comparedCsv, table8Of } from "./compare.ts";
export { makeCatalogue, scoreOrigins } from "./make-catalogue.ts";
export { ngc3532 } from "./ngc-3532.ts";
export { realCatalogues } from "./real-catalogues.ts";
