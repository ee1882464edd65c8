import type { DataFrame } from "nodejs-polars";
import { CLASSES, FEATURES, type SourceClass } from "@csc-classify/chandra-sources";
import type { Matrix } from "@csc-classify/forests";
import { toMatrix } from "@csc-classify/chandra-sources/files";
import {
  ANCHORS,
  type ClassStatistics,
  KNOTS,
  type SkyComponent,
  VARIABLES,
} from "@csc-classify/chandra-sources/simulation-statistics";
import { nearestCorrelation } from "./correlations.ts";
import { skyClusters } from "#studies/sky-clusters.ts";

/** Group of each of {@link VARIABLES}; significance and offset have none. */
const VARIABLE_GROUPS = VARIABLES.map((name) =>
  FEATURES.find((feature) => feature.name === name)?.group
);

/** Sources nearer to each other than this share a cluster. */
const LINK_DEG = 0.5;
/** Fewer sources than this are no cluster: their mean would be too near to a source. */
const LEAST_IN_CLUSTER = 12;
/** Clusters from this size on keep how their members differ from the class. */
const LEAST_FOR_SHIFT = 20;
/** Combinations within a group that fewer sources have give way to the nearest. */
const LEAST_WITH_PATTERN = 3;
/** Fewer pairs than this say nothing about a correlation. */
const LEAST_PAIRS = 20;

/**
 * Statistics of a labelled table from which `simulateCatalogue` draws: per class quantiles of each
 * variable, correlations of normal scores, clusters on the sky, and which variables are present
 * together where.
 *
 * @param frame A training table: class, gal_l, gal_b and the variables, null where missing.
 */
export function deriveSimulation(frame: DataFrame): Record<SourceClass, ClassStatistics> {
  const labels = frame.getColumn("class").toArray().map(String);
  const values = toMatrix(frame, VARIABLES), sky = toMatrix(frame, ["gal_l", "gal_b"]);
  return Object.fromEntries(CLASSES.map((name) => {
    const rows = labels.flatMap((label, row) => label === name ? [row] : []);
    return [name, deriveClass(rows, values, sky)];
  })) as Record<SourceClass, ClassStatistics>;
}

function deriveClass(rows: readonly number[], values: Matrix, sky: Matrix): ClassStatistics {
  const columns = VARIABLES.map((_, column) =>
    Float64Array.from(rows, (row) => values.values[row * values.nColumns + column])
  );
  const l = Float64Array.from(rows, (row) => sky.values[2 * row]);
  const b = Float64Array.from(rows, (row) => sky.values[2 * row + 1]);
  const free = columns.map((column, i) => {
    const anchor = VARIABLES.indexOf(ANCHORS[VARIABLES[i]]);
    return anchor < 0 ? column : column.map((value, row) => value - columns[anchor][row]);
  });
  const scores = free.map(normalScores);
  const { patterns, patternOf } = commonPatterns(columns);
  const clusters = skyClusters(l, b, LINK_DEG).filter(({ length }) => length >= LEAST_IN_CLUSTER);
  const clustered = new Set(clusters.flat());
  const isolated = rows.map((_, i) => i).filter((i) => !clustered.has(i));
  const countPatterns = (members: readonly number[]) => {
    const counts = new Map<number, number>();
    for (const i of members) counts.set(patternOf[i], (counts.get(patternOf[i]) ?? 0) + 1);
    return [...counts].sort(([a], [b]) => a - b);
  };
  const pick = (column: Float64Array) => Float64Array.from(isolated, (i) => column[i]);
  return {
    count: rows.length,
    quantiles: free.map(quantiles),
    correlations: nearestCorrelation(correlations(scores))
      .map((row) => row.map((value) => Math.round(100 * value) / 100 || 0)),
    patterns,
    components: [
      ...clusters.map((members): SkyComponent => ({
        count: members.length,
        ...centreAndSpread(members, l, b),
        ...(members.length >= LEAST_FOR_SHIFT && { shift: shifts(members, scores) }),
        patterns: countPatterns(members),
      })),
      { count: isolated.length, patterns: countPatterns(isolated) },
    ],
    isolated: { l: quantiles(pick(l)), b: quantiles(pick(b)) },
  };
}

/** Quantiles at {@link KNOTS} of the values that are there, to four digits; 0 if none is. */
function quantiles(column: Float64Array): number[] {
  const sorted = column.filter(Number.isFinite).sort();
  if (sorted.length === 0) return KNOTS.map(() => 0);
  return KNOTS.map((z) => {
    const at = normalCdf(z) * (sorted.length - 1);
    const low = Math.floor(at), high = Math.min(low + 1, sorted.length - 1);
    return rounded(sorted[low] + (at - low) * (sorted[high] - sorted[low]), 4);
  });
}

