import { takeEntries } from "./take-entries.ts";
import type { Iteration } from "../validation/cross-validate.ts";
import { rowsOfFold } from "../validation/folds.ts";
import type { Calibrator } from "./calibrators.ts";

/**
 * Calibrated predictions of a cross-validation: what calibrates a fold is fitted on the held-out
 * predictions of the other folds, so that no row had a part in its own calibration.
 *
 * @param labels `[nRows]` true class indices.
 * @returns `[nRows x nClasses]`.
 */
export function calibrateFolds(
  { fold, probabilities }: Iteration,
  labels: Int32Array,
  nClasses: number,
  calibrator: Calibrator,
): Float64Array {
  const result = new Float64Array(probabilities.length);
  for (const which of new Set(fold)) {
    const { fit, held } = rowsOfFold(fold, which);
    const others = takeEntries(probabilities, fit, nClasses);
    const calibrate = calibrator.fit(others, takeEntries(labels, fit, 1), nClasses);
    const calibrated = calibrate(takeEntries(probabilities, held, nClasses));
    held.forEach((row, i) =>
      result.set(calibrated.subarray(i * nClasses, (i + 1) * nClasses), row * nClasses)
    );
  }
  return result;
}
