import { CLASSES } from "@csc-classify/chandra-sources";
import { type Matrix, predictedLabels, takeEntries } from "@csc-classify/forests";
import {
  calibrate,
  type Circumstances,
  type Decision,
  LEAST_OF_CASE,
  PLACES,
  type SetRule,
  sharpen,
  SURVEY_CASES,
} from "./decision.ts";

const N = CLASSES.length;

/** Held-out sources, or held-out copies of them, that a {@link Decision} is fitted on. */
export interface HeldOutRows {
  /** `[nRows x 8]` by trees that have not seen the source. */
  readonly given: Float64Array;
  readonly labels: Int32Array;
  /** `[nRows]` the source that each row is a copy of; absent for the sources themselves. */
  readonly parent?: Int32Array;
  readonly circumstances: Circumstances;
  /** The same rows with the added columns. */
  readonly matrix: Matrix;
}

/** What {@link fitDecision} is to fit. */
interface DecisionRecipe {
  readonly calibrated: boolean;
  readonly limits: boolean;
  readonly coverage: number;
}

/** Most probability that absence of every counterpart may give. */
const MOST_FROM_ABSENCE = 0.9;

/**
 * Classes that the limits of a host give to: nearly all that is given lies in one galaxy, so other
 * galaxies cannot tell how often it is right.
 */
const LIMITS_GIVE: readonly string[] = ["HMXB", "LMXB"];

/**
 * Fits powers on held-out sources, sets on these and on copies that have lost surveys.
 *
 * @param settled `[nSources]` whether a label may be calibrated on.
 * @param copies None for a model that does not learn from any.
 */
export function fitDecision(
  sources: HeldOutRows,
  settled: readonly boolean[],
  copies: HeldOutRows | undefined,
  { calibrated, limits, coverage }: DecisionRecipe,
): Decision {
  const plain = CLASSES.map(() => 1);
  const vouched = [...settled.keys()].filter((row) => settled[row]);
  const powersOn = (table: Float64Array, rows: readonly number[]) =>
    fitPowers(takeEntries(table, rows, N), takeEntries(sources.labels, rows, 1));
  const powers = calibrated ? powersOn(sources.given, vouched) : plain;
  const mostFromAbsence = calibrated ? MOST_FROM_ABSENCE : 1;
  let limitedPowers: readonly number[] | null = limits ? plain : null;
  const made = ({ given, circumstances, matrix }: HeldOutRows) =>
    calibrate(given, circumstances, matrix, { powers, mostFromAbsence, limitedPowers });
  if (limits && calibrated) {
    const { limited, isLimited } = made(sources);
    limitedPowers = powersOn(limited, vouched.filter((row) => isLimited[row]))
      .map((power, c) => LIMITS_GIVE.includes(CLASSES[c]) ? 1 : power);
  }
  const parts = [sources, ...copies ? [copies] : []]
    .map((rows) => ({ rows, table: made(rows) }));
  const cases = (of: "free" | "limited") =>
    fitSets(
      parts.flatMap(({ rows, table }) => scoredRows(table[of], rows))
        .filter(({ source }) => settled[source]),
      coverage,
    );
  return {
    powers,
    mostFromAbsence,
    limitedPowers,
    coverage,
    sets: cases("free"),
    limitedSets: limits ? cases("limited") : null,
  };
}

/** What a held-out row gives its own class; 1 where that is the class named, which is always in. */
interface ScoredRow {
  readonly label: number;
  readonly score: number;
  readonly source: number;
  readonly isCopy: boolean;
  readonly surveys: number;
  readonly place: number;
}

function scoredRows(
  probabilities: Float64Array,
  { labels, parent, circumstances: { surveys, places } }: HeldOutRows,
): ScoredRow[] {
  const named = predictedLabels(probabilities, N);
  return Array.from(labels, (label, row) => ({
    label,
    score: named[row] === label ? 1 : probabilities[row * N + label],
    source: parent?.[row] ?? row,
    isCopy: parent !== undefined,
    surveys: surveys[row],
    place: places[row],
  }));
}

/** Where fewer of a class than this are held in a case, the case has thresholds of its own. */
const LEAST_HELD = 0.9;

/**
 * Thresholds by case. Of sources with Gaia, 2MASS or WISE a class is held by the threshold of all
 * its sources and of the copies that kept one of these; without them, by that of the sources and
 * copies of the case. Where in a case or in a place of it fewer than 90 per cent of at least 40
 * sources are held, it has a threshold that holds 90 per cent of them.
 */
