import assert from "node:assert/strict";
import { scaleMinMax } from "../preprocess.ts";
import { matrixOf } from "./matrix-of.ts";

Deno.test("columns scale to 0-10 by equation 2, and missing values stay missing", () => {
  const matrix = matrixOf([[2, -1], [NaN, 1], [6, 0], [3, NaN]]);
  const { values } = scaleMinMax.apply(matrix, scaleMinMax.fit(matrix));
  assert.deepEqual([...values], [0, 0, NaN, 10, 10, 5, 2.5, NaN]);
});

Deno.test("a constant column becomes 0, a column without values stays missing", () => {
  const matrix = matrixOf([[4, NaN], [4, NaN], [NaN, NaN]]);
  const { values } = scaleMinMax.apply(matrix, scaleMinMax.fit(matrix));
  assert.deepEqual([...values], [0, NaN, 0, NaN, NaN, NaN]);
});

Deno.test("rows unseen in the fit scale by the training rows and may fall outside 0-10", () => {
  const state = scaleMinMax.fit(matrixOf([[0], [20]]));
  assert.deepEqual([...scaleMinMax.apply(matrixOf([[-4], [30]]), state).values], [-2, 15]);
});

Deno.test("the state survives JSON for columns with and without values", () => {
  const state = scaleMinMax.fit(matrixOf([[1, NaN], [3, NaN]]));
  assert.deepEqual(JSON.parse(JSON.stringify(state)), { min: [1, 0], range: [2, 0] });
});

Deno.test("scaling a matrix of another width is refused", () => {
  const state = scaleMinMax.fit(matrixOf([[1, 2]]));
  assert.throws(() => scaleMinMax.apply(matrixOf([[1]]), state), /1 columns.*fitted on 2/);
});
