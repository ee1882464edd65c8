import type { TreeEnsemble } from "./tree-ensemble.ts";

/** Features met on the way to a node, with the shares of rows that go on without and with them. */
interface Path {
  readonly feature: Int32Array;
  readonly zero: Float64Array;
  readonly one: Float64Array;
  readonly weight: Float64Array;
}

/**
 * TreeSHAP (Lundberg et al. 2020, doi:10.1038/s42256-019-0138-9, algorithm 2): what each feature
 * of one row adds to the raw score of one class.
 *
 * @param row `[nFeatures]` as the trees take it (scaled); NaN is missing.
 * @returns `[nFeatures + 1]`, the mean score last; the entries sum to the raw score.
 */
export function treeShap(trees: TreeEnsemble, row: Float64Array, label: number): Float64Array {
  const phi = new Float64Array(trees.names.length + 1);
  for (let tree = label; tree < trees.roots.length; tree += trees.nClasses) {
    phi[phi.length - 1] += meanScore(trees, trees.roots[tree]);
    descend(trees, row, phi, trees.roots[tree], newPath(), 0, 1, 1, -1);
  }
  return phi;
}

function newPath(from?: Path, length = 0): Path {
  const size = length + 2;
  const path = {
    feature: new Int32Array(size),
    zero: new Float64Array(size),
    one: new Float64Array(size),
    weight: new Float64Array(size),
  };
  if (from) {
    path.feature.set(from.feature.subarray(0, length));
    path.zero.set(from.zero.subarray(0, length));
    path.one.set(from.one.subarray(0, length));
    path.weight.set(from.weight.subarray(0, length));
  }
  return path;
}

function count({ nodeCount, leafCount }: TreeEnsemble, node: number): number {
  return node >= 0 ? nodeCount[node] : leafCount[~node];
}

function meanScore(trees: TreeEnsemble, node: number): number {
  if (node < 0) return trees.leafValue[~node];
  const [first, second] = [trees.kids[2 * node], trees.kids[2 * node + 1]];
  const share = count(trees, first) / (count(trees, first) + count(trees, second));
  return share * meanScore(trees, first) + (1 - share) * meanScore(trees, second);
}

function descend(
  trees: TreeEnsemble,
  row: Float64Array,
  phi: Float64Array,
  node: number,
  parent: Path,
  depthBefore: number,
  zero: number,
  one: number,
  feature: number,
): void {
  let depth = depthBefore;
  const path = newPath(parent, depth);
  extend(path, depth, zero, one, feature);
  if (node < 0) {
    for (let i = 1; i <= depth; i++) {
      const weight = unwoundSum(path, depth, i);
      phi[path.feature[i]] += weight * (path.one[i] - path.zero[i]) * trees.leafValue[~node];
    }
    return;
  }
  const split = trees.feature[node];
  const isFirst = trees.sign[node] * row[split] <= trees.threshold[node];
  const hot = trees.kids[2 * node + (isFirst ? 0 : 1)];
  const cold = trees.kids[2 * node + (isFirst ? 1 : 0)];
  let zeroBefore = 1, oneBefore = 1;
  const met = path.feature.subarray(0, depth + 1).indexOf(split);
  if (met > 0) {
    zeroBefore = path.zero[met];
    oneBefore = path.one[met];
    unwind(path, depth--, met);
  }
  const total = count(trees, hot) + count(trees, cold);
  const hotShare = count(trees, hot) / total * zeroBefore;
  const coldShare = count(trees, cold) / total * zeroBefore;
  descend(trees, row, phi, hot, path, depth + 1, hotShare, oneBefore, split);
  descend(trees, row, phi, cold, path, depth + 1, coldShare, 0, split);
}

function extend(path: Path, depth: number, zero: number, one: number, feature: number): void {
  const { weight } = path;
  path.feature[depth] = feature;
  path.zero[depth] = zero;
  path.one[depth] = one;
  weight[depth] = depth === 0 ? 1 : 0;
  for (let i = depth - 1; i >= 0; i--) {
    weight[i + 1] += one * weight[i] * (i + 1) / (depth + 1);
    weight[i] = zero * weight[i] * (depth - i) / (depth + 1);
  }
}

function unwind(path: Path, depth: number, index: number): void {
  const { feature, zero, one, weight } = path;
  const o = one[index], z = zero[index];
  let next = weight[depth];
  for (let i = depth - 1; i >= 0; i--) {
    if (o !== 0) {
      const before = weight[i];
      weight[i] = next * (depth + 1) / ((i + 1) * o);
      next = before - weight[i] * z * (depth - i) / (depth + 1);
    } else {
      weight[i] = weight[i] * (depth + 1) / (z * (depth - i));
    }
  }
  for (let i = index; i < depth; i++) {
    feature[i] = feature[i + 1];
    zero[i] = zero[i + 1];
    one[i] = one[i + 1];
  }
}

function unwoundSum({ zero, one, weight }: Path, depth: number, index: number): number {
  const o = one[index], z = zero[index];
  let next = weight[depth], total = 0;
  for (let i = depth - 1; i >= 0; i--) {
    if (o !== 0) {
      const part = next * (depth + 1) / ((i + 1) * o);
      total += part;
      next = weight[i] - part * z * (depth - i) / (depth + 1);
    } else {
      total += weight[i] / z / ((depth - i) / (depth + 1));
    }
  }
  return total;
}
