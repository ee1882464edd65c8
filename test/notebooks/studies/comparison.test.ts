import assert from "node:assert/strict";
import { agreement, cellInWords, comparisonRows, differenceInSigmas } from "#studies/comparison.ts";

const results = {
  "table5.rf.AGN.f1": { value: 95.4, sigma: 0.3, published: { value: 95.0, sigma: 0.4 } },
  "table5.rf.CV.f1": { value: 60, sigma: 1, published: { value: 51.4, sigma: 0.3 } },
  "table5.rf.ULX.f1": { value: 58.8, sigma: 0.1, published: { value: 57.4, sigma: 0.1 } },
  "table6.rf.mcc": { value: 0.869, published: { value: 0.87, sigma: 0 } },
  "table6.rf.macro_f1": { value: 75 },
};

Deno.test("a difference is measured in the sigmas of both sides and the rounding combined", () => {
  const sigmas = differenceInSigmas(results["table5.rf.AGN.f1"])!;
  assert.ok(Math.abs(sigmas - 0.4 / Math.hypot(0.5, 0.05 / Math.sqrt(3))) < 1e-9);
  assert.equal(differenceInSigmas(results["table6.rf.macro_f1"]), undefined);
  assert.equal(differenceInSigmas({ value: 13, published: { value: 8 } }), undefined);
});

Deno.test("a value agrees within 2 sigma, or within 1.5 points where sigma is too small", () => {
  const { total, within2Sigma, within, outside } = agreement(results, "table5", "table6");
  assert.deepEqual({ total, within2Sigma, within }, { total: 4, within2Sigma: 2, within: 3 });
  assert.deepEqual(outside.map(({ name }) => name), ["table5.rf.CV.f1"]);
});

Deno.test("a row holds ours, the paper's and the signed difference", () => {
  assert.deepEqual(comparisonRows(results, "table5.rf", ["AGN"], ["f1"]), [
    { "": "AGN", "f1": "95.4 ± 0.3", "f1 paper": "95.0 ± 0.4", "f1 Δ/σ": "+0.8" },
  ]);
  assert.throws(() => comparisonRows(results, "table5.rf", ["YSO"], ["f1"]), /table5\.rf\.YSO\.f1/);
});

Deno.test("a published cell is named by table, model, class and score", () => {
  assert.equal(cellInWords("table5.gbdt.LMXB.f1"), "Table 5, GBDT, LMXB, F1");
  assert.equal(cellInWords("table6.rf.mcc"), "Table 6, random forest, MCC");
});
