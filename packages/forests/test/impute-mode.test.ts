import assert from "node:assert/strict";
import { imputeMode } from "../preprocess.ts";
import { matrixOf } from "./matrix-of.ts";

Deno.test("a missing value becomes the most frequent value of its column", () => {
  const matrix = matrixOf([[7, 1], [3, NaN], [7, 2], [NaN, 2]]);
  const { values } = imputeMode.apply(matrix, imputeMode.fit(matrix));
  assert.deepEqual([...values], [7, 1, 3, 2, 7, 2, 7, 2]);
});

Deno.test("of equally frequent values the smallest is the mode", () => {
  assert.deepEqual(imputeMode.fit(matrixOf([[5], [-2], [5], [-2], [9]])).modes, [-2]);
  assert.deepEqual(imputeMode.fit(matrixOf([[3], [10], [2]])).modes, [2]);
  // the most frequent comes after another that is frequent, too
  assert.deepEqual(imputeMode.fit(matrixOf([[1], [2], [2], [3], [3], [3]])).modes, [3]);
});

Deno.test("a column without any value in the training rows becomes 0", () => {
  const matrix = matrixOf([[NaN, 4], [NaN, 4]]);
  const { values } = imputeMode.apply(matrix, imputeMode.fit(matrix));
  assert.deepEqual([...values], [0, 4, 0, 4]);
});

Deno.test("rows unseen in the fit get the training rows' mode, and the input is not changed", () => {
  const state = imputeMode.fit(matrixOf([[1], [1], [8]]));
  const unseen = matrixOf([[NaN], [8], [8]]);
  assert.deepEqual([...imputeMode.apply(unseen, state).values], [1, 8, 8]);
  assert.ok(Number.isNaN(unseen.values[0]));
});

Deno.test("imputing a matrix of another width is refused", () => {
  const state = imputeMode.fit(matrixOf([[1, 2]]));
  assert.throws(() => imputeMode.apply(matrixOf([[1]]), state), /1 columns.*fitted on 2/);
});
