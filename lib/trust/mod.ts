/** How far an answer can be trusted: unseen sky, calibration, sets, limits, explanation. */
export * from "./absorption.ts";
export * from "./better-pipelines.ts";
export * from "./blocked-validation.ts";
export * from "./calibration.ts";
export * from "./calibrators.ts";
export * from "./classifier.ts";
export * from "./classify.ts";
export * from "./conformal.ts";
export * from "./explanation.ts";
export * from "./intervals.ts";
export * from "./likeness.ts";
export * from "./nested-choice.ts";
export * from "./physical-limits.ts";
export * from "./training-copies.ts";
export * from "./tuning.ts";
