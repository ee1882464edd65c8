import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { classScores } from "#lib/validation/predictions.ts";
import { F1_ROWS, f1Rows, inOrder, lowToHigh, resultsOf, spreadOf } from "#studies/frames.ts";

const frame = pl.DataFrame({
  class: ["AGN", "STAR", "CV"],
  n: pl.Series("n", [3, 4, null], pl.Float64),
  paper: [5, 6, 7],
});

Deno.test("each row of a frame is a result, named by its columns; a row without a value is none", () => {
  assert.deepEqual(resultsOf(frame, "table4.{class}.count", { value: "n", published: "paper" }), {
    "table4.AGN.count": { value: 3, published: { value: 5 } },
    "table4.STAR.count": { value: 4, published: { value: 6 } },
  });
  assert.deepEqual(resultsOf(frame.head(1), "{class}/{paper}", { value: "n" }), {
    "AGN/5": { value: 3 },
  });
});

Deno.test("the scatter of repetitions goes with a result where there are several", () => {
  const scores = pl.DataFrame({
    class: ["AGN", "CV"],
    f1: [90, 40],
    sigma: pl.Series("sigma", [0.5, null], pl.Float64),
  });
  assert.deepEqual(resultsOf(scores, "{class}.f1", { value: "f1", sigma: "sigma" }), {
    "AGN.f1": { value: 90, sigma: 0.5 },
    "CV.f1": { value: 40 },
  });
  const runs = pl.DataFrame({ view: ["a", "a", "b"], f1: [1, 3, 7] });
  assert.deepEqual(spreadOf(runs, { view: "a" }, "f1"), { value: 2, sigma: Math.SQRT2 });
  assert.deepEqual(spreadOf(runs, { view: "b" }, "f1").value, 7);
});

Deno.test("F1 stands by class and over all classes in one column", () => {
  const said = pl.DataFrame({
    model: ["m", "m", "m"],
    repetition: [0, 0, 0],
    label: ["AGN", "AGN", "STAR"],
    predicted: ["AGN", "AGN", "AGN"],
  });
  const rows = f1Rows(classScores(said, ["model"]), ["model"]);
  assert.deepEqual(rows.getColumn("class").toArray(), F1_ROWS);
  const f1 = Object.fromEntries(rows.select("class", "f1").rows());
  assert.ok(Math.abs(f1.AGN - 80) < 1e-9);
  assert.ok(Math.abs(f1["macro F1"] - 10) < 1e-9);
  assert.ok(Math.abs(f1["weighted F1"] - 160 / 3) < 1e-9);
});

Deno.test("rows stand in the order of the classes, or of the values given; what a frame lacks is null", () => {
  const counts = pl.DataFrame({ label: ["CV", "AGN"], n: [2, 1] });
  const byClass = inOrder(counts, "label");
  assert.deepEqual(byClass.head(2).rows(), [["AGN", 1], ["STAR", null]]);
  assert.equal(byClass.height, 8);
  assert.deepEqual(inOrder(counts, "label", ["CV", "ULX"]).rows(), [["CV", 2], ["ULX", null]]);
});

Deno.test("values stand from 0 to 1, also where many share the highest; a missing one nowhere", () => {
  const long = pl.DataFrame({
    feature: [..."iiii", ..."fff", ..."ss"],
    value: [0, 1, 1, 1, 5, null, 7, 2, 2],
  });
  const level = lowToHigh(pl.col("value")).over("feature").alias("level");
  const levels = long.select(level).getColumn("level").toArray();
  assert.deepEqual(levels, [0, 1, 1, 1, 0, null, 1, 0, 0]);
});
