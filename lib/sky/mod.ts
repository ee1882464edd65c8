export { type ConeHit, coneSearch } from "./cone-search.ts";
export { crossMatch, type CrossMatchOptions, type Pairs } from "./cross-match.ts";
export { fromGalactic, toGalactic } from "./galactic.ts";
export { type Positions } from "./positions.ts";
export { positionAngleDeg, separationArcsec } from "./separation.ts";
export { formatDec, formatRa, parseDec, parseRa } from "./sexagesimal.ts";
export { cellResolution, skyCells } from "./sky-cells.ts";
