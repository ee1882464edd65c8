/**
 * Random forests and gradient boosted trees that equal scikit-learn's within its own scatter, with
 * what prepares rows for them: scaling, imputation, SMOTE, class weights; and seeded randomness.
 */
export {
  type Algorithm,
  checkPresent,
  checkTraining,
  checkWholeNumbers,
  checkWidth,
  type Classifier,
  type FitOptions,
  predictedLabels,
  softmaxRows,
  type TrainingSet,
} from "./algorithm.ts";
export { choleskyFactor } from "./cholesky.ts";
export { gradientBoosting } from "./gradient-boosting.ts";
export { takeTurns } from "./grow-tree.ts";
export { type Matrix, takeColumns, takeEntries, takeRows } from "./matrix.ts";
export {
  type ClassWeight,
  classWeights,
  imputeMode,
  scaleMinMax,
  type ScaleMinMaxState,
  type Transform,
} from "./preprocess.ts";
export { deriveSeed, type Random, random, shuffle } from "./random.ts";
export { randomForest } from "./random-forest.ts";
export { nearestRows, smote } from "./smote.ts";
