export { type ConeHit, coneSearch } from "./cross-match.ts";
export { crossMatch, type CrossMatchOptions, type Pairs } from "./cross-match.ts";
export { fromGalactic, toGalactic } from "./positions.ts";
export { type Positions } from "./positions.ts";
export { positionAngleDeg, separationArcsec } from "./positions.ts";
export { formatDec, formatRa, parseDec, parseRa } from "./sexagesimal.ts";
export { cellResolution, skyCells } from "./sky-cells.ts";
