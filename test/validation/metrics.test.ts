import assert from "node:assert/strict";
import { confusionMatrix, scores, spread } from "#lib/validation/metrics.ts";
import { predictedLabels } from "@csc-classify/forests";

const close = (actual: number, expected: number, tolerance = 1e-12) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

Deno.test("scores agree with scikit-learn's user guide for five rows of three classes", () => {
  // metrics.precision_recall_fscore_support example: y_true 0 1 2 0 1 2, y_pred 0 2 1 0 0 1
  const counts = confusionMatrix(
    Int32Array.of(0, 1, 2, 0, 1, 2),
    Int32Array.of(0, 2, 1, 0, 0, 1),
    3,
  );
  assert.deepEqual(counts, [[2, 0, 0], [1, 0, 1], [0, 2, 0]]);
  const { macro, weighted, classes, accuracy, balancedAccuracy } = scores(counts);
  close(macro.precision, 2 / 9);
  close(macro.recall, 1 / 3);
  close(macro.f1, 4 / 15);
  close(weighted.f1, 4 / 15);
  close(classes[0].precision, 2 / 3);
  close(accuracy, 1 / 3);
  close(balancedAccuracy, 1 / 3);
});

Deno.test("scores of four classes of unlike size, one of them absent, are those worked out by hand", () => {
  // rows are true 5, 6, 3, 0; columns are predicted 6, 5, 3, 0; 9 of 14 are right
  const found = scores([[4, 1, 0, 0], [2, 3, 1, 0], [0, 1, 2, 0], [0, 0, 0, 0]]);
  const expected = {
    classes: [
      { precision: 4 / 6, recall: 4 / 5, f1: 8 / 11, support: 5 },
      { precision: 3 / 5, recall: 3 / 6, f1: 6 / 11, support: 6 },
      { precision: 2 / 3, recall: 2 / 3, f1: 4 / 6, support: 3 },
      { precision: 0, recall: 0, f1: 0, support: 0 },
    ],
    // (5 * 2/3 + 6 * 3/5 + 3 * 2/3) / 14; (4 + 3 + 2) / 14; (40/11 + 36/11 + 2) / 14
    weighted: { precision: 67 / 105, recall: 9 / 14, f1: 7 / 11 },
    // over all four: (2/3 + 3/5 + 2/3) / 4; (4/5 + 1/2 + 2/3) / 4; (8/11 + 6/11 + 2/3) / 4
    macro: { precision: 29 / 60, recall: 59 / 120, f1: 16 / 33 },
    accuracy: 9 / 14,
    // over the three that occur
    balancedAccuracy: 59 / 90,
    // (9 * 14 - (5*6 + 6*5 + 3*3)) / (14^2 - (25 + 36 + 9))
    mcc: 57 / 126,
  };
  const numbers = (value: unknown): number[] =>
    typeof value === "number" ? [value] : Object.values(value as object).flatMap(numbers);
  assert.deepEqual(Object.keys(found), Object.keys(expected));
  numbers(expected).forEach((value, i) => close(numbers(found)[i], value));
});

Deno.test("MCC agrees with scikit-learn's documented binary example", () => {
  // matthews_corrcoef([+1, +1, +1, -1], [+1, -1, +1, +1]) = -0.33
  close(
    scores(confusionMatrix(Int32Array.of(1, 1, 1, 0), Int32Array.of(1, 0, 1, 1), 2)).mcc,
    -1 / 3,
  );
});

Deno.test("multiclass MCC agrees with a value worked by hand from Gorodkin's formula", () => {
  // diagonal 7 of 10; row sums 5,3,2; column sums 4,4,2
  // (7*10 - (5*4 + 3*4 + 2*2)) / sqrt((100 - 36) (100 - 38)) = 34 / sqrt(64 * 62)
  close(scores([[4, 1, 0], [0, 2, 1], [0, 1, 1]]).mcc, (7 * 10 - 36) / Math.sqrt(64 * 62));
});

Deno.test("a class that is never predicted scores zero, not NaN", () => {
  const { classes, mcc } = scores([[3, 0], [2, 0]]);
  assert.deepEqual(classes[1], { precision: 0, recall: 0, f1: 0, support: 2 });
  assert.equal(mcc, 0);
});

Deno.test("the class is the most probable one, the first of equals", () => {
  const probabilities = Float64Array.of(0.2, 0.5, 0.3, 0.4, 0.4, 0.2);
  assert.deepEqual([...predictedLabels(probabilities, 3)], [1, 0]);
});

Deno.test("label lists of different length are refused", () => {
  assert.throws(() => confusionMatrix(Int32Array.of(0), Int32Array.of(0, 1), 2), /1 true.*2 pred/);
});

Deno.test("the spread of iterations is the sample standard deviation, absent for one", () => {
  assert.deepEqual(spread([2, 4, 4, 4, 5, 5, 7, 9]), { mean: 5, sigma: Math.sqrt(32 / 7) });
  assert.deepEqual(spread([1, 3]), { mean: 2, sigma: Math.SQRT2 });
  assert.deepEqual(spread([3]), { mean: 3 });
});
