import assert from "node:assert/strict";
import { areaUnderRoc } from "#studies/area-under-roc.ts";

Deno.test("the area under the ROC curve counts pairs, ties as halves", () => {
  // positives 3, 2; negatives 1, 2: pairs 3>1, 3>2, 2>1 and one tie make 3.5 of 4
  assert.equal(areaUnderRoc(Float64Array.of(3, 1, 2, 2), [true, false, true, false]), 3.5 / 4);
  assert.equal(areaUnderRoc(Float64Array.of(1, 2), [true, false]), 0);
  assert.ok(Number.isNaN(areaUnderRoc(Float64Array.of(1, 2), [true, true])));
});
