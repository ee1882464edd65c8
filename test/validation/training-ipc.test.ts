import assert from "node:assert/strict";
import { decodeTraining, encodeTraining } from "#lib/validation/fold-store.ts";

Deno.test("a matrix with missing values and its labels survive the way to a worker", () => {
  const matrix = {
    values: Float64Array.of(1, NaN, -0, 5e-324, Number.MAX_VALUE, 2),
    nRows: 3,
    nColumns: 2,
    names: ["flux_b", "G"],
  };
  const labels = Int32Array.of(7, 0, 3);
  assert.deepEqual(decodeTraining(encodeTraining(matrix, labels)), { matrix, labels });
});
