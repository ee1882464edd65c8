import assert from "node:assert/strict";
import { random } from "@csc-classify/forests";
import {
  conformalFolds,
  conformalSets,
  conformalThresholds,
  resampledThresholds,
  setSummaries,
} from "#studies/conformal-folds.ts";

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

Deno.test("the threshold of four rows at 60 per cent is the third largest probability", () => {
  // rank 5 x 0.6 = 3 of 0.9, 0.8, 0.7, 0.2; class 1 has one row: rank 2 x 0.6 = 1.2 > 1
  const probabilities = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.7, 0.3, 0.8, 0.2, 0.4, 0.6);
  const thresholds = conformalThresholds(probabilities, Int32Array.of(0, 0, 0, 0, 1), 2, 0.6);
  assert.deepEqual([...thresholds], [0.7, 0]);
});

Deno.test("a threshold between two rows is interpolated, and covers what it should on average", () => {
  // rank 5 x 0.7 = 3.5: half way from 0.7 to 0.2
  const own = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.7, 0.3, 0.8, 0.2);
  const [threshold] = conformalThresholds(own, new Int32Array(4), 2, 0.7);
  assert.ok(Math.abs(threshold - 0.45) < 1e-15, String(threshold));
  // 33 rows uniform on (0, 1): the coverage is 1 - threshold; rounded up, rank 33 would give 0.9706
  const stream = random(8, "coverage"), n = 33, draws = 4000;
  let covered = 0;
  for (let draw = 0; draw < draws; draw++) {
    const p = Float64Array.from({ length: n }, () => stream.uniform());
    covered += 1 - conformalThresholds(p, new Int32Array(n), 1, 0.95)[0];
  }
  // standard error 0.0005
  assert.ok(Math.abs(covered / draws - 0.95) < 0.002, String(covered / draws));
});

Deno.test("a class whose threshold a probability reaches is in the set", () => {
  const sets = conformalSets(Float64Array.of(0.7, 0.3, 0.6, 0.4), Float64Array.of(0.7, 0.35));
  assert.deepEqual([...sets], [1, 0, 0, 1]);
});
