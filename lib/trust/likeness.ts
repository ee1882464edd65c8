import { CLASSES } from "../catalogue/classes.ts";
import { type Matrix, takeColumns } from "../catalogue/matrix.ts";
import { random, shuffle } from "../run/random.ts";

// runs in a browser's page too: neither disk nor network

/** What sources are compared in: brightness, hardness, colours, flux ratios, place in the Galaxy. */
const COLUMNS = [
  ...["flux_b", "hr_hs", "hr_ms", "hr_hm", "log_x_G", "log_x_W1", "log_x_J"],
  ...["Bp_Rp", "J_H", "W1_W2", "G_W1", "H_Ks", "W2_W3"],
  ...["abs_b", "log_dust", "galaxy_in", "region_in", "cluster_in"],
];

/** Labelled sources looked through, and how many of them, the most alike, are asked. */
const SAMPLE = 2000, NEIGHBOURS = 20;
/** Ranks of a value among the labelled sources run from 0 to this; {@link MISSING} is no value. */
const HIGHEST = 200, MISSING = 255;
/** Difference in rank between a value and none. */
const UNEQUAL = HIGHEST / 2;

/** What {@link likeness} compares with, as plain JSON. */
export interface LikenessReference {
  /** `[nColumns][201]` quantiles of each column, which turn values into ranks. */
  readonly quantiles: readonly (readonly number[])[];
  /** `[nSources x nColumns]` ranks of labelled sources drawn at random. */
  readonly ranks: readonly number[];
  /** `[nSources]` their labels. */
  readonly labels: readonly number[];
}

/**
 * A reference of at most 2,000 labelled sources.
 *
 * @param matrix `[nRows x nColumns]` with the columns of `withAddedFeatures`.
 * @param labels `[nRows]` indices into CLASSES.
 */
export function learnLikeness(
  matrix: Matrix,
  labels: Int32Array,
  seed: number,
): LikenessReference {
  const { values } = takeColumns(matrix, COLUMNS), n = COLUMNS.length;
  const quantiles = COLUMNS.map((_, c) => {
    const sorted = Float64Array.from(labels, (_, row) => values[row * n + c])
      .filter((value) => !Number.isNaN(value)).sort();
    return Array.from(
      { length: HIGHEST + 1 },
      (_, i) => Number((sorted[Math.round(i / HIGHEST * (sorted.length - 1))] ?? 0).toPrecision(6)),
    );
  });
  const rows = shuffle([...labels.keys()], random(seed, "likeness")).slice(0, SAMPLE);
  const ranks = ranksOf(matrix, quantiles);
  return {
    quantiles,
    ranks: rows.flatMap((row) => [...ranks.subarray(row * n, (row + 1) * n)]),
    labels: rows.map((row) => labels[row]),
  };
}

/** How like the labelled sources of its class a source is. */
export interface Likeness {
  /** Share, 0 to 1, of the most alike labelled sources that have the class given. */
  readonly score: number;
  /** The same in words. */
  readonly reason: string;
}

/**
 * How many of the 20 labelled sources most like each source have the class that it was given: the
 * distance is Euclidean in ranks, a value that only one of two sources has counting as half the
 * range. A low share says that the model reads the source otherwise than its likes are labelled.
 *
 * @param matrix `[nRows x nColumns]` with the columns of `withAddedFeatures`.
 * @param predicted `[nRows]` indices into CLASSES.
 */
export function likeness(
  reference: LikenessReference,
  matrix: Matrix,
  predicted: Int32Array,
): Likeness[] {
  const n = COLUMNS.length, ranks = ranksOf(matrix, reference.quantiles);
  const known = Uint8Array.from(reference.ranks);
  const size = Math.min(NEIGHBOURS, reference.labels.length);
  const nearest = new Int32Array(size), distances = new Float64Array(size);
  return Array.from(predicted, (label, row) => {
    distances.fill(Infinity);
    const own = ranks.subarray(row * n, (row + 1) * n);
    for (let other = 0; other < reference.labels.length; other++) {
      const farthest = distances[size - 1], start = other * n;
      let distance = 0;
      for (let c = 0; c < n && distance < farthest; c++) {
        const a = own[c], b = known[start + c];
        const step = a === b ? 0 : a === MISSING || b === MISSING ? UNEQUAL : a - b;
        distance += step * step;
      }
      if (!(distance < farthest)) continue;
      let place = size - 1;
      for (; place > 0 && distances[place - 1] > distance; place--) {
        distances[place] = distances[place - 1];
        nearest[place] = nearest[place - 1];
      }
      distances[place] = distance;
      nearest[place] = other;
    }
    const counts = new Array<number>(CLASSES.length).fill(0);
    for (const other of nearest) counts[reference.labels[other]]++;
    return { score: counts[label] / size, reason: inWords(counts, size) };
  });
}

function inWords(counts: readonly number[], size: number): string {
  const named = counts.map((count, c) => ({ count, name: CLASSES[c] }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  return `of the ${size} labelled sources most like it ` +
    named.map(({ count, name }, i) => `${count} ${i ? "" : count === 1 ? "is " : "are "}${name}`)
      .join(", ");
}

/** `[nRows x nColumns]` ranks of a matrix' values among the quantiles. */
function ranksOf(matrix: Matrix, quantiles: readonly (readonly number[])[]): Uint8Array {
  const { values } = takeColumns(matrix, COLUMNS), n = COLUMNS.length;
  return Uint8Array.from(values, (value, i) => {
    if (Number.isNaN(value)) return MISSING;
    const steps = quantiles[i % n];
    let low = 0, high = HIGHEST;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (steps[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}
