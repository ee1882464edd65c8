import assert from "node:assert/strict";
import { random } from "#lib/run/random.ts";
import { conformalSets } from "#lib/trust/classify.ts";
import { conformalThresholds, resampledThresholds } from "#lib/trust/conformal.ts";

Deno.test("the threshold of four rows at 60 per cent is the third largest probability", () => {
  // k = ceil(5 x 0.6) = 3 of 0.9, 0.8, 0.7, 0.2; class 1 has one row: k = ceil(2 x 0.6) = 2 > 1
  const probabilities = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.7, 0.3, 0.8, 0.2, 0.4, 0.6);
  const thresholds = conformalThresholds(probabilities, Int32Array.of(0, 0, 0, 0, 1), 2, 0.6);
  assert.deepEqual([...thresholds], [0.7, 0]);
});

Deno.test("a class whose threshold a probability reaches is in the set", () => {
  const sets = conformalSets(Float64Array.of(0.7, 0.3, 0.6, 0.4), Float64Array.of(0.7, 0.35));
  assert.deepEqual([...sets], [1, 0, 0, 1]);
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
