/** How far an answer can be trusted: unseen sky, absorption, sets, limits, the classifier. */
export * from "./absorption.ts";
export * from "./better-pipeline.ts";
export * from "./blocked-validation.ts";
export * from "./classifier.ts";
export * from "./classify.ts";
export * from "./conformal.ts";
export * from "./likeness.ts";
export * from "./physical-limits.ts";
export * from "./training-copies.ts";
