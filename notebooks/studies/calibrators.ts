import { choleskyFactor, softmaxRows } from "@csc-classify/forests";

/** Maps a model's probabilities, `[nRows x nClasses]`, to calibrated ones of the same shape. */
type Calibrate = (probabilities: Float64Array) => Float64Array;

/** A way to calibrate, fitted on predictions for rows the model has not seen. */
export interface Calibrator {
  readonly name: string;
  readonly title: string;
  /** @param probabilities `[nRows x nClasses]`; @param labels `[nRows]` true class indices. */
  fit(probabilities: Float64Array, labels: Int32Array, nClasses: number): Calibrate;
}

/** Probabilities below this are taken as this: one row must not decide a fit. */
const LEAST = 1e-12;

/**
 * Temperature scaling (Guo et al. 2017, https://proceedings.mlr.press/v70/guo17a.html): log
 * probabilities times one factor, 1/T, of greatest likelihood (Newton's method; convex).
 */
export const temperatureScaling: Calibrator & {
  temperature(probabilities: Float64Array, labels: Int32Array, nClasses: number): number;
} = {
  name: "temperature",
  title: "temperature scaling",
  temperature(probabilities, labels, nClasses) {
    const logs = logarithms(probabilities);
    let factor = 1;
    for (let step = 0; step < 50; step++) {
      const p = softmaxRows(logs.map((z) => z * factor), nClasses);
      let slope = 0, curvature = 1e-9;
      labels.forEach((label, row) => {
        let mean = 0, square = 0;
        for (let i = row * nClasses; i < (row + 1) * nClasses; i++) {
          mean += p[i] * logs[i];
          square += p[i] * logs[i] ** 2;
        }
        slope += mean - logs[row * nClasses + label];
        curvature += square - mean ** 2;
      });
      // never more than halved or doubled in one step, so that it cannot leave the positive side
      const next = Math.min(2 * factor, Math.max(factor / 2, factor - slope / curvature));
      if (Math.abs(next - factor) < 1e-8 * factor) break;
      factor = next;
    }
    return 1 / factor;
  },
  fit(probabilities, labels, nClasses) {
    const temperature = this.temperature(probabilities, labels, nClasses);
    return (other) => softmaxRows(logarithms(other).map((z) => z / temperature), nClasses);
  },
};

/**
 * Holds the factors of vector scaling near 1 and its offsets near 0 where data say little: a class
 * of a hundred sources, half of them in one field, must not move far. Of 1, 5, 10, 30 and 100 tried on
 * blocked folds, 5 keeps both the rare classes and their probabilities.
 */
const RIDGE = 5;

/**
 * Vector scaling (Guo et al. 2017): a factor and an offset for the log probability of each class,
 * of greatest likelihood (Newton's method on a convex function with a weak ridge).
 */
const vectorScaling: Calibrator = {
  name: "vector",
  title: "vector scaling",
  fit(probabilities, labels, nClasses) {
    const logs = logarithms(probabilities);
    let parameters = new Float64Array(2 * nClasses).fill(1, 0, nClasses);
    let loss = vectorLoss(logs, labels, parameters);
    for (let step = 0; step < 50; step++) {
      const { gradient, hessian } = vectorDerivatives(logs, labels, parameters);
      const move = solvePositive(hessian, gradient);
      let size = 1, next = parameters, nextLoss = Infinity;
      for (; size > 1e-6; size /= 2) {
        next = parameters.map((value, i) => value - size * move[i]);
        nextLoss = vectorLoss(logs, labels, next);
        if (nextLoss <= loss) break;
      }
      if (!(loss - nextLoss > 1e-8 * Math.abs(loss))) break;
      parameters = next;
      loss = nextLoss;
    }
    return (other) => vectorProbabilities(logarithms(other), parameters);
  },
};

/**
 * Isotonic regression of each class against the rest (Zadrozny & Elkan 2002,
 * doi:10.1145/775047.775151), by pooling adjacent violators; rows are then scaled to sum to 1.
 */
export const isotonicScaling: Calibrator = {
  name: "isotonic",
  title: "isotonic regression",
  fit(probabilities, labels, nClasses) {
    const steps = Array.from({ length: nClasses }, (_, c) => {
      const column = Float64Array.from(labels, (_, row) => probabilities[row * nClasses + c]);
      return isotonic(column, Float64Array.from(labels, (label) => label === c ? 1 : 0));
    });
    return (other) => {
      const result = other.map((p, i) => Math.max(1e-6, steps[i % nClasses](p)));
      for (let start = 0; start < result.length; start += nClasses) {
        const row = result.subarray(start, start + nClasses);
        const sum = row.reduce((total, p) => total + p, 0);
        row.forEach((p, c) => row[c] = p / sum);
      }
      return result;
    };
  },
};

