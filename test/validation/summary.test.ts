import assert from "node:assert/strict";
import { CLASSES } from "@csc-classify/chandra-sources";
import { scores } from "#lib/validation/metrics.ts";
import { scoreResults } from "#lib/validation/summary.ts";

Deno.test("results are means over iterations in per cent, MCC as it is", () => {
  const right = (agn: number) =>
    scores(
      CLASSES.map((_, i) =>
        CLASSES.map((_, j) => i === 0 ? [agn, 10 - agn, 0][j] ?? 0 : i === j ? 10 : 0)
      ),
    );
  const one = right(9), two = right(8);
  const named = scoreResults([one, two], { classes: "a", overall: "b" });
  assert.ok(Math.abs(named["a.AGN.recall"].value - 85) < 1e-9);
  assert.ok(Math.abs(named["a.AGN.recall"].sigma! - Math.sqrt(50)) < 1e-9);
  assert.ok(named["b.mcc"].value < 1);
  assert.ok(!("published" in named["a.AGN.recall"]));
});

Deno.test("published values stand beside ours where there are any", () => {
  const all = scores(CLASSES.map((_, i) => CLASSES.map((_, j) => i === j ? 1 : 0)));
  const paper = { value: 91.3, sigma: 0.4 };
  const published = { overall: { precision: paper, recall: paper, f1: paper, mcc: paper } };
  const named = scoreResults([all], { classes: "a", overall: "b" }, published);
  assert.deepEqual(named["b.f1"], { value: 100, published: paper });
  assert.deepEqual(named["b.mcc"], { value: 1, published: paper });
  assert.deepEqual(named["a.AGN.f1"], { value: 100 });
  assert.deepEqual(named["b.macro_f1"], { value: 100 });
});
