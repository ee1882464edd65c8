// no imports but types: the explorer's page carries this file too

/** The trees of a LightGBM multiclass model as flat arrays, made for quick scoring. */
export interface TreeEnsemble {
  readonly nClasses: number;
  /** `[nFeatures]` in the order of the model's columns. */
  readonly names: readonly string[];
  /** `[nTrees]` first step of each tree: a node, or `~leaf`. Tree t belongs to class t % nClasses. */
  readonly roots: Int32Array;
  /** `[nNodes]` column that a node looks at. */
  readonly feature: Int32Array;
  /**
   * `[nNodes]`: a value v goes to the first kid when `sign * v <= threshold`, else to the second;
   * a missing value is not <= anything, so sign and order are such that it goes where it should.
   */
  readonly sign: Float64Array;
  readonly threshold: Float64Array;
  /** `[2 x nNodes]` a node, or `~leaf`. */
  readonly kids: Int32Array;
  /** `[nLeaves]` */
  readonly leafValue: Float64Array;
  /** `[nNodes]`, `[nLeaves]` training rows that came by: the weights of TreeSHAP. */
  readonly nodeCount: Float64Array;
  readonly leafCount: Float64Array;
}

const CATEGORICAL = 1, DEFAULT_LEFT = 2;
const MISSING = { none: 0, zero: 1, nan: 2 } as const;

/**
 * Reads the trees of a LightGBM model text (https://lightgbm.readthedocs.io, format v3 or v4).
 *
 * @throws TypeError for what such arrays cannot hold (categorical or linear trees, zeros as missing
 * values), and for a tree that is none: one that goes round in a circle, lacks a part, looks at a
 * column that is not there, or gives what is no number.
 */
export function parseTrees(text: string): TreeEnsemble {
  const [head, ...trees] = text.split(/^Tree=\d+$/m).map(fieldsOf);
  const roots: number[] = [], feature: number[] = [], sign: number[] = [];
  const threshold: number[] = [], kids: number[] = [], leafValue: number[] = [];
  const nodeCount: number[] = [], leafCount: number[] = [];
  const names = (head.get("feature_names") ?? "").split(" ");
  const nClasses = Number(head.get("num_tree_per_iteration"));
  if (!(Number.isInteger(nClasses) && nClasses > 0) || trees.length % nClasses !== 0) {
    throw new TypeError(
      `the model has ${trees.length} trees, of which num_tree_per_iteration, ` +
        `${head.get("num_tree_per_iteration")}, is no divisor`,
    );
  }
  for (const [t, tree] of trees.entries()) {
    const numbers = (key: string) => (tree.get(key) || "").split(" ").filter(Boolean).map(toNumber);
    if (numbers("num_cat")[0] || numbers("is_linear")[0]) {
      throw new TypeError("the model has categorical or linear trees; these are not scored here");
    }
    const firstNode = feature.length, firstLeaf = leafValue.length;
    const absolute = (kid: number) => kid < 0 ? ~(firstLeaf + ~kid) : firstNode + kid;
    const left = numbers("left_child"), right = numbers("right_child");
    const types = numbers("decision_type"), thresholds = numbers("threshold");
    const leaves = numbers("leaf_value"), columns = numbers("split_feature");
    const counts = numbers("internal_count");
    const leafCounts = left.length === 0 ? [1] : numbers("leaf_count");
    const parts = [right, types, thresholds, columns, counts];
    const problem = parts.some(({ length }) => length !== left.length) ||
        [leaves, leafCounts].some(({ length }) => length !== left.length + 1)
      ? "its parts are not of one length"
      : shapeProblem(left, right) ??
        (!columns.every((column) =>
            Number.isInteger(column) && column >= 0 && column < names.length
          )
          ? `it looks at a column that is none of the ${names.length}`
          : thresholds.some(Number.isNaN) || ![...leaves, ...counts, ...leafCounts].every(isFinite)
          ? "a threshold, a value or a count is no number"
          : undefined);
    if (problem) throw new TypeError(`tree ${t} of the LightGBM model cannot be: ${problem}`);
    roots.push(left.length === 0 ? ~firstLeaf : firstNode);
    feature.push(...columns);
    left.forEach((_, node) => {
      const isTurned = missingGoesLeft(types[node], thresholds[node]);
      // v > t is -v < -t: the other kid first, and the largest number below -t
      sign.push(isTurned ? -1 : 1);
      threshold.push(isTurned ? nextDown(-thresholds[node]) : thresholds[node]);
      const pair = [absolute(left[node]), absolute(right[node])];
      kids.push(...(isTurned ? pair.reverse() : pair));
    });
    leafValue.push(...leaves);
    nodeCount.push(...counts);
    leafCount.push(...leafCounts);
  }
  return {
    nClasses,
    names,
    roots: Int32Array.from(roots),
    feature: Int32Array.from(feature),
    sign: Float64Array.from(sign),
    threshold: Float64Array.from(threshold),
    kids: Int32Array.from(kids),
    leafValue: Float64Array.from(leafValue),
    nodeCount: Float64Array.from(nodeCount),
    leafCount: Float64Array.from(leafCount),
  };
}

