import { Buffer } from "node:buffer";
import {
  Dictionary,
  Int32,
  makeData,
  makeVector,
  Table,
  tableToIPC,
  Utf8,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import pl, { type DataFrame, type LazyDataFrame } from "nodejs-polars";
import { predictedLabels } from "@csc-classify/forests";
import { CLASSES, type LabelledSources } from "@csc-classify/chandra-sources";
import type { Iteration } from "./cross-validate.ts";

/**
 * A cumulative cross-validation as one long polars frame, a row a source and repetition: `source`
 * (its name), `label` and `predicted` (class names), `fold`, `repetition` (both from 0), and a
 * column of class membership probabilities for each of CLASSES, in [0, 1].
 *
 * It goes to polars as one Arrow buffer: no object is made for a row.
 *
 * @param run Repetitions, each with a prediction for every source.
 * @param sources Those that were validated, in the same order.
 */
export function predictions(
  { iterations }: { readonly iterations: readonly Iteration[] },
  { names, labels }: Pick<LabelledSources, "names" | "labels">,
): DataFrame {
  const nRows = names.length, nClasses = CLASSES.length, length = iterations.length * nRows;
  const predicted = new Int32Array(length), fold = new Int32Array(length);
  const columns = CLASSES.map(() => new Float64Array(length));
  iterations.forEach((iteration, repetition) => {
    const start = repetition * nRows;
    predicted.set(predictedLabels(iteration.probabilities, nClasses), start);
    fold.set(iteration.fold, start);
    for (let row = 0; row < nRows; row++) {
      for (let c = 0; c < nClasses; c++) {
        columns[c][start + row] = iteration.probabilities[row * nClasses + c];
      }
    }
  });
  const again = (of: (row: number) => number) =>
    Int32Array.from({ length }, (_, i) => of(i % nRows));
  const table = new Table({
    source: words(names, again((row) => row)),
    label: words(CLASSES, again((row) => labels[row])),
    predicted: words(CLASSES, predicted),
    fold: makeVector(fold),
    repetition: makeVector(Int32Array.from({ length }, (_, i) => Math.floor(i / nRows))),
    ...Object.fromEntries(CLASSES.map((name, c) => [name, makeVector(columns[c])])),
  });
  const frame = pl.readIPC(Buffer.from(tableToIPC(table, "file")));
  // plain texts: polars joins a category with no text
  return frame.withColumns(
    ...["source", "label", "predicted"].map((name) => pl.col(name).cast(pl.Utf8)),
  );
}

/** A column of texts by their place in a list. */
function words(list: readonly string[], places: Int32Array): Vector<Dictionary<Utf8, Int32>> {
  const type = new Dictionary(new Utf8(), new Int32());
  const dictionary = vectorFromArray([...list], new Utf8());
  return new Vector([makeData({ type, length: places.length, data: places, dictionary })]);
}

/**
 * Scores by class of {@link predictions}: columns of `by`, `repetition`, `class`, `precision`,
 * `recall`, `f1` (per cent; 0 where the denominator is 0, as in scikit-learn) and `support`, the
 * sources of the class; classes in the order of CLASSES, those without a source among them.
 *
 * @param by Columns whose values are scored each by themselves, e.g. a model or a host.
 */
export function classScores(predictions: DataFrame, by: readonly string[] = []): DataFrame {
  const keys = [...by, "repetition"], cell = [...keys, "class"], all = predictions.lazy();
  const count = (rows: LazyDataFrame, of: "label" | "predicted", name: string) =>
    rows.rename({ [of]: "class" }).groupBy(cell).agg(pl.len().alias(name));
  const order = pl.DataFrame({ class: [...CLASSES], place: CLASSES.map((_, c) => c) });
  const share = (part: pl.Expr, whole: pl.Expr) =>
    pl.when(whole.gt(0)).then(part.mul(100).div(whole)).otherwise(pl.lit(0));
  const [right, named, support] = ["right", "named", "support"].map((name) => pl.col(name));
  const joined = { on: cell, how: "left" } as const;
  return all.select(...keys).unique().join(order.lazy(), { how: "cross" })
    .join(count(all, "label", "support"), joined)
    .join(count(all, "predicted", "named"), joined)
    .join(count(all.filter(pl.col("label").eq(pl.col("predicted"))), "label", "right"), joined)
    .withColumns(
      ...["right", "named", "support"].map((name) => pl.col(name).fillNull(0).cast(pl.Float64)),
    )
    .sort([...keys, "place"])
    .select(
      ...cell,
      share(right, named).alias("precision"),
      share(right, support).alias("recall"),
      share(right.mul(2), named.plus(support)).alias("f1"),
      support,
    )
    .collectSync();
}

/**
 * Scores over all classes of {@link classScores}, per cent: columns of `by`, `repetition`,
 * `macro F1` (every class counts alike) and `weighted F1` (by its sources).
 */
export function overallScores(byClass: DataFrame, by: readonly string[] = []): DataFrame {
  const keys = [...by, "repetition"], [f1, support] = [pl.col("f1"), pl.col("support")];
  return byClass.groupBy(keys).agg(
    f1.mean().alias("macro F1"),
    f1.mul(support).sum().div(support.sum()).alias("weighted F1"),
  ).sort(keys);
}
