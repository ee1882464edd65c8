import pl, { type DataFrame } from "nodejs-polars";
import { CLASSES, type LabelledSources } from "@csc-classify/chandra-sources";
import { deriveSeed } from "@csc-classify/forests";
import { takeSources } from "@csc-classify/chandra-sources/files";
import { fitClassifier, type Recipe } from "#lib/trust/fit-classifier.ts";
import { blockedFolds, rowsOfFold } from "#lib/validation/folds.ts";
import { classifyBatches } from "#lib/scoring/classify-batches.ts";
import { scoredRows } from "#lib/scoring/read-scored.ts";
import { predictions } from "#lib/validation/predictions.ts";
import { CMP, IS_RIGHT } from "./frames.ts";
import { groupInterval } from "./intervals.ts";
import { sideBySide } from "./side-by-side.ts";

/** How {@link scoreHeldOut} cuts the sky, and what it takes from the sources. */
interface HeldOutOptions {
  /** `[nRows]` blocks of sky. */
  readonly groups: Int32Array;
  readonly folds: number;
  readonly seed: number;
  readonly workers: number;
  /** By name: what is done to the held-out sources before they are scored. */
  readonly views: Readonly<Record<string, (held: LabelledSources) => LabelledSources>>;
  /** Called with the share done, in (0, 1]. */
  readonly onProgress?: (done: number) => void;
}

/** What a product said of sources that its classifier had not seen. */
export interface HeldOutScores {
  /** `[nRows]` fold in which each source was held out. */
  readonly fold: Int32Array;
  /** `[nRows x 8]`, without the limits of hosts and under them. */
  readonly probabilities: Float64Array;
  readonly limited: Float64Array;
  /** `[nRows x 8]`: 1 where the class is in the set. */
  readonly sets: Uint8Array;
  /** Sources that the product takes for known; none should be, save twins within an arcsecond. */
  readonly known: number;
}

/**
 * Examines the product: for each fold of sky blocks a classifier is fitted on the others, calibration
 * and thresholds included, and scores the sources of the fold by what `deno task score` scores with.
 *
 * @returns Scores by name of the view, each of all sources.
 */
export async function scoreHeldOut(
  sources: LabelledSources,
  recipe: Recipe,
  { groups, folds, seed, workers, views, onProgress }: HeldOutOptions,
): Promise<Record<string, HeldOutScores>> {
  const nRows = sources.names.length, n = CLASSES.length;
  const fold = blockedFolds(sources.labels, groups, folds, deriveSeed(seed, "held-out sky"));
  const all = Object.keys(views).map(() => ({
    fold,
    probabilities: new Float64Array(nRows * n),
    limited: new Float64Array(nRows * n),
    sets: new Uint8Array(nRows * n),
    known: 0,
  }));
  const done = new Float64Array(folds);
  const report = (which: number, share: number) => {
    done[which] = share;
    onProgress?.(done.reduce((sum, part) => sum + part, 0) / folds);
  };
  await sideBySide([...Array(folds).keys()], workers, async (which, workers) => {
    const { fit, held } = rowsOfFold(fold, which);
    const classifier = await fitClassifier(takeSources(sources, fit), recipe, {
      seed: deriveSeed(seed, "product", which),
      workers,
      onProgress: (share) => report(which, 0.99 * share),
    });
    const others = takeSources(sources, held);
    const { batches } = classifyBatches(Object.values(views).map((view) => view(others)), {
      extras: [],
      classifier: classifier.save(),
      metadata: { title: "", description: "", simulated: false, provenance: {} },
      workers: 1,
    });
    const rows = await scoredRows(batches);
    rows.forEach((row, i) => {
      const into = all[Math.floor(i / held.length)], start = held[i % held.length] * n;
      const set = String(row.set95).split(";");
      CLASSES.forEach((name, c) => {
        into.probabilities[start + c] = Number(row[`cmp_${name}`]);
        into.limited[start + c] = Number(row[`cmp_${name}_limited`]);
        into.sets[start + c] = set.includes(name) ? 1 : 0;
      });
      if (row.in_training) into.known++;
    });
    report(which, 1);
  });
  return Object.fromEntries(Object.keys(views).map((name, i) => [name, all[i]]));
}

/**
 * Repetitions of {@link scoreHeldOut} as one long frame, a row a view, repetition and source: the
 * columns of `predictions`, and `view`, `row` (of the sources), `limited` (the class under the
 * limits of hosts), `cmp` (probability of the class predicted), `true_cmp` (that of the true class),
 * `right`, `set95` (classes joined by ";"), `covered` (whether it holds the true class) and
 * `set_size`.
 */
