/** Settings of a run, its results and provenance, files that are never half-written, seeds. */
export * from "./files.ts";
export * from "./one-by-one.ts";
export * from "./provenance.ts";
export * from "./random.ts";
export * from "./results.ts";
export * from "./settings.ts";
