import assert from "node:assert/strict";
import { nestedChoice } from "#studies/nested-choice.ts";
import type { PipelineSpec } from "#lib/models/pipeline.ts";
import { random } from "@csc-classify/forests";

const ROWS = 160;

/** A column that tells the two classes apart, and one that only knows the block. */
function sample() {
  const stream = random(3, "nested");
  const labels = Int32Array.from({ length: ROWS }, (_, row) => row % 2);
  const groups = Int32Array.from({ length: ROWS }, (_, row) => Math.floor(row / 8));
  const values = Float64Array.from(
    { length: 2 * ROWS },
    (_, i) => i % 2 ? groups[i >> 1] : labels[i >> 1] + 0.3 * stream.normal(),
  );
  return {
    labels,
    groups,
    matrix: { values, nRows: ROWS, nColumns: 2, names: ["signal", "block"] },
  };
}

function candidate(...features: string[]): PipelineSpec {
  const parameters = { trees: 5, maxDepth: 4 };
  return { algorithm: "random-forest", parameters, features, transforms: [] };
}

Deno.test("each outer fold takes the candidate that is better inside the others", async () => {
  const cacheFolder = await Deno.makeTempDir();
  try {
    const { labels, groups, matrix } = sample();
    const seen: number[] = [];
    const { fold, probabilities, choices } = await nestedChoice({
      ...{ labels, groups, matrix, cacheFolder, outer: 2, inner: 2, seed: 1, workers: 1 },
      candidates: { memory: candidate("block"), physics: candidate("signal") },
      onProgress: (done) => seen.push(done),
    });
    assert.deepEqual(choices.map(({ chosen }) => chosen), ["physics", "physics"]);
    assert.deepEqual(seen, [1, 2, 3, 4, 5, 6]);
    groups.forEach((group, row) => assert.equal(fold[row], fold[8 * group]));
    let right = 0;
    labels.forEach((label, row) => {
      const p = probabilities.subarray(8 * row, 8 * row + 8);
      assert.ok(Math.abs(p.reduce((a, b) => a + b) - 1) < 1e-9);
      if (p[label] > 0.5) right++;
    });
    assert.ok(right > 0.85 * ROWS, `${right}`);
  } finally {
    await Deno.remove(cacheFolder, { recursive: true });
  }
});
