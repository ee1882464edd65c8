/** The library as notebooks and other programs import it; `#lib/notebook/mod.ts` shows things. */
export * from "./run/mod.ts";
export * from "./catalogue/mod.ts";
export * from "./sky/mod.ts";
export * from "./tables/mod.ts";
export * from "./models/mod.ts";
export * from "./validation/mod.ts";
export * from "./trust/mod.ts";
export * from "./scoring/mod.ts";
