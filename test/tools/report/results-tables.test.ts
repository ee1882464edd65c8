import assert from "node:assert/strict";
import { resultsTableHtml, resultsTables, scoreText } from "#tools/report/results-tables.ts";

const results = {
  "table6.rf.mcc": { value: 0.8701, sigma: 0.0021, published: { value: 0.87, sigma: 0.002 } },
  "table5.lightgbm.CV.f1": { value: 68.21, sigma: 1.2, published: { value: 69, sigma: 2 } },
  "table5.lightgbm.AGN.f1": { value: 95.5 },
  "calibration.ece": { value: 0.0123 },
};

Deno.test("keys fall apart into tables, rows and columns, in the paper's order", () => {
  const tables = resultsTables(results);
  assert.deepEqual(tables.map(({ id }) => id), ["table5.lightgbm", "table6", "calibration"]);
  assert.deepEqual(tables[0].rows, ["AGN", "CV"]);
  assert.deepEqual(tables[0].columns, ["f1"]);
  assert.deepEqual(tables[2].cells, { "calibration.ece": { value: { value: 0.0123 } } });
});

Deno.test("scores have one decimal, coefficients three, counts none", () => {
  assert.equal(scoreText({ value: 93.04, sigma: 0.12 }), "93.0 ± 0.1");
  assert.equal(scoreText({ value: 0.9061 }), "0.906");
  assert.equal(scoreText({ value: 65.41, low: 59.6, high: 69.72 }), "65.4 (59.6 to 69.7)");
  assert.equal(scoreText({ value: 0.4, low: -0.12, high: -0.01 }, 1), "0.4 (−0.1 to 0.0)");
  assert.equal(scoreText({ value: 269366 }), "269\u202f366");
});

Deno.test("a cell shows our value, the published one and the difference", () => {
  const [table] = resultsTables({ "table5.lightgbm.CV.f1": results["table5.lightgbm.CV.f1"] });
  const html = resultsTableHtml(table);
  assert.match(html, /68\.2 ± 1\.2/);
  assert.match(html, /69\.0 ± 2\.0 <i>\(−0\.3σ\)/);
});

Deno.test("single numbers have each their own decimals: an error is not rounded away beside per cent", () => {
  const [table] = resultsTables({
    "external.coverage": { value: 91.94 },
    "external.ece": { value: 0.0389 },
  });
  const html = resultsTableHtml(table);
  assert.match(html, />91\.9</);
  assert.match(html, />0\.039</);
});
