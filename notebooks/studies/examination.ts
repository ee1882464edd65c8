import { CLASSES, type LabelledSources } from "@csc-classify/chandra-sources";
import { deriveSeed, predictedLabels, takeEntries } from "@csc-classify/forests";
import { crossMatch } from "@csc-classify/sky";
import { takeSources } from "@csc-classify/chandra-sources/files";
import { hostGroups } from "#lib/trust/sky-blocks.ts";
import { fitClassifier, type Recipe } from "#lib/trust/fit-classifier.ts";
import { circumstances, PLACES, SURVEY_CASES } from "#lib/trust/decision.ts";
import { blockedFolds, rowsOfFold } from "#lib/validation/folds.ts";
import { confusionMatrix, scores } from "#lib/validation/metrics.ts";
import { calibrationScores } from "./calibration.ts";
import { groupInterval } from "./intervals.ts";

const N = CLASSES.length;
/** The same source, as in the products. */
const SAME_ARCSEC = 1;

/** A labelled table cut for examination: each fold is classified by a model that saw none of it. */
export interface ExaminationPlan {
  /** `[nRows]` blocks: sky cells, those that share a host joined; and the fold of each row. */
  readonly blocks: Int32Array;
  readonly fold: Int32Array;
  readonly nBlocks: number;
  readonly nFolds: number;
  /** By fold: rows of the training set that share neither block nor source with the fold. */
  readonly fit: readonly Int32Array[];
}

/**
 * Cuts a labelled table into folds that keep sky cells and hosts whole, and finds for each the
 * training rows that know nothing of it: of other cells and hosts, other names, other places.
 *
 * @param table Sources with labels; positions are needed.
 * @param training What the classifier learns from.
 * @throws RangeError where the table lies in a single block, so that nothing can be held out twice.
 */
export function planExamination(
  table: LabelledSources,
  training: LabelledSources,
  { folds, seed }: { readonly folds: number; readonly seed: number },
): ExaminationPlan {
  const nRows = table.names.length;
  const all = hostGroups({
    ra: Float64Array.of(...table.ra, ...training.ra),
    dec: Float64Array.of(...table.dec, ...training.dec),
  });
  const blocks = all.slice(0, nRows), trainingBlocks = all.slice(nRows);
  const nBlocks = new Set(blocks).size, nFolds = Math.min(folds, nBlocks);
  const fold = nFolds < 2
    ? new Int32Array(nRows)
    : blockedFolds(table.labels, blocks, nFolds, deriveSeed(seed, "examination"));
  const twins = crossMatch(training, table, { radiusArcsec: SAME_ARCSEC });
  const twinOf = new Map([...twins.first].map((row, i) => [row, twins.second[i]]));
  const fit = Array.from({ length: nFolds }, (_, which) => {
    const held = nFolds < 2 ? [...blocks.keys()] : [...rowsOfFold(fold, which).held];
    const heldBlocks = new Set(held.map((row) => blocks[row]));
    const heldNames = new Set(held.map((row) => table.names[row])), heldRows = new Set(held);
    return Int32Array.from(
      [...trainingBlocks.keys()].filter((row) =>
        !heldBlocks.has(trainingBlocks[row]) && !heldNames.has(training.names[row]) &&
        !heldRows.has(twinOf.get(row) ?? -1)
      ),
    );
  });
  return { blocks, fold, nBlocks, nFolds, fit };
}

/** What models that had not seen them say of the rows of a table. */
export interface Examined {
  /** `[nRows x 8]` */
  readonly probabilities: Float64Array;
  /** `[nRows x 8]`: 1 where the class is in the set. */
  readonly sets: Uint8Array;
}

