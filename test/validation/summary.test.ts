import assert from "node:assert/strict";
import { CLASSES } from "#lib/catalogue/classes.ts";
import { scores } from "#lib/validation/metrics.ts";
import { formatResult, scoreResults } from "#lib/validation/summary.ts";

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
  assert.equal(formatResult({ value: 12.345, sigma: 0.04 }), "12.3 ± 0.0");
});
