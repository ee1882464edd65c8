import { quantile } from "simple-statistics";
import { predictedLabels, random, takeEntries } from "@csc-classify/forests";
import { CLASSES } from "@csc-classify/chandra-sources";
import { confusionMatrix, scores, spread } from "#lib/validation/metrics.ts";

/**
 * 95 per cent percentile bootstrap interval (Efron 1979, doi:10.1214/aos/1176344552) of a
 * statistic of rows drawn with replacement.
 *
 * @param statistic Of drawn row numbers in [0, nRows).
 * @returns Lower and upper end.
 */
export function bootstrapInterval(
  nRows: number,
  statistic: (rows: Int32Array) => number,
  { seed, draws = 1000 }: { readonly seed: number; readonly draws?: number },
): [number, number] {
  const stream = random(seed, "bootstrap");
  const values = Array.from(
    { length: draws },
    () => statistic(Int32Array.from({ length: nRows }, () => stream.integer(nRows))),
  );
  return [quantile(values, 0.025), quantile(values, 0.975)];
}

/**
 * The same over groups, e.g. sky cells: whole groups are drawn, for the sources of one field are
 * alike, and a score of another sky differs by the fields that it has.
 *
 * @param groups `[nRows]` group of each row.
 * @param statistic Of the rows of the drawn groups, in any number.
 */
export function groupInterval(
  groups: Int32Array,
  statistic: (rows: Int32Array) => number,
  options: { readonly seed: number; readonly draws?: number },
): [number, number] {
  const members = [...Map.groupBy(groups.keys(), (row) => groups[row]).values()];
  return bootstrapInterval(
    members.length,
    (drawn) => statistic(Int32Array.from([...drawn].flatMap((group) => members[group]))),
    options,
  );
}

/** A share of a sample with its interval. */
interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A share with its 95 per cent score interval (Wilson 1927, doi:10.1080/01621459.1927.10502953),
 * which holds for small samples and shares near 0 or 1.
 *
 * @returns NaN shares when `total` is 0.
 */
export function wilsonInterval(count: number, total: number, z = 1.959964): Share {
  const share = count / total, z2 = z * z / total;
  const middle = (share + z2 / 2) / (1 + z2);
  const half = Math.sqrt(z2 * (share * (1 - share) + z2 / 4)) / (1 + z2);
  return { share, low: middle - half, high: middle + half };
}

/** A number with its 95 per cent interval. */
interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What is drawn anew, and of which rows a score is. */
interface DrawOptions {
  /** `[nRows]`: what is drawn whole. */
  readonly groups: Int32Array;
  readonly seed: number;
  readonly draws?: number;
  /** Rows to score; all of them if absent. */
  readonly rows?: Int32Array;
  /** Repetitions of another model: the score is then how far the first is above it. */
  readonly above?: readonly Predicted[];
}

/** `[nRows x nClasses]` probabilities. */
interface Predicted {
  readonly probabilities: Float64Array;
}

/**
 * Macro or weighted F1 (per cent), the mean of repetitions, with the interval of {@link groupInterval};
 * two models are compared on the same draws.
 *
 * @param labels `[nRows]` true class indices.
 */
export function scoreInterval(
  labels: Int32Array,
  repetitions: readonly Predicted[],
  of: "macro" | "weighted",
  { groups, rows = Int32Array.from(labels.keys()), above, ...options }: DrawOptions,
): Interval {
  const n = CLASSES.length;
  const named = (all: readonly Predicted[]) =>
    all.map(({ probabilities }) => predictedLabels(probabilities, n));
  const [own, other] = [named(repetitions), above && named(above)];
  const mean = (all: readonly Int32Array[], some: Int32Array) => {
    const truth = takeEntries(labels, some, 1);
    return spread(
      all.map((one) => 100 * scores(confusionMatrix(truth, takeEntries(one, some, 1), n))[of].f1),
    ).mean;
  };
  const score = (some: Int32Array) => mean(own, some) - (other ? mean(other, some) : 0);
  const [low, high] = groupInterval(
    takeEntries(groups, rows, 1),
    (drawn) => score(takeEntries(rows, drawn, 1)),
    options,
  );
  return { value: score(rows), low, high };
}

/** A score of two models (per cent) and what the second gains. */
interface Gain {
  readonly before: number;
  readonly after: number;
  readonly gain: Interval;
}

/**
 * What one model gains over another in macro and weighted F1 on the same sources.
 *
 * @param labels `[nRows]` true class indices.
 * @param before, after `[nRows x nClasses]` probabilities of the two.
 */
export function pairedGain(
  labels: Int32Array,
  before: Float64Array,
  after: Float64Array,
  options: Omit<DrawOptions, "above" | "rows">,
): Readonly<Record<"macro" | "weighted", Gain>> {
  const [one, other] = [before, after].map((probabilities) => [{ probabilities }]);
  const gainOf = (of: "macro" | "weighted"): Gain => {
    const value = (all: readonly Predicted[]) =>
      scoreInterval(labels, all, of, { ...options, draws: 1 }).value;
    const gain = scoreInterval(labels, other, of, { ...options, above: one });
    return { before: value(one), after: value(other), gain };
  };
  return { macro: gainOf("macro"), weighted: gainOf("weighted") };
}