/** Lines `key=value` by key. */
function fieldsOf(part: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of part.split(/\r?\n/)) {
    const at = line.indexOf("=");
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1));
  }
  return fields;
}

/**
 * Why kids do not make a tree; undefined where they do: LightGBM numbers a node behind the one that
 * it comes from, and each node and leaf has one way to it, so that no row goes round in a circle.
 */
function shapeProblem(left: readonly number[], right: readonly number[]): string | undefined {
  const seen = new Set<number>();
  for (const kids of [left, right]) {
    for (let node = 0; node < kids.length; node++) {
      const kid = kids[node];
      const isThere = Number.isInteger(kid) && (kid < 0 ? ~kid <= left.length : kid < left.length);
      if (!isThere) return `node ${node} leads to ${kid}, which is not there`;
      if (kid >= 0 && kid <= node) return `node ${node} leads back to ${kid}`;
      if (seen.has(kid)) return `two ways lead to ${kid}`;
      seen.add(kid);
    }
  }
  return undefined;
}

function missingGoesLeft(type: number, threshold: number): boolean {
  if (type & CATEGORICAL) throw new TypeError("the model has categorical splits");
  const missing = (type >> 2) & 3;
  if (missing === MISSING.zero) throw new TypeError("the model takes zeros for missing values");
  // where training saw no missing value, LightGBM reads one as 0
  return missing === MISSING.nan ? (type & DEFAULT_LEFT) !== 0 : 0 <= threshold;
}

function toNumber(text: string): number {
  return text === "inf" ? Infinity : text === "-inf" ? -Infinity : Number(text);
}

const DOUBLE = new Float64Array(1), BITS = new BigInt64Array(DOUBLE.buffer);

/** Largest double below `value`. */
function nextDown(value: number): number {
  if (value === -Infinity) return value;
  if (value === 0) return -Number.MIN_VALUE;
  DOUBLE[0] = value;
  BITS[0] += value > 0 ? -1n : 1n;
  return DOUBLE[0];
}

/** Rows that go through all trees together: their features stay in the first-level cache. */
const BLOCK_ROWS = 64;

/**
 * Sums of leaf values before the softmax, added in the order LightGBM adds them: equal to its raw
 * scores to the bit.
 *
 * @param values `[nRows x nFeatures]`, row-major; NaN is missing.
 * @returns `[nRows x nClasses]`.
 */
export function rawScores(trees: TreeEnsemble, values: Float64Array, nRows: number): Float64Array {
  const { nClasses, roots, feature, sign, threshold, kids, leafValue, names } = trees;
  const nColumns = names.length;
  const scores = new Float64Array(nRows * nClasses);
  for (let start = 0; start < nRows; start += BLOCK_ROWS) {
    const end = Math.min(nRows, start + BLOCK_ROWS);
    for (let tree = 0; tree < roots.length; tree++) {
      const root = roots[tree], c = tree % nClasses;
      for (let row = start; row < end; row++) {
        const base = row * nColumns;
        let node = root;
        while (node >= 0) {
          const first = sign[node] * values[base + feature[node]] <= threshold[node];
          node = kids[2 * node + (first ? 0 : 1)];
        }
        scores[row * nClasses + c] += leafValue[~node];
      }
    }
  }
  return scores;
}
