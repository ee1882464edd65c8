import pl, { type DataFrame, type Expr } from "nodejs-polars";
import { CLASSES } from "@csc-classify/chandra-sources";
import type { Result } from "#lib/run/results.ts";
import { spread } from "#lib/validation/metrics.ts";
import { overallScores } from "#lib/validation/predictions.ts";

/** Columns of a frame that hold parts of its results. */
interface ResultColumns {
  readonly value: string;
  /** Scatter between repetitions. */
  readonly sigma?: string;
  /** Of the paper. */
  readonly published?: string;
}

/**
 * Numbers of a frame as `record` takes them, one a row; a row without a value has none.
 *
 * @param name What a number is called, columns in braces: `table4.{class}.count`.
 */
export function resultsOf(
  frame: DataFrame,
  name: string,
  { value, sigma, published }: ResultColumns,
): Record<string, Result> {
  const rows = frame.toRecords() as Record<string, number | string | null>[];
  const has = (row: typeof rows[number], column?: string) =>
    column !== undefined && row[column] !== null && row[column] !== undefined;
  return Object.fromEntries(
    rows.filter((row) => has(row, value)).map((row) => [
      name.replace(/\{([^}]+)\}/g, (_, column) => String(row[column])),
      {
        value: Number(row[value]),
        ...has(row, sigma) && { sigma: Number(row[sigma!]) },
        ...has(row, published) && { published: { value: Number(row[published!]) } },
      },
    ]),
  );
}

/**
 * Mean of a column over repetitions, and their scatter where there are several.
 *
 * @param is The text of each column that chooses the rows: `{ view: "nothing" }`.
 */
export function spreadOf(
  frame: DataFrame,
  is: Readonly<Record<string, string>>,
  column: string,
): { value: number; sigma?: number } {
  const own = Object.entries(is).reduce(
    (rows, [name, text]) => rows.filter(pl.col(name).eq(pl.lit(text))),
    frame,
  );
  const { mean, sigma } = spread(own.getColumn(column).toArray() as number[]);
  return { value: mean, sigma };
}

/** The greatest of the eight probabilities of `predictions`, as `cmp`. */
export const CMP = pl.maxHorizontal(CLASSES.map((name) => pl.col(name))).alias("cmp");

/** Whether the class predicted is the true one, as `right`. */
export const IS_RIGHT = pl.col("label").eq(pl.col("predicted")).alias("right");

/**
 * The rows of a frame in the order of the values of a column, one of nulls where the frame has none.
 *
 * @param values The eight classes if absent.
 */
export function inOrder(
  frame: DataFrame,
  column: string,
  values: readonly string[] = CLASSES,
): DataFrame {
  return pl.DataFrame({ [column]: [...values] }).join(frame, { on: column, how: "left" });
}

/** Rows of {@link f1Rows}, in order. */
export const F1_ROWS: readonly string[] = [...CLASSES, "macro F1", "weighted F1"];

/**
 * F1 of each class, and over all classes, per cent: columns of `by`, `repetition`, `class` (one of
 * {@link F1_ROWS}) and `f1`.
 *
 * @param byClass Scores of `classScores` by the same columns.
 */
export function f1Rows(byClass: DataFrame, by: readonly string[]): DataFrame {
  const keys = [...by, "repetition"], columns = [...keys, "class", "f1"];
  const overall = overallScores(byClass, by)
    .unpivot(keys, ["macro F1", "weighted F1"], { variableName: "class", valueName: "f1" });
  return pl.concat([byClass.select(...columns), overall.select(...columns)]);
}

/**
 * Where each value stands among those of its column, from 0, the lowest, to 1, the highest, however
 * many share it (a yes is 1, a no 0); null where the value is.
 */
export function lowToHigh(value: Expr): Expr {
  const rank = value.rank("min").minus(1);
  return pl.when(rank.max().gt(0)).then(rank.div(rank.max())).otherwise(rank);
}