export function heldOutFrame(
  runs: readonly Readonly<Record<string, HeldOutScores>>[],
  sources: LabelledSources,
): DataFrame {
  const views = Object.keys(runs[0] ?? {});
  return pl.concat(views.map((view) => viewFrame(view, runs.map((run) => run[view]), sources)));
}

function viewFrame(view: string, runs: readonly HeldOutScores[], sources: LabelledSources) {
  const nRows = sources.names.length, n = CLASSES.length;
  const stage = (of: "probabilities" | "limited") =>
    predictions(
      { iterations: runs.map((run) => ({ fold: run.fold, probabilities: run[of] })) },
      sources,
    );
  const setOf = (sets: Uint8Array, row: number) =>
    CLASSES.filter((_, c) => sets[row * n + c] === 1).join(";");
  const sets = runs.flatMap((run) =>
    Array.from({ length: nRows }, (_, row) => setOf(run.sets, row))
  );
  const rows = runs.flatMap(() => [...sources.names.keys()]);
  const label = pl.col("label");
  const members = pl.col("set95").str.split(";");
  const ofTruth = CLASSES.map((name) =>
    pl.when(label.eq(pl.lit(name))).then(pl.col(name)).otherwise(pl.lit(0))
  );
  return stage("probabilities").withColumns(
    pl.lit(view).alias("view"),
    pl.Series("row", rows, pl.Int32),
    stage("limited").getColumn("predicted").rename("limited"),
    CMP,
    pl.sumHorizontal(ofTruth).alias("true_cmp"),
    IS_RIGHT,
    pl.Series("set95", sets, pl.Utf8),
  ).withColumns(
    members.lst.contains(label).alias("covered"),
    members.lst.lengths().alias("set_size"),
  );
}

/** Sources of {@link heldOutFrame} whose sets are looked at together. */
interface Situation {
  readonly id: string;
  readonly title: string;
  readonly view: string;
  /** Which of the view's sources. */
  readonly is: pl.Expr;
}

/** How {@link coverageOf} draws blocks anew. */
interface CoverageOptions {
  /** `[nRows]` block of each source. */
  readonly blocks: Int32Array;
  readonly seed: number;
  readonly draws: number;
}

/**
 * How often sets hold the true class in a situation, in per cent, the mean of the repetitions, with
 * its 95 per cent interval over blocks of sky, and the mean number of classes in a set.
 *
 * @param heldOut A frame of {@link heldOutFrame}.
 * @param name Of this class alone; of all where absent.
 * @returns Undefined where there is no such source.
 */
export function coverageOf(
  heldOut: DataFrame,
  { view, is }: Pick<Situation, "view" | "is">,
  { blocks, seed, draws }: CoverageOptions,
  name?: string,
) {
  const own = name === undefined ? is : is.and(pl.col("label").eq(pl.lit(name)));
  const perSource = heldOut.lazy().filter(pl.col("view").eq(pl.lit(view)).and(own)).groupBy("row")
    .agg(pl.col("covered").cast(pl.Float64).mean(), pl.col("set_size").cast(pl.Float64).mean())
    .sort("row").collectSync();
  if (perSource.height === 0) return undefined;
  const numbers = (column: string) => perSource.getColumn(column).toArray() as number[];
  const covered = numbers("covered"), rows = numbers("row");
  const share = (which: Iterable<number>) => {
    let sum = 0, count = 0;
    for (const i of which) {
      sum += covered[i];
      count++;
    }
    return 100 * sum / count;
  };
  const groups = Int32Array.from(rows, (row) => blocks[row]);
  const [low, high] = groupInterval(groups, share, { seed, draws });
  const sizes = numbers("set_size").reduce((sum, size) => sum + size, 0);
  return { sources: rows.length, value: share(rows.keys()), low, high, size: sizes / rows.length };
}

/**
 * {@link coverageOf} each class in each situation: a row a pair with at least `least` sources, with
 * `id`, `title` and `class`.
 */
export function coverageTable(
  heldOut: DataFrame,
  situations: readonly Situation[],
  { least, ...options }: CoverageOptions & { readonly least: number },
) {
  return situations.flatMap(({ id, title, ...situation }) =>
    CLASSES.flatMap((name) => {
      const found = coverageOf(heldOut, situation, options, name);
      return found && found.sources >= least ? [{ id, title, class: name, ...found }] : [];
    })
  );
}
