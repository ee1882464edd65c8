import assert from "node:assert/strict";
import { Dataset, type DatasetOptions } from "../booster.ts";
import { train } from "../train.ts";
import { LightgbmError } from "../heap.ts";
import { builtLightgbm } from "./built.ts";
import { rows, STUMP } from "./samples.ts";

const lightgbm = await builtLightgbm();
const TWO_ROWS = { matrix: rows([1, 2], [3, 4]), labels: [0, 1] };

function refused(options: Partial<DatasetOptions>, name: string, message: string) {
  assert.throws(() => new Dataset(lightgbm, { ...TWO_ROWS, ...options }), { name, message });
}

Deno.test("a dataset without rows or columns is refused", () => {
  const values = new Float64Array(0);
  const expected = "expected at least 1 x 1";
  refused(
    { matrix: { values, nRows: 0, nColumns: 2, names: ["a", "b"] }, labels: [] },
    "RangeError",
    `a matrix of 0 rows x 2 columns; ${expected}`,
  );
  refused(
    { matrix: { values, nRows: 2, nColumns: 0, names: [] } },
    "RangeError",
    `a matrix of 2 rows x 0 columns; ${expected}`,
  );
});

Deno.test("values and names that do not make up the shape are refused", () => {
  const matrix = { ...TWO_ROWS.matrix, nRows: 3 };
  refused(
    { matrix, labels: [0, 1, 0] },
    "RangeError",
    "a matrix of 4 values and 2 names; 3 rows x 2 columns need 6 values, 2 names",
  );
  refused(
    { matrix: { ...TWO_ROWS.matrix, names: ["a"] } },
    "RangeError",
    "a matrix of 4 values and 1 names; 2 rows x 2 columns need 4 values, 2 names",
  );
});

Deno.test("infinite values are refused with their row and column", () => {
  refused(
    { matrix: rows([1, 2], [3, -Infinity]) },
    "RangeError",
    'row 1, "b" is -Infinity; expected a finite number, or NaN where it is missing',
  );
});

Deno.test("labels and weights must be finite, one a row, weights not negative", () => {
  refused({ labels: [0] }, "RangeError", "1 labels for 2 rows; expected one a row");
  refused(
    { labels: [0, NaN] },
    "RangeError",
    "labels: row 1 is NaN; expected a finite number",
  );
  refused({ weights: [1, 2, 3] }, "RangeError", "3 weights for 2 rows; expected one a row");
  refused(
    { weights: [1, -1] },
    "RangeError",
    "weights: row 1 is -1; expected a finite number from 0",
  );
  // a float32 has no room for it
  refused(
    { weights: [1e39, 1] },
    "RangeError",
    "weights: row 0 is 1e+39; expected a finite number from 0",
  );
});

Deno.test("feature names that the model text cannot hold are refused", () => {
  refused(
    { matrix: { ...TWO_ROWS.matrix, names: ["a", "b c"] } },
    "TypeError",
    'feature 1 is named "b c"; a name has no blank and none of " , : [ ] { }',
  );
  refused(
    { matrix: { ...TWO_ROWS.matrix, names: ["a", "a"] } },
    "TypeError",
    'features 0 and 1 are both named "a"',
  );
});

Deno.test("a dataset is trained on with the binning it was made with", async () => {
  using dataset = new Dataset(lightgbm, { ...TWO_ROWS, parameters: STUMP });
  await assert.rejects(
    train(dataset, { ...STUMP, max_bin: 15 }),
    (error) =>
      error instanceof LightgbmError &&
      /Cannot change max_bin after constructed/.test(error.message),
  );
});

Deno.test("a dataset that has been disposed of refuses a training", async () => {
  const dataset = new Dataset(lightgbm, { ...TWO_ROWS, parameters: STUMP });
  dataset[Symbol.dispose]();
  await assert.rejects(train(dataset, STUMP), /this Dataset has been disposed of/);
});
