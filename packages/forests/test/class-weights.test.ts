import assert from "node:assert/strict";
import { classWeights } from "../preprocess.ts";

const labels = Int32Array.of(0, 0, 0, 2);

Deno.test("a row weighs exp(lambda N / N_class)", () => {
  const [common, , , rare] = classWeights(labels, 3, { lambda: 0.07 });
  assert.ok(Math.abs(common - Math.exp(0.07 * 4 / 3)) < 1e-15);
  assert.ok(Math.abs(rare - Math.exp(0.28)) < 1e-15);
});

Deno.test("by a power a row weighs (N / N_class)^power", () => {
  assert.deepEqual(
    [...classWeights(labels, 3, { power: 0.5 })],
    [4 / 3, 4 / 3, 4 / 3, 4].map(Math.sqrt),
  );
});

Deno.test("a class too rare for its exponential weight is refused by name and count", () => {
  const many = new Int32Array(20_000);
  many[7] = 1;
  assert.throws(() => classWeights(many, 2, { lambda: 0.07 }), /class 1 has 1 of 20000 rows/);
});

Deno.test("altered copies weigh as their parents' class, which they do not enlarge", () => {
  const withCopies = Int32Array.of(0, 0, 0, 2, 2, 2);
  const weights = classWeights(withCopies, 3, { power: 1 }, withCopies.subarray(0, 4));
  assert.deepEqual([...weights], [4 / 3, 4 / 3, 4 / 3, 4, 4, 4]);
});
