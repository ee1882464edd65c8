import { CLASSES, columnIn, rowsOf } from "@csc-classify/chandra-sources/quantities";
import type { Matrix } from "@csc-classify/forests";
import { random, shuffle } from "@csc-classify/forests/rows";

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
/** Whether it lies in one of the hosts is said by the last columns, each of two values. */
const FIRST_FLAG = COLUMNS.indexOf("galaxy_in");

/** Labelled sources looked through, and how many of them, the most alike, are asked. */
const SAMPLE = 2000, NEIGHBOURS = 20;
/** Ranks of a value among the labelled sources run from 0 to this; {@link MISSING} is no value. */
const HIGHEST = 200, MISSING = 255;
/** Difference in rank between a value and none. */
const UNEQUAL = HIGHEST / 2;

/** Square of a distance that none reaches; whole numbers of 32 bits are quick. */
const FARTHEST = 2 ** 31 - 1;

/** How likeness is judged, for other languages. */
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
export function likenessJudge(
  reference: LikenessReference,
): (matrix: Matrix, predicted: Int32Array) => Likeness[] {
  const n = COLUMNS.length, { quantiles, labels } = reference;
  const groups = groupsOf(Uint8Array.from(reference.ranks), labels.length);
  const views = new Map<number, readonly GroupView[]>();
  const nearest = new Nearest(Math.min(NEIGHBOURS, labels.length), labels.length);
  const words = new Map<number, string>();
  const counts = new Int32Array(CLASSES.length);
  return (matrix, predicted) => {
    const ranks = ranksOf(matrix, quantiles);
    return Array.from(predicted, (label, row) => {
      const own = ranks.subarray(row * n, (row + 1) * n), kind = kindOf(own);
      let seen = views.get(kind);
      if (!seen) views.set(kind, seen = viewsOf(own, groups));
      nearest.find(own, seen);
      counts.fill(0);
      for (const other of nearest.rows) counts[labels[other]]++;
      const key = counts.reduce((key, count) => key * (NEIGHBOURS + 1) + count, 0);
      if (!words.has(key)) words.set(key, inWords([...counts], nearest.rows.length));
      return { score: counts[label] / nearest.rows.length, reason: words.get(key)! };
    });
  };
}

/** Labelled sources that lack the same columns and lie in the same kinds of hosts. */
interface Group {
  /** `[nRows]` places in the reference, in order. */
  readonly rows: readonly number[];
  /** `[nRows x nColumns]` */
  readonly ranks: Uint8Array;
}

/** A group as sources of one kind see it. */
interface GroupView {
  readonly group: Group;
  /** Square of the distance that all of them have from all of these: no source is nearer. */
  readonly least: number;
  /** What they differ by besides, once a source has come near enough to ask. */
  rest?: Rest;
}

/** What sources of a kind and of a group both have. */
interface Rest {
  /** `[nShared]` columns. */
  readonly shared: Uint8Array;
  /** `[nRows x nShared]` */
  readonly ranks: Uint8Array;
}

/** What sources of one kind have in common: the columns that they lack, and their flags. */
function kindOf(ranks: Uint8Array): number {
  let missing = 0, flags = 0;
  for (let c = 0; c < ranks.length; c++) {
    if (ranks[c] === MISSING) missing |= 1 << c;
    if (c >= FIRST_FLAG) flags = flags * (MISSING + 1) + ranks[c];
  }
  return flags * 2 ** COLUMNS.length + missing;
}

function groupsOf(known: Uint8Array, nRows: number): Group[] {
  const n = COLUMNS.length, ofRow = (row: number) => known.subarray(row * n, (row + 1) * n);
  const byKind = Map.groupBy(Array(nRows).keys(), (row) => kindOf(ofRow(row)));
  return Array.from(byKind.values(), (rows) => {
    const ranks = new Uint8Array(rows.length * n);
    rows.forEach((row, i) => ranks.set(ofRow(row), i * n));
    return { rows, ranks };
  });
}

/** The groups as sources of the kind of one see them, the nearest first. */
function viewsOf(own: Uint8Array, groups: readonly Group[]): GroupView[] {
  return groups.map((group): GroupView => {
    const { ranks } = group;
    let least = 0;
    for (let c = 0; c < own.length; c++) {
      if ((own[c] === MISSING) !== (ranks[c] === MISSING)) least += UNEQUAL ** 2;
      else if (c >= FIRST_FLAG) least += (own[c] - ranks[c]) ** 2;
    }
    return { group, least };
  }).sort((a, b) => a.least - b.least);
}

function restOf(own: Uint8Array, { rows, ranks }: Group): Rest {
  const n = COLUMNS.length;
  const shared = Uint8Array.from(COLUMNS.keys())
    .filter((c) => c < FIRST_FLAG && own[c] !== MISSING && ranks[c] !== MISSING);
  const both = new Uint8Array(rows.length * shared.length);
  for (let i = 0, at = 0; i < rows.length; i++) {
    for (let s = 0; s < shared.length; s++) both[at++] = ranks[i * n + shared[s]];
  }
  return { shared, ranks: both };
}

/** The labelled sources nearest to a source, found without a look at groups that lie too far off. */
class Nearest {
  /** Places in the reference, the nearest first, of equally near ones the first. */
  readonly rows: Int32Array;
  /** `[nNearest]` square of the distance times {@link #nRows}, and the place: one number is quick. */
  readonly #keys: Float64Array;
  readonly #nRows: number;
  /** Ranks of the source in the columns that a group shares with it. */
  readonly #own = new Int32Array(COLUMNS.length);

  constructor(size: number, nRows: number) {
    this.#nRows = nRows;
    this.rows = new Int32Array(size);
    this.#keys = new Float64Array(size);
  }

  /** @param own `[nColumns]` ranks of the source. */
  find(own: Uint8Array, views: readonly GroupView[]): void {
    const nRows = this.#nRows, keys = this.#keys, last = keys.length - 1, shares = this.#own;
    keys.fill(FARTHEST * nRows);
    let farthest = FARTHEST;
    for (const view of views) {
      const { group: { rows }, least } = view;
      if (least > farthest) break;
      const { shared, ranks } = view.rest ??= restOf(own, view.group);
      const n = shared.length, half = n >> 1;
      for (let s = 0; s < n; s++) shares[s] = own[shared[s]];
      for (let i = 0, at = 0; i < rows.length; i++, at += n) {
        let square = least;
        let s = 0;
        for (; s < half; s++) {
          const step = shares[s] - ranks[at + s];
          square += step * step;
        }
        if (square > farthest) continue;
        for (; s < n; s++) {
          const step = shares[s] - ranks[at + s];
          square += step * step;
        }
        const key = square * nRows + rows[i];
        if (key > keys[last]) continue;
        // it goes to its place, and the last one out
        let place = last;
        for (; place > 0 && keys[place - 1] > key; place--) keys[place] = keys[place - 1];
        keys[place] = key;
        farthest = Math.floor(keys[last] / nRows);
      }
    }
    for (let i = 0; i <= last; i++) this.rows[i] = keys[i] % nRows;
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
    const values = columnIn({ matrix }, name), steps = quantiles[c];
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
