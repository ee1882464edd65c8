import assert from "node:assert/strict";
import { binColumns, binRows, findEdges } from "../bin-columns.ts";
import { matrixOf } from "./matrix-of.ts";

Deno.test("up to 256 distinct values are cut at the midpoints between them", () => {
  const matrix = matrixOf([[5, 1], [1, 1], [2, 1], [5, 1]]);
  const edges = findEdges(matrix);
  assert.deepEqual(edges.map((column) => [...column]), [[1.5, 3.5], []]);
  assert.deepEqual([...binColumns(matrix, edges).bins], [2, 0, 1, 2, 0, 0, 0, 0]);
});

Deno.test("a value on an edge belongs to the bin below, values beyond to the outer bins", () => {
  const edges = findEdges(matrixOf([[1], [2], [5]]));
  const rows = matrixOf([[1.5], [1.5001], [-99], [99], [Infinity]]);
  assert.deepEqual([...binRows(rows, edges)], [0, 1, 0, 2, 2]);
});

Deno.test("more values are cut into 256 bins of about equally many rows", () => {
  const matrix = matrixOf(Array.from({ length: 2560 }, (_, i) => [Math.exp(i / 500)]));
  const edges = findEdges(matrix);
  assert.equal(edges[0].length, 255);
  const counts = new Array<number>(256).fill(0);
  for (const bin of binColumns(matrix, edges).bins) counts[bin]++;
  assert.deepEqual(counts, new Array(256).fill(10));
});

Deno.test("a value that many rows share has a bin of its own", () => {
  const rows = Array.from({ length: 3000 }, (_, i) => [i % 3 === 0 ? 1000.5 : i]);
  const matrix = matrixOf(rows);
  const { bins, edges } = binColumns(matrix, findEdges(matrix));
  assert.equal(edges[0].length, 255);
  assert.equal(bins.filter((bin) => bin === bins[0]).length, 1000);
});

Deno.test("neighbouring doubles are told apart", () => {
  const next = 1 + Number.EPSILON;
  const matrix = matrixOf([[1], [next]]);
  assert.deepEqual([...binColumns(matrix, findEdges(matrix)).bins], [0, 1]);
});

Deno.test("a missing or infinite value is refused in training, a missing one in prediction", () => {
  assert.throws(() => findEdges(matrixOf([[1, NaN]])), /row 0, column "b" is missing.*impute/);
  assert.throws(() => findEdges(matrixOf([[1], [-Infinity]])), /row 1, column "a" is -Infinity/);
  assert.throws(
    () => binRows(matrixOf([[NaN]]), [Float64Array.of(1)]),
    /row 0, column "a" is missing/,
  );
  assert.throws(() => binRows(matrixOf([[1]]), []), /1 columns.*fitted on 0/);
});
