import { CLASSES, columnOf, rowsOf } from "@csc-classify/chandra-sources";
import { type Matrix, random, shuffle } from "@csc-classify/forests";

// runs in a browser's page too: neither disk nor network

/** What sources are compared in: brightness, hardness, colours, flux ratios, place in the Galaxy. */
const COLUMNS = [
  "flux_b",
  "hr_hs",
  "hr_ms",
  "hr_hm",
  "log_x_G",
  "log_x_W1",
  "log_x_J",
  "Bp_Rp",
  "J_H",
  "W1_W2",
  "G_W1",
  "H_Ks",
  "W2_W3",
  "abs_b",
  "log_dust",
  "galaxy_in",
  "region_in",
  "cluster_in",
];

/** Labelled sources looked through, and how many of them, the most alike, are asked. */
const SAMPLE = 2000, NEIGHBOURS = 20;
/** Ranks of a value among the labelled sources run from 0 to this; {@link MISSING} is no value. */
const HIGHEST = 200, MISSING = 255;
/** Difference in rank between a value and none. */
const UNEQUAL = HIGHEST / 2;

/** How {@link likeness} is judged, for other languages. */
export const LIKENESS_RULES = { columns: COLUMNS, neighbours: NEIGHBOURS, highest: HIGHEST };

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
  const { values } = rowsOf(matrix, COLUMNS), n = COLUMNS.length;
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
 * range; of equally near ones those that stand first are taken. A low share says that the model
 * reads the source otherwise than its likes are labelled.
 *
 * @param matrix `[nRows x nColumns]` with the columns of `withAddedFeatures`.
 * @param predicted `[nRows]` indices into CLASSES.
 */
export function likeness(
  reference: LikenessReference,
  matrix: Matrix,
  predicted: Int32Array,
): Likeness[] {
  const ranks = ranksOf(matrix, reference.quantiles), n = COLUMNS.length;
  const groups = groupsOf(Uint8Array.from(reference.ranks), reference.labels.length);
  const views = new Map<number, readonly GroupView[]>();
  const nearest = new Nearest(Math.min(NEIGHBOURS, reference.labels.length));
  const words = new Map<number, string>();
  const counts = new Int32Array(CLASSES.length);
  return Array.from(predicted, (label, row) => {
    const own = ranks.subarray(row * n, (row + 1) * n), missing = missingOf(own);
    if (!views.has(missing)) views.set(missing, viewsOf(missing, groups));
    nearest.find(own, views.get(missing)!);
    counts.fill(0);
    for (const other of nearest.rows) counts[reference.labels[other]]++;
    const key = counts.reduce((key, count) => key * (NEIGHBOURS + 1) + count, 0);
    if (!words.has(key)) words.set(key, inWords([...counts], nearest.rows.length));
    return { score: counts[label] / nearest.rows.length, reason: words.get(key)! };
  });
}

/** Labelled sources that lack the same columns. */
interface Group {
  /** Bit c is 1 where column c has no value. */
  readonly missing: number;
  /** `[nRows]` places in the reference, in order. */
  readonly rows: readonly number[];
  /** `[nRows x nColumns]` */
  readonly ranks: Uint8Array;
}

/** A group as a source sees it that lacks some columns itself. */
interface GroupView {
  readonly group: Group;
  /** Square of the distance that what only one of the two has makes: no source is nearer. */
  readonly least: number;
  /** Columns that both have. */
  readonly shared: Uint8Array;
}

function missingOf(ranks: Uint8Array): number {
  return ranks.reduce((bits, rank, c) => rank === MISSING ? bits | 1 << c : bits, 0);
}

function groupsOf(known: Uint8Array, nRows: number): Group[] {
  const n = COLUMNS.length, ofRow = (row: number) => known.subarray(row * n, (row + 1) * n);
  const byMissing = Map.groupBy(Array(nRows).keys(), (row) => missingOf(ofRow(row)));
  return Array.from(byMissing, ([missing, rows]) => {
    const ranks = new Uint8Array(rows.length * n);
    rows.forEach((row, i) => ranks.set(ofRow(row), i * n));
    return { missing, rows, ranks };
  });
}

/** The groups for sources that lack some columns, the nearest first. */
function viewsOf(missing: number, groups: readonly Group[]): GroupView[] {
  const columns = [...COLUMNS.keys()];
  return groups.map((group) => {
    const unequal = columns.filter((c) => (missing ^ group.missing) >> c & 1);
    const shared = columns.filter((c) => !((missing | group.missing) >> c & 1));
    return { group, least: unequal.length * UNEQUAL ** 2, shared: Uint8Array.from(shared) };
  }).sort((a, b) => a.least - b.least);
}

/** The labelled sources nearest to a source, found without a look at groups that lie too far off. */
class Nearest {
  /** Places in the reference, the nearest first, of equally near ones the first. */
  readonly rows: Int32Array;
  readonly #squares: Float64Array;

  constructor(size: number) {
    this.rows = new Int32Array(size);
    this.#squares = new Float64Array(size);
  }

  /** @param own `[nColumns]` ranks of the source. */
  find(own: Uint8Array, views: readonly GroupView[]): void {
    const last = this.rows.length - 1, n = own.length;
    this.#squares.fill(Infinity);
    for (const { group: { rows, ranks }, least, shared } of views) {
      let farthest = this.#squares[last];
      if (least > farthest) return;
      for (let i = 0; i < rows.length; i++) {
        let square = least;
        for (let s = 0; s < shared.length && square <= farthest; s++) {
          const step = own[shared[s]] - ranks[i * n + shared[s]];
          square += step * step;
        }
        if (square > farthest || (square === farthest && rows[i] > this.rows[last])) continue;
        this.#insert(square, rows[i]);
        farthest = this.#squares[last];
      }
    }
  }

  /** Puts a source in its place, and the last one out. */
  #insert(square: number, row: number): void {
    const rows = this.rows, squares = this.#squares;
    let place = rows.length - 1;
    for (; place > 0; place--) {
      const before = squares[place - 1];
      if (before < square || (before === square && rows[place - 1] < row)) break;
      squares[place] = before;
      rows[place] = rows[place - 1];
    }
    squares[place] = square;
    rows[place] = row;
  }
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
  const n = COLUMNS.length, ranks = new Uint8Array(matrix.nRows * n);
  COLUMNS.forEach((name, c) => {
    const values = columnOf({ matrix }, name), steps = quantiles[c];
    for (let row = 0; row < matrix.nRows; row++) {
      ranks[row * n + c] = isNaN(values[row]) ? MISSING : rankOf(values[row], steps);
    }
  });
  return ranks;
}

/** Place of the first quantile that is not below a value. */
function rankOf(value: number, steps: readonly number[]): number {
  let low = 0, high = HIGHEST;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
