import { CLASSES, FEATURE_NAMES, FEATURE_SCALE, fromColumns } from "@csc-classify/chandra-sources";
import { type Matrix, softmaxRows, takeColumns, takeRows } from "@csc-classify/forests";
import { parseTrees, rawScores } from "@csc-classify/lightgbm-wasm";
import { type FetchOptions, fetchPublished } from "#lib/tables/published-files.ts";
import { readPublishedModel } from "#lib/tables/published-model.ts";
import type { AuthorsTable, ScoredSources } from "./published-tables.ts";

/** The model that the authors published, as it is: 800 trees on 41 columns scaled to 0-10. */
export interface PublishedScorer {
  /** Eight probabilities, `[nRows x 8]` in the order of CLASSES, of columns of FEATURES. */
  predictProbabilities(matrix: Matrix): Float64Array;
  /** The same of `[nRows x 41]` columns that are scaled already, in the order of FEATURES. */
  predictScaled(matrix: Matrix): Float64Array;
}

/**
 * The authors' published model, ready to score. Training LightGBM as they did grows the same trees
 * (test/models/regrow.test.ts), so this is the paper's model of the other notebooks.
 *
 * @throws Error when the file cannot be had.
 */
export async function publishedScorer(options?: FetchOptions): Promise<PublishedScorer> {
  const { modelText, classes } = readPublishedModel(
    await fetchPublished("chandra-ml/lightGBM-new.pkl", options),
  );
  const trees = parseTrees(modelText);
  const theirs = [...new Set(classes)].sort();
  const order = CLASSES.map((name) => theirs.indexOf(name));
  const predictScaled = ({ values, nRows }: Matrix) => {
    const sorted = softmaxRows(rawScores(trees, values, nRows), order.length);
    return sorted.map((_, i) => sorted[i - i % order.length + order[i % order.length]]);
  };
  return {
    predictScaled,
    predictProbabilities: (matrix) => predictScaled(scaled(takeColumns(matrix, FEATURE_NAMES))),
  };
}

/** Columns of FEATURES on the authors' scale: value = min + (max - min) x / 10. */
function scaled({ values, nRows, nColumns, names }: Matrix): Matrix {
  const onScale = values.map((value, i) => {
    const { min, max } = FEATURE_SCALE[i % nColumns];
    return 10 * (value - min) / (max - min);
  });
  return { values: onScale, nRows, nColumns, names };
}

/** Which of a published table's columns are which of ours, found by what they predict. */
export interface Assignment {
  /** `[41]` label of the table for each of FEATURES, in order. */
  readonly labels: readonly string[];
  /** Whether the table's values are scaled to 0-10; else they are physical. */
  readonly scaled: boolean;
  /** Share of the rows whose eight probabilities are equal, and the greatest difference in those. */
  readonly equal: number;
  readonly difference: number;
}

/** Columns whose labels are shifted, by place: six fluxes behind eight others. */
const FLUXES = { first: 8, count: 6 } as const;
/** Probabilities as equal as a table's digits allow, in as many rows as rounding may spare. */
const TOLERANCE = 1e-4, ENOUGH = 0.98;
/** Rows to try each assignment on. */
const TRIAL_ROWS = 400;

/**
 * Settles which of the six flux columns of the authors' scored table holds what, by trying: first
 * each shift, then each order, with values taken as scaled and as physical. Right is what gives
 * the table's own eight probabilities.
 *
 * @throws Error with the best try when none gives them, or when two do.
 */
export function settleColumns(
  { published, scores }: Pick<AuthorsTable, "published" | "scores">,
  scorer: PublishedScorer,
): Assignment {
  const step = Math.max(1, Math.floor(published.nRows / TRIAL_ROWS));
  const rows = Array.from({ length: Math.ceil(published.nRows / step) }, (_, i) => i * step);
  const trial = takeRows(published, rows);
  const n = CLASSES.length;
  const expected = Float64Array.from(
    { length: rows.length * n },
    (_, i) => scores.probabilities![rows[Math.floor(i / n)] * n + i % n],
  );
  const labels = published.names, fluxes = labels.slice(FLUXES.first, FLUXES.first + FLUXES.count);
  let best: Assignment | undefined;
  const attempt = (order: readonly string[]) => {
    const assigned = [
      ...labels.slice(0, FLUXES.first),
      ...order,
      ...labels.slice(FLUXES.first + FLUXES.count),
    ];
    return [true, false].map((isScaled) => {
      const found = { labels: assigned, scaled: isScaled };
      const result = { ...found, ...agreement(predict(trial, found, scorer), expected) };
      if (!best || result.equal > best.equal) best = result;
      return result;
    });
  };
  for (const orders of [shifts(fluxes), permutations(fluxes)]) {
    const right = orders.flatMap(attempt).filter(({ equal }) => equal >= ENOUGH);
    if (right.length === 1) return right[0];
    if (right.length > 1) {
      throw new Error(
        `${right.length} orders of the six flux columns give the probabilities of the table, ` +
          `among them ${right.slice(0, 2).map(({ labels }) => order(labels)).join(" and ")}: its ` +
          "rows do not tell them apart",
      );
    }
  }
  throw new Error(
    "no order of the six flux columns gives the probabilities of the table: the best, " +
      `${order(best!.labels)}, does in ${
        (100 * best!.equal).toFixed(1)
      } % of ${rows.length} rows, ` +
      "so the table was made with another model or other columns",
  );
}

function order(labels: readonly string[]): string {
  return labels.slice(FLUXES.first, FLUXES.first + FLUXES.count).join(" ");
}

/** The authors' table as sources in physical units, once its columns are settled. */
export function settledSources(table: AuthorsTable, { labels, scaled }: Assignment): ScoredSources {
  const { published, significance, ...sources } = table;
  const { values, nColumns } = takeColumns(published, labels);
  const columns = FEATURE_NAMES.map((name, c) => {
    const { min, max } = FEATURE_SCALE[c];
    const column = Float64Array.from(significance, (_, row) => {
      const value = values[row * nColumns + c];
      return scaled ? min + (max - min) * value / 10 : value;
    });
    return [name, column] as const;
  });
  return { ...sources, matrix: fromColumns(new Map([...columns, ["significance", significance]])) };
}

/** Eight probabilities of a published table's rows, its columns taken as assigned. */
export function predict(
  table: Matrix,
  { labels, scaled }: Pick<Assignment, "labels" | "scaled">,
  scorer: PublishedScorer,
): Float64Array {
  const matrix = { ...takeColumns(table, labels), names: FEATURE_NAMES };
  return scaled ? scorer.predictScaled(matrix) : scorer.predictProbabilities(matrix);
}

/** In what share of the rows all eight probabilities are equal, and how far apart those are. */
export function agreement(
  ours: Float64Array,
  theirs: Float64Array,
): Pick<Assignment, "equal" | "difference"> {
  const n = CLASSES.length, nRows = ours.length / n;
  let equal = 0, difference = 0;
  for (let row = 0; row < nRows; row++) {
    let most = 0;
    for (let c = 0; c < n; c++) {
      most = Math.max(most, Math.abs(ours[row * n + c] - theirs[row * n + c]));
    }
    if (!(most <= TOLERANCE)) continue;
    equal++;
    difference = Math.max(difference, most);
  }
  return { equal: equal / nRows, difference };
}

function shifts<T>(items: readonly T[]): T[][] {
  return items.map((_, k) => [...items.slice(k), ...items.slice(0, k)]);
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, i) =>
    permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest])
  );
}
