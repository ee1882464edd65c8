import assert from "node:assert/strict";
import { skyClusters } from "#studies/sky-clusters.ts";

Deno.test("friends of friends form one group, across l = 0 and at the pole", () => {
  const l = Float64Array.of(359.9, 0.2, 0.5, 90, 10, 190);
  const b = Float64Array.of(0, 0, 0, 0, 89.9, 89.9);
  assert.deepEqual(skyClusters(l, b, 0.4), [[0, 1, 2], [4, 5], [3]]);
  assert.deepEqual(skyClusters(l, b, 0.1).map(({ length }) => length), [1, 1, 1, 1, 1, 1]);
});
