/**
 * What notebooks study and no product needs: comparison with the paper, the models it dropped,
 * steps to the better pipeline, nested choice, tuning, calibrators, conformal sets fold by fold,
 * held-out scores, intervals, explanations.
 */
export * from "./area-under-roc.ts";
export * from "./availability.ts";
export * from "./calibration.ts";
export * from "./calibrators.ts";
export * from "./catalogue-groups.ts";
export * from "./comparison.ts";
export * from "./conformal-folds.ts";
export * from "./dropped-models.ts";
export * from "./explanation.ts";
export * from "./held-out.ts";
export * from "./intervals.ts";
export * from "./nested-choice.ts";
export * from "./plan.ts";
export * from "./reference-scores.ts";
export * from "./side-by-side.ts";
export * from "./steps.ts";
export * from "./tuning.ts";
