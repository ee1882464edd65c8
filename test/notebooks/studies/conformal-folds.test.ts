import assert from "node:assert/strict";
import { random } from "@csc-classify/forests";
import { conformalThresholds } from "#lib/trust/conformal.ts";
import { conformalFolds, resampledThresholds, setSummaries } from "#studies/conformal-folds.ts";

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

Deno.test("thresholds drawn anew by field are no higher, and lower where a class has few fields", () => {
  const stream = random(5, "resampled");
  const n = 400, labels = new Int32Array(n);
  // the first class: 200 sources in 200 fields; the second: 200 in four, each field with its own level
  const level = [0.2, 0.5, 0.7, 0.9];
  const groups = Int32Array.from({ length: n }, (_, i) => i < 200 ? 10 + i : i % 4);
  const probabilities = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    labels[i] = i < 200 ? 0 : 1;
    const own = i < 200 ? stream.uniform() : level[i % 4] + 0.1 * stream.uniform();
    probabilities[2 * i + labels[i]] = own;
    probabilities[2 * i + 1 - labels[i]] = 1 - own;
  }
  const options = { probabilities, labels, nClasses: 2, coverage: 0.5 };
  const plain = conformalThresholds(probabilities, labels, 2, 0.5);
  const [many, few] = resampledThresholds({ ...options, groups, seed: 1 });
  assert.ok(plain[0] - many >= 0 && plain[0] - many < 0.06, `${plain[0]} ${many}`);
  assert.ok(plain[1] - few > 0.1, `${plain[1]} ${few}`);
  assert.deepEqual([...resampledThresholds({ ...options, groups, seed: 1 })], [many, few]);
});
