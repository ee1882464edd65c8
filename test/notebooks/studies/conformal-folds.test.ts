import assert from "node:assert/strict";
import { conformalFolds, setSummaries } from "#studies/conformal-folds.ts";

Deno.test("a row has no part in the threshold of its own fold", () => {
  // fold 1 holds a lone row with probability 0.1; thresholds for it come from fold 0 alone
  const probabilities = Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.1, 0.9);
  const fold = Int32Array.of(0, 0, 1);
  const sets = conformalFolds({ fold, probabilities }, Int32Array.of(0, 0, 0), 2, 0.5);
  assert.deepEqual([...sets.subarray(4)], [0, 1]);
  assert.deepEqual(setSummaries(sets, Int32Array.of(0, 0, 0), 2)[0].n, 3);
});

Deno.test("summaries count members, single and empty sets of each true class", () => {
  const sets = Uint8Array.of(1, 0, 1, 1, 0, 0, 0, 1);
  assert.deepEqual(setSummaries(sets, Int32Array.of(0, 0, 0, 1), 2), [
    { n: 3, covered: 2, meanSize: 1, single: 1, empty: 1 },
    { n: 1, covered: 1, meanSize: 1, single: 1, empty: 0 },
  ]);
});
