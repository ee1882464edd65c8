import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { CLASSES } from "@csc-classify/chandra-sources";
import { classScores, overallScores, predictions } from "#lib/validation/predictions.ts";
import { confusionMatrix, scores } from "#lib/validation/metrics.ts";

/** A repetition that names each row so, with 0.65 for it and 0.05 for each other class. */
function naming(fold: readonly number[], ...labels: readonly number[]) {
  const of = (i: number) => i % 8 === labels[Math.floor(i / 8)] ? 0.65 : 0.05;
  return {
    fold: Int32Array.from(fold),
    probabilities: Float64Array.from({ length: 8 * labels.length }, (_, i) => of(i)),
  };
}

const SOURCES = { names: ["one", "two", "three"], labels: Int32Array.of(0, 1, 1) };
const RUN = { iterations: [naming([0, 1, 1], 0, 1, 0), naming([1, 0, 1], 2, 1, 1)] };

Deno.test("a validation is a row a source and repetition, probabilities to the bit", () => {
  const frame = predictions(RUN, SOURCES);
  assert.deepEqual(frame.columns, [
    ...["source", "label", "predicted", "fold", "repetition"],
    ...CLASSES,
  ]);
  assert.deepEqual(frame.select("source", "label", "predicted", "fold", "repetition").rows(), [
    ["one", "AGN", "AGN", 0, 0],
    ["two", "STAR", "STAR", 1, 0],
    ["three", "STAR", "AGN", 1, 0],
    ["one", "AGN", "YSO", 1, 1],
    ["two", "STAR", "STAR", 0, 1],
    ["three", "STAR", "STAR", 1, 1],
  ]);
  assert.deepEqual([...frame.getColumn("AGN")], [0.65, 0.05, 0.65, 0.05, 0.05, 0.05]);
  assert.deepEqual([...frame.getColumn("YSO")], [0.05, 0.05, 0.05, 0.65, 0.05, 0.05]);
});

Deno.test("the frame joins and groups as polars frames do", () => {
  const hosts = pl.DataFrame({ source: ["one", "three"], host: ["M 31", "M 33"] });
  const counted = predictions(RUN, SOURCES).join(hosts, { on: "source", how: "inner" })
    .groupBy("host").agg(pl.col("label").eq(pl.col("predicted")).sum().alias("right")).sort("host");
  assert.deepEqual(counted.rows(), [["M 31", 1], ["M 33", 1]]);
});

Deno.test("scores by class are those of the confusion matrix, each value of a column by itself", () => {
  const frame = predictions(RUN, SOURCES);
  const both = pl.concat([
    frame.withColumns(pl.lit("a").alias("model")),
    frame.filter(pl.col("repetition").eq(pl.lit(0))).withColumns(pl.lit("b").alias("model")),
  ]);
  const found = classScores(both, ["model"]);
  assert.deepEqual(
    found.filter(pl.col("class").eq(pl.lit("STAR"))).rows(),
    // two STARs; first repetition: one named so, rightly; second: both
    [
      ["a", 0, "STAR", 100, 50, 200 / 3, 2],
      ["a", 1, "STAR", 100, 100, 100, 2],
      ["b", 0, "STAR", 100, 50, 200 / 3, 2],
    ],
  );
  const { classes, macro, weighted } = scores(
    confusionMatrix(SOURCES.labels, Int32Array.of(0, 1, 0), 8),
  );
  const own = found.filter(pl.col("model").eq(pl.lit("b")));
  assert.deepEqual([...own.getColumn("class")], [...CLASSES]);
  for (const score of ["precision", "recall", "f1"] as const) {
    own.getColumn(score).toArray().forEach((value, c) =>
      assert.ok(Math.abs(Number(value) - 100 * classes[c][score]) < 1e-12, `${CLASSES[c]} ${score}`)
    );
  }
  const [[, , ...overall]] = overallScores(own, ["model"]).rows();
  [macro, weighted].forEach(({ f1 }, i) =>
    assert.ok(Math.abs(Number(overall[i]) - 100 * f1) < 1e-12, `${overall[i]}`)
  );
});