/** Every calibrator of the report. */
export const CALIBRATORS: readonly Calibrator[] = [
  temperatureScaling,
  vectorScaling,
  isotonicScaling,
];

/** Non-decreasing step function closest to `y` in squares, of `x`; constant beyond the ends. */
function isotonic(x: Float64Array, y: Float64Array): (x: number) => number {
  const order = Int32Array.from(x.keys()).sort((a, b) => x[a] - x[b]);
  const from: number[] = [], sum: number[] = [], count: number[] = [];
  for (const i of order) {
    if (from.length && x[i] === from.at(-1)) {
      sum[sum.length - 1] += y[i];
      count[count.length - 1]++;
    } else {
      from.push(x[i]);
      sum.push(y[i]);
      count.push(1);
    }
    while (from.length > 1 && sum.at(-1)! / count.at(-1)! <= sum.at(-2)! / count.at(-2)!) {
      from.pop();
      const s = sum.pop()!, n = count.pop()!;
      sum[sum.length - 1] += s;
      count[count.length - 1] += n;
    }
  }
  return (value) => {
    let low = 0, high = from.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (from[middle] <= value) low = middle;
      else high = middle - 1;
    }
    return sum[low] / count[low];
  };
}

function logarithms(probabilities: Float64Array): Float64Array {
  return probabilities.map((p) => Math.log(Math.max(LEAST, p)));
}

function vectorProbabilities(logs: Float64Array, parameters: Float64Array): Float64Array {
  const n = parameters.length / 2;
  return softmaxRows(logs.map((z, i) => z * parameters[i % n] + parameters[n + i % n]), n);
}

function vectorLoss(logs: Float64Array, labels: Int32Array, parameters: Float64Array): number {
  const n = parameters.length / 2;
  const p = vectorProbabilities(logs, parameters);
  let loss = 0;
  labels.forEach((label, row) => loss -= Math.log(Math.max(1e-300, p[row * n + label])));
  parameters.forEach((value, i) => loss += RIDGE / 2 * (value - (i < n ? 1 : 0)) ** 2);
  return loss;
}

function vectorDerivatives(logs: Float64Array, labels: Int32Array, parameters: Float64Array) {
  const size = parameters.length, n = size / 2;
  const p = vectorProbabilities(logs, parameters);
  const gradient = parameters.map((value, i) => RIDGE * (value - (i < n ? 1 : 0)));
  const hessian = new Float64Array(size * size);
  for (let row = 0; row < labels.length; row++) {
    for (let c = 0; c < n; c++) {
      const at = row * n + c, error = p[at] - (c === labels[row] ? 1 : 0);
      gradient[c] += error * logs[at];
      gradient[n + c] += error;
      for (let d = 0; d <= c; d++) { // the lower triangle of each of the four blocks
        const other = row * n + d;
        const weight = c === d ? p[at] * (1 - p[at]) : -p[at] * p[other];
        hessian[c * size + d] += weight * logs[at] * logs[other];
        hessian[(n + c) * size + d] += weight * logs[other];
        if (c !== d) hessian[(n + d) * size + c] += weight * logs[at];
        hessian[(n + c) * size + n + d] += weight;
      }
    }
  }
  for (let i = 0; i < size; i++) hessian[i * size + i] += RIDGE;
  return { gradient, hessian };
}

/**
 * Solves A x = b for a symmetric positive definite A (Cholesky).
 *
 * @param matrix `[n x n]`, row-major; its lower triangle is read.
 * @param right `[n]`.
 * @throws RangeError when A is not positive definite.
 */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length, factor = choleskyFactor(n, (i, j) => matrix[i * n + j]);
  if (typeof factor === "number") {
    throw new RangeError(`the matrix is not positive definite: see pivot ${factor}`);
  }
  const at = (i: number, j: number) => factor[i * (i + 1) / 2 + j];
  const x = right.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= at(i, k) * x[k];
    x[i] /= at(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= at(k, i) * x[k];
    x[i] /= at(i, i);
  }
  return x;
}