/** Standard normal distribution function; Abramowitz & Stegun 26.2.17, to 1e-7. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * t *
    (0.319381530 +
      t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

/** Normal score of each value by its rank, by interpolation in the quantiles; NaN if missing. */
function normalScores(column: Float64Array): Float64Array {
  const present = [...column.keys()].filter((i) => Number.isFinite(column[i]))
    .sort((i, j) => column[i] - column[j]);
  const scores = new Float64Array(column.length).fill(NaN);
  present.forEach((i, rank) => scores[i] = inverseNormal((rank + 0.5) / present.length));
  return scores;
}

/** Inverse of {@link normalCdf} by bisection. */
function inverseNormal(p: number): number {
  let low = -6, high = 6;
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function correlations(scores: readonly Float64Array[]): number[][] {
  return scores.map((first, i) =>
    scores.slice(0, i).map((second) => {
      let n = 0, xx = 0, yy = 0, xy = 0, x = 0, y = 0;
      for (let row = 0; row < first.length; row++) {
        if (Number.isNaN(first[row]) || Number.isNaN(second[row])) continue;
        n++;
        x += first[row];
        y += second[row];
        xx += first[row] ** 2;
        yy += second[row] ** 2;
        xy += first[row] * second[row];
      }
      if (n < LEAST_PAIRS) return 0;
      const covariance = xy / n - x * y / n ** 2;
      const variances = (xx / n - (x / n) ** 2) * (yy / n - (y / n) ** 2);
      return covariance / Math.sqrt(variances) || 0;
    })
  );
}

function shifts(members: readonly number[], scores: readonly Float64Array[]): number[] {
  return scores.map((column) => {
    const present = members.map((i) => column[i]).filter(Number.isFinite);
    const mean = present.reduce((sum, z) => sum + z, 0) / present.length;
    return present.length < LEAST_IN_CLUSTER ? 0 : Math.round(mean * 100) / 100;
  });
}

function centreAndSpread(members: readonly number[], l: Float64Array, b: Float64Array) {
  const origin = l[members[0]];
  const around = (degrees: number) => ((degrees - origin + 540) % 360) - 180;
  const mean = (value: (i: number) => number) =>
    members.reduce((sum, i) => sum + value(i), 0) / members.length;
  const dl = mean((i) => around(l[i])), centre = mean((i) => b[i]);
  const narrow = Math.cos(centre * Math.PI / 180);
  const x = (i: number) => (around(l[i]) - dl) * narrow, y = (i: number) => b[i] - centre;
  const sx = Math.sqrt(mean((i) => x(i) ** 2)), sy = Math.sqrt(mean((i) => y(i) ** 2));
  const spread = [sx, sy, mean((i) => x(i) * y(i)) / (sx * sy)] as const;
  return {
    l: Math.round(((origin + dl + 360) % 360) * 1000) / 1000,
    b: Math.round(centre * 1000) / 1000,
    spread: spread.map((value) => rounded(value, 3)) as [number, number, number],
  };
}

/**
 * Which variables are present together. Within a group of features, combinations that few sources
 * have give way to the nearest common one.
 */
function commonPatterns(columns: readonly Float64Array[]) {
  const nRows = columns[0].length;
  const rows = Array.from(
    { length: nRows },
    (_, row) => columns.map((column): string => Number.isFinite(column[row]) ? "1" : "0"),
  );
  for (const group of new Set(VARIABLE_GROUPS)) {
    const members = VARIABLES.map((_, i) => i).filter((i) => VARIABLE_GROUPS[i] === group);
    const parts = nearestCommon(rows.map((row) => members.map((i) => row[i]).join("")));
    rows.forEach((row, at) => members.forEach((i, k) => row[i] = parts[at][k]));
  }
  const codes = rows.map((row) => encodePattern(row.join("")));
  const patterns = [...new Set(codes)].sort();
  return { patterns, patternOf: codes.map((code) => patterns.indexOf(code)) };
}

function nearestCommon(texts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const common = [...counts].filter(([, count]) => count >= LEAST_WITH_PATTERN)
    .sort(([, a], [, b]) => b - a).map(([text]) => text);
  const distance = (a: string, b: string) => [...a].filter((char, i) => char !== b[i]).length;
  const nearest = (text: string) => {
    if (common.includes(text)) return text;
    // a group that has something keeps something, so that availability stays what it is
    const full = "1".repeat(text.length);
    const candidates = common.filter((other) => other.includes("1") === text.includes("1"));
    return candidates.reduce(
      (best, other) => distance(other, text) < distance(best, text) ? other : best,
      candidates[0] ?? full,
    );
  };
  const replacement = new Map([...counts.keys()].map((text) => [text, nearest(text)]));
  return texts.map((text) => replacement.get(text)!);
}

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** "1" for each of {@link VARIABLES} that is there, "0" for each that is not, as hexadecimal. */
function encodePattern(flags: string): string {
  return BigInt(`0b1${flags}`).toString(16);
}