function fitSets(rows: readonly ScoredRow[], coverage: number): SetRule[] {
  const cells = CLASSES.map((_, c) => {
    const own = rows.filter(({ label }) => label === c);
    const all = own.filter(({ isCopy, surveys }) => !isCopy || surveys === 0);
    return SURVEY_CASES.map((_, s) => {
      const ofCase = own.filter(({ surveys }) => surveys === s);
      const isOwn = s > 0 && distinct(ofCase) >= LEAST_OF_CASE;
      const usual = atLeast(threshold(isOwn ? ofCase : all, coverage), ofCase);
      return PLACES.map((_, p) => {
        const here = ofCase.filter(({ place }) => place === p);
        const least = atLeast(usual, here);
        const held = here.length > 0 ? heldBy(least, here) : null;
        return { least, sources: distinct(here), held };
      });
    });
  });
  return SURVEY_CASES.flatMap((_, s) =>
    PLACES.map((_, p) => ({
      surveys: s,
      place: p,
      thresholds: cells.map((of) => of[s][p].least),
      sources: cells.map((of) => of[s][p].sources),
      held: cells.map((of) => of[s][p].held),
    }))
  );
}

/**
 * Threshold of a class in class-conditional conformal prediction (Vovk et al. 2005,
 * doi:10.1007/b106715, Mondrian): the class enters the set of a source when its probability reaches
 * it. With n rows of the class it has the rank (n + 1) coverage among the probabilities that they
 * gave it, from the largest; between two of them it is interpolated, which keeps the coverage of few
 * rows to order 1/n^2 (Beran & Hall 1993, J. R. Stat. Soc. B 55, 643), where rounding the rank up
 * covers up to 1/(n + 1) too much.
 *
 * @param own What rows of the class that the model has not seen gave it, in any order.
 * @param coverage Share of the sources of the class whose set is to hold it, e.g. 0.95.
 * @returns 0, so that the class always enters, when n is too small for the coverage.
 */
export function thresholdOf(own: readonly number[], coverage: number): number {
  const rank = (own.length + 1) * coverage, k = Math.floor(rank);
  if (rank > own.length) return 0;
  const sorted = own.toSorted((a, b) => b - a);
  if (k < 1) return sorted[0];
  return k === rank ? sorted[k - 1] : sorted[k - 1] + (rank - k) * (sorted[k] - sorted[k - 1]);
}

function threshold(rows: readonly ScoredRow[], coverage: number): number {
  return thresholdOf(rows.map(({ score }) => score), coverage);
}

function distinct(rows: readonly ScoredRow[]): number {
  return new Set(rows.map(({ source }) => source)).size;
}

function heldBy(least: number, rows: readonly ScoredRow[]): number {
  return rows.filter(({ score }) => score >= least).length / rows.length;
}

/** A threshold, or a lower one where it holds too few of enough rows. */
function atLeast(usual: number, rows: readonly ScoredRow[]): number {
  const isPoor = distinct(rows) >= LEAST_OF_CASE && heldBy(usual, rows) < LEAST_HELD;
  return isPoor ? threshold(rows, LEAST_HELD) : usual;
}

/** Rows that the powers of a rarely named class are fitted with, besides its own. */
const PRIOR_ROWS = 5;

/**
 * Powers for `sharpen` such that the rows which name a class state, on average, the share of them
 * that is right. A class that few rows name leans on the power of all.
 *
 * @param probabilities `[nRows x nClasses]` of rows that the model has not seen.
 * @returns `[nClasses]`
 */
export function fitPowers(probabilities: Float64Array, labels: Int32Array): number[] {
  const n = CLASSES.length;
  const named = predictedLabels(probabilities, n);
  const all = [...named.keys()];
  const right = (rows: readonly number[]) =>
    rows.filter((row) => named[row] === labels[row]).length;
  const stated = (rows: readonly number[], power: number) => {
    const powers = new Array<number>(n).fill(power);
    const p = sharpen(takeEntries(probabilities, rows, n), powers);
    return rows.reduce((sum, row, i) => sum + p[i * n + named[row]], 0);
  };
  const powerOf = (rows: readonly number[], wanted: number) => {
    let low = -5, high = 5; // natural logarithm of the power
    for (let step = 0; step < 40; step++) {
      const middle = (low + high) / 2;
      if (stated(rows, Math.exp(middle)) < wanted) low = middle;
      else high = middle;
    }
    return Math.exp((low + high) / 2);
  };
  const common = powerOf(all, right(all));
  return CLASSES.map((_, c) => {
    const rows = all.filter((row) => named[row] === c);
    if (rows.length === 0) return common;
    const own = right(rows) / rows.length, usual = stated(rows, common) / rows.length;
    const share = (own * rows.length + usual * PRIOR_ROWS) / (rows.length + PRIOR_ROWS);
    return powerOf(rows, share * rows.length);
  });
}
