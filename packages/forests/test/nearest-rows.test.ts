import assert from "node:assert/strict";
import { nearestRows } from "../smote.ts";
import { random } from "../random.ts";
import { matrixOf } from "./matrix-of.ts";

Deno.test("the nearest rows come nearest first, without the row left out", () => {
  const points = matrixOf([[0, 0], [5, 0], [1, 0], [0, 2]]);
  assert.deepEqual([...nearestRows(points, points.values, 0, 3, 0)], [2, 3, 1]);
  assert.deepEqual([...nearestRows(points, points.values, 0, 2)], [0, 2]);
});

Deno.test("equally near rows come in row order, and fewer rows than asked for are all given", () => {
  const points = matrixOf([[1], [-1], [1]]);
  assert.deepEqual([...nearestRows(points, Float64Array.of(0), 0, 2)], [0, 1]);
  assert.deepEqual([...nearestRows(points, Float64Array.of(0), 0, 9)], [0, 1, 2]);
});

Deno.test("the nearest rows are those that sorting all distances gives", () => {
  const stream = random(1, "nearest rows test");
  const points = matrixOf(
    Array.from({ length: 200 }, () => Array.from({ length: 5 }, () => stream.normal())),
  );
  const query = Float64Array.from({ length: 5 }, () => stream.normal());
  const distance = (row: number) => {
    const difference = (x: number, column: number) => x - query[column];
    const differences = [...points.values.subarray(row * 5, row * 5 + 5)].map(difference);
    return differences.reduce((sum, d) => sum + d * d, 0);
  };
  const sorted = [...Array(200).keys()].sort((a, b) => distance(a) - distance(b));
  assert.deepEqual([...nearestRows(points, query, 0, 7)], sorted.slice(0, 7));
});