/** How {@link runExamination} fits. */
interface RunOptions {
  readonly seed: number;
  readonly workers: number;
  readonly hostLimits?: boolean;
  /** Called with the share done, in (0, 1]. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Classifies each fold of a plan by the classifier of the recipe, fitted on its training rows alone,
 * calibration and sets included. Fits once done are found again in `.cache`.
 */
export async function runExamination(
  table: LabelledSources,
  training: LabelledSources,
  { fold, nFolds, fit }: ExaminationPlan,
  recipe: Recipe,
  { seed, workers, hostLimits, onProgress, signal }: RunOptions,
): Promise<Examined> {
  const nRows = table.names.length;
  const examined = {
    probabilities: new Float64Array(nRows * N),
    sets: new Uint8Array(nRows * N),
  };
  for (let which = 0; which < nFolds; which++) {
    const held = Int32Array.from([...fold.keys()].filter((row) => fold[row] === which));
    const classifier = await fitClassifier(takeSources(training, fit[which]), recipe, {
      seed: deriveSeed(seed, "product", which),
      workers,
      signal,
      onProgress: (share) => onProgress?.((which + 0.99 * share) / nFolds),
    });
    const { probabilities, sets } = classifier.classify(takeSources(table, held), { hostLimits });
    held.forEach((row, i) => {
      examined.probabilities.set(probabilities.subarray(i * N, (i + 1) * N), row * N);
      examined.sets.set(sets.subarray(i * N, (i + 1) * N), row * N);
    });
    onProgress?.((which + 1) / nFolds);
  }
  return examined;
}

/** A number with its 95 per cent interval over blocks of sky. */
interface Measured {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Scores of a table, or of a part of it. Per cents but for `ece`, 0 to 1, and `set_size`. */
export const MEASURES = {
  accuracy: "class right",
  accuracy_star_or_yso: "class right, STAR and YSO taken as one",
  balanced_accuracy: "mean over the classes of the share found",
  ece: "expected calibration error of the highest probability",
  coverage: "sets that hold the class",
  coverage_star_or_yso: "sets that hold the class, STAR and YSO taken as one",
  set_size: "classes in a set",
} as const;

/** Draws of blocks behind an interval. */
const DRAWS = 500;

/**
 * Scores with intervals by drawing whole blocks anew.
 *
 * @param rows Of the table; all if absent.
 */
export function measured(
  { labels }: LabelledSources,
  { probabilities, sets }: Examined,
  blocks: Int32Array,
  seed: number,
  rows: ArrayLike<number> = labels.map((_, row) => row),
): Record<keyof typeof MEASURES, Measured> {
  const named = predictedLabels(probabilities, N);
  const star = CLASSES.indexOf("STAR"), young = CLASSES.indexOf("YSO");
  const merged = (label: number) => label === young ? star : label;
  const share = (rows: ArrayLike<number>, is: (row: number) => boolean) =>
    100 * Array.from(rows).filter(is).length / rows.length;
  const of: Record<keyof typeof MEASURES, (rows: Int32Array) => number> = {
    accuracy: (rows) => share(rows, (row) => named[row] === labels[row]),
    accuracy_star_or_yso: (rows) =>
      share(rows, (row) => merged(named[row]) === merged(labels[row])),
    balanced_accuracy: (rows) => {
      const counts = confusionMatrix(takeEntries(labels, rows, 1), takeEntries(named, rows, 1), N);
      return 100 * scores(counts).balancedAccuracy;
    },
    ece: (rows) =>
      calibrationScores(takeEntries(probabilities, rows, N), takeEntries(labels, rows, 1), N).ece,
    coverage: (rows) => share(rows, (row) => sets[row * N + labels[row]] === 1),
    coverage_star_or_yso: (rows) =>
      share(rows, (row) => {
        const holds = (c: number) => sets[row * N + c] === 1;
        return merged(labels[row]) === star ? holds(star) || holds(young) : holds(labels[row]);
      }),
    set_size: (rows) => takeEntries(sets, rows, N).reduce((a, b) => a + b, 0) / rows.length,
  };
  const all = Int32Array.from(rows), groups = takeEntries(blocks, all, 1);
  return Object.fromEntries(
    Object.entries(of).map(([name, statistic]) => {
      const [low, high] = groupInterval(
        groups,
        (drawn) => statistic(drawn.map((i) => all[i])),
        { seed, draws: DRAWS },
      );
      return [name, { value: statistic(all), low, high }];
    }),
  ) as Record<keyof typeof MEASURES, Measured>;
}

/** Coverage and more of a group of rows that share a class and what a user can tell of them. */
interface GroupRow {
  readonly group: string;
  readonly class: string;
  readonly sources: number;
  readonly right: number;
  readonly coverage: number;
  readonly low: number;
  readonly high: number;
  readonly set_size: number;
}

/**
 * Coverage by class, of all sources, by place and by the surveys that have them: shares in per cent,
 * intervals over blocks. Groups of one block have no interval.
 */
export function coverageByGroup(
  table: LabelledSources,
  examined: Examined,
  blocks: Int32Array,
  seed: number,
): GroupRow[] {
  const { surveys, places } = circumstances(table);
  const groups = [
    { group: "all", is: (_: number) => true },
    ...PLACES.map(({ words }, p) => ({ group: words, is: (row: number) => places[row] === p })),
    ...SURVEY_CASES.map(({ words }, s) => ({
      group: words,
      is: (row: number) => surveys[row] === s,
    })),
  ];
  return groups.flatMap(({ group, is }) =>
    CLASSES.flatMap((name, c) => {
      const rows = [...table.labels.keys()].filter((row) => table.labels[row] === c && is(row));
      if (rows.length === 0) return [];
      const { accuracy, coverage, set_size } = measured(table, examined, blocks, seed, rows);
      const isOne = new Set(rows.map((row) => blocks[row])).size < 2;
      return [{
        group,
        class: name,
        sources: rows.length,
        right: accuracy.value,
        coverage: coverage.value,
        low: isOne ? NaN : coverage.low,
        high: isOne ? NaN : coverage.high,
        set_size: set_size.value,
      }];
    })
  );
}
