import { random } from "../random.ts";
import { matrixOf } from "./matrix-of.ts";

/** Three overlapping classes in four columns, two of them noise; 150 rows each. */
export function toySet(seed: number) {
  const stream = random(seed, "toy set");
  const labels = Int32Array.from({ length: 450 }, (_, row) => row % 3);
  const rows = Array.from(labels, (label) => [
    stream.normal() + 2 * label,
    stream.normal(),
    stream.normal() + (label === 1 ? 2 : 0),
    stream.normal(),
  ]);
  return { matrix: matrixOf(rows), labels, nClasses: 3 };
}

/** Share of rows whose most probable class is the true one. */
export function accuracy(probabilities: Float64Array, labels: Int32Array): number {
  const right = labels.filter((label, row) => {
    const own = probabilities.subarray(3 * row, 3 * row + 3);
    return own[label] === Math.max(...own);
  });
  return right.length / labels.length;
}
