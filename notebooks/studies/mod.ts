/**
 * What notebooks study and no product needs: comparison with the paper, the models it dropped,
 * steps to the better pipeline, nested choice, tuning, calibrators, conformal sets fold by fold,
 * held-out scores, intervals, explanations,
 * distances of galaxies.
 */
export { answers, predictAcrossFolds } from "./across-folds.ts";
export { areaUnderRoc } from "./area-under-roc.ts";
export { calibrateFolds, calibrationErrors, correctFields } from "./calibration.ts";
export { type Calibrator, CALIBRATORS } from "./calibrators.ts";
export { agreement, cellInWords, comparisonLabels, comparisonRows, isNear } from "./comparison.ts";
export { conformalFolds, setSummaries } from "./conformal-folds.ts";
export { asByVelocity, distancePairs, distanceScatter, ohlsonDistances } from "./distances.ts";
export { DROPPED_PIPELINES } from "./dropped-models.ts";
export {
  coverageByGroup,
  type ExaminationPlan,
  type Examined,
  measured,
  MEASURES,
  planExamination,
  runExamination,
} from "./examination.ts";
export { inWords, reasons } from "./explanation.ts";
export { coverageOf, coverageTable, heldOutFrame, scoreHeldOut } from "./held-out.ts";
export { pairedGain, scoreInterval, wilsonInterval } from "./intervals.ts";
export { compactHosts, leaveHostsOut } from "./left-out-hosts.ts";
export { nestedChoice } from "./nested-choice.ts";
export { plan } from "./plan.ts";
export { notebookRuns, productRun } from "./report-runs.ts";
export { reachableLabels } from "./reachable-labels.ts";
export { PREPARATION_SCORES, SCIKIT_LEARN } from "./reference-scores.ts";
export {
  CMP,
  F1_ROWS,
  f1Rows,
  inOrder,
  IS_RIGHT,
  lowToHigh,
  resultsOf,
  spreadOf,
} from "./frames.ts";
export { AS_IT_MUST, withoutService, withSpoiltAnswers } from "./service-down.ts";
export { CANDIDATES, STEPS } from "./steps.ts";
export { absorbedNuclei, nucleiOfThePlane } from "./nuclei.ts";
export {
  balancedAccuracy,
  fitAndAsk,
  likenessAcrossFolds,
  namedOf,
  predictByPart,
  remeasured,
  trustAcrossFolds,
} from "./transfer.ts";
export { bestOf, nestedTuning, TUNING_SPACE } from "./tuning.ts";
export { whatToBelieve } from "./what-to-believe.ts";
