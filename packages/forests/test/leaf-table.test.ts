import assert from "node:assert/strict";
import { LeafTable } from "../trees.ts";

Deno.test("leaves hold class frequencies, equal leaves once", () => {
  const table = new LeafTable("frequencies");
  const leaves = [[1, 3], [0, 5], [2, 6], [0, 1]].map((row) => table.add(Float64Array.from(row)));
  assert.deepEqual(leaves, [0, 1, 0, 1]);
  assert.deepEqual([...table.build()], [0.25, 0.75, 0, 1]);
});

Deno.test("by votes a leaf is all of its most frequent class, the first of equals", () => {
  const table = new LeafTable("votes");
  for (const row of [[1, 3, 0], [2, 2, 1]]) table.add(Float64Array.from(row));
  assert.deepEqual([...table.build()], [0, 1, 0, 1, 0, 0]);
});
