/** Folds, cumulative cross-validation over workers, and scores. */
export * from "./cross-validate.ts";
export * from "./fold-store.ts";
export * from "./folds.ts";
export * from "./metrics.ts";
export * from "./pool.ts";
export * from "./summary.ts";
