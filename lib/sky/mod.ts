/** Positions, distances and cells on the sky, cross-matching, and registries of objects. */
export * from "./cross-match.ts";
export * from "./objects.ts";
export * from "./positions.ts";
export * from "./sexagesimal.ts";
export * from "./sky-cells.ts";
