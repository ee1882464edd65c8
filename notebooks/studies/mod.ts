/**
 * What notebooks study and no product needs: steps to the better pipeline, nested choice, tuning,
 * calibrators compared, conformal sets fold by fold, held-out scores, intervals, explanations.
 */
export * from "./calibration.ts";
export * from "./calibrators.ts";
export * from "./conformal-folds.ts";
export * from "./explanation.ts";
export * from "./held-out.ts";
export * from "./intervals.ts";
export * from "./nested-choice.ts";
export * from "./steps.ts";
export * from "./tuning.ts";
