import type { Matrix } from "../catalogue/matrix.ts";
import { packageFile } from "../run/files.ts";
import { random, shuffle } from "../run/random.ts";
import {
  type Algorithm,
  checkTraining,
  checkWholeNumbers,
  type Classifier,
  decodeArray,
  encodeArray,
} from "./classifier.ts";
import { checkPresent } from "./nearest-neighbours.ts";

/** Parameters of {@link perceptron}. */
export interface PerceptronParameters {
  /** Units of the hidden layer; 64. */
  readonly hidden?: number;
  /** How often each training row is seen; 10. */
  readonly epochs?: number;
  /** Rows between two steps of Adam; 256. */
  readonly batch?: number;
  /** Adam's step; 0.01. */
  readonly learningRate?: number;
}

const DEFAULTS = { hidden: 64, epochs: 10, batch: 256, learningRate: 0.01 };
const FORMAT = "csc-classify perceptron 1";

/**
 * A multilayer perceptron with one hidden layer (rectified linear units, softmax, cross-entropy
 * weighed by sample), which the paper tried and dropped (section 3), trained by TensorFlow.js with
 * Adam (Kingma & Ba 2015, arXiv:1412.6980). Weights begin uniform (Glorot & Bengio 2010), rows are
 * shuffled anew each epoch, both by the seed. Columns are taken as they are: scale first. Missing
 * values are refused: impute first.
 */
export const perceptron: Algorithm<PerceptronParameters> = {
  name: "perceptron",

  async fit(training, parameters, { seed, onProgress, signal }) {
    checkTraining(training);
    const { matrix, labels, nClasses } = training;
    const { hidden, epochs, batch, learningRate } = { ...DEFAULTS, ...parameters };
    checkWholeNumbers({ hidden, epochs, batch });
    checkPresent(matrix);
    const tf = await tensorflow();
    const { nRows, nColumns } = matrix;
    const truth = new Float32Array(nRows * nClasses);
    labels.forEach((label, row) => truth[row * nClasses + label] = 1);
    const weights = Float32Array.from(training.weights ?? new Float64Array(nRows).fill(1));
    const sizes = [nColumns, hidden, nClasses];
    const layers = [0, 1].map((i) => {
      const [from, to] = sizes.slice(i, i + 2), limit = Math.sqrt(6 / (from + to));
      const stream = random(seed, "perceptron layer", i);
      const draw = () => limit * (2 * stream.uniform() - 1);
      return {
        kernel: tf.variable(
          tf.tensor2d(Float32Array.from({ length: from * to }, draw), [from, to]),
        ),
        bias: tf.variable(tf.zeros([to])),
      };
    });
    const all = {
      rows: tf.tensor2d(Float32Array.from(matrix.values), [nRows, nColumns]),
      truth: tf.tensor2d(truth, [nRows, nClasses]),
      weights: tf.tensor1d(weights),
    };
    const adam = tf.train.adam(learningRate);
    const order = Int32Array.from({ length: nRows }, (_, row) => row);
    const stream = random(seed, "perceptron order");
    try {
      for (let epoch = 0; epoch < epochs; epoch++) {
        signal?.throwIfAborted();
        shuffle(order, stream);
        for (let start = 0; start < nRows; start += batch) {
          tf.tidy(() => {
            const chosen = tf.tensor1d(order.slice(start, start + batch), "int32");
            const [rows, truth, weights] = [all.rows, all.truth, all.weights]
              .map((tensor) => tf.gather(tensor, chosen));
            adam.minimize(() => {
              const inner = tf.relu(tf.add(tf.matMul(rows, layers[0].kernel), layers[0].bias));
              const scores = tf.add(tf.matMul(inner, layers[1].kernel), layers[1].bias);
              return tf.losses.softmaxCrossEntropy(truth, scores, weights);
            });
          });
        }
        onProgress?.((epoch + 1) / epochs);
      }
      return new Perceptron(
        matrix.names,
        layers.map(({ kernel, bias }) => ({
          kernel: kernel.dataSync() as Float32Array,
          bias: bias.dataSync() as Float32Array,
        })),
      );
    } finally {
      adam.dispose();
      tf.dispose([all, layers]);
    }
  },

  // deno-lint-ignore require-await -- the interface allows algorithms that load code first
  async load(text) {
    const saved = JSON.parse(text) as Saved;
    if (saved.format !== FORMAT) {
      throw new TypeError(`not a saved perceptron: format "${saved.format}", not "${FORMAT}"`);
    }
    return new Perceptron(
      saved.names,
      saved.layers.map(({ kernel, bias }) => ({
        kernel: new Float32Array(decodeArray(kernel)),
        bias: new Float32Array(decodeArray(bias)),
      })),
    );
  },

  describe(parameters) {
    const { hidden, epochs } = { ...DEFAULTS, ...parameters };
    return `multilayer perceptron, ${hidden} hidden units, ${epochs} epochs`;
  },
};

/**
 * TensorFlow.js on its WebAssembly backend, one thread: half the time of its plain JavaScript, and
 * the same bytes on every machine. Loaded when first needed, for it is large.
 */
async function tensorflow() {
  const [tf, backend] = await Promise.all([
    import("@tensorflow/tfjs"),
    import("@tensorflow/tfjs-backend-wasm"),
  ]);
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  backend.setWasmPaths(packageFile("@tensorflow/tfjs-backend-wasm", "../wasm-out/"));
  await tf.setBackend("wasm");
  return tf;
}

/** `kernel` is `[nIn x nOut]`, row-major. */
interface Layer {
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

interface Saved {
  readonly format: typeof FORMAT;
  readonly names: readonly string[];
  readonly layers: readonly { readonly kernel: string; readonly bias: string }[];
}

class Perceptron implements Classifier {
  constructor(readonly names: readonly string[], readonly layers: readonly Layer[]) {}

  predictProbabilities(matrix: Matrix): Float64Array {
    if (matrix.nColumns !== this.names.length) {
      throw new RangeError(
        `the matrix has ${matrix.nColumns} columns, the model was fitted on ` +
          `${this.names.length}; give it the same features`,
      );
    }
    checkPresent(matrix);
    const [first, second] = this.layers;
    const scores = dense(dense(matrix.values, first).map((x) => Math.max(0, x)), second);
    const nClasses = second.bias.length;
    for (let start = 0; start < scores.length; start += nClasses) {
      const row = scores.subarray(start, start + nClasses);
      const highest = Math.max(...row);
      const total = row.reduce((sum, score) => sum + Math.exp(score - highest), 0);
      row.forEach((score, c) => row[c] = Math.exp(score - highest) / total);
    }
    return scores;
  }

  save(): string {
    const layers = this.layers.map(({ kernel, bias }) => ({
      kernel: encodeArray(kernel),
      bias: encodeArray(bias),
    }));
    return JSON.stringify({ format: FORMAT, names: this.names, layers } satisfies Saved);
  }

  [Symbol.dispose](): void {}
}

/** `input` times the kernel plus the bias: `[nRows x nIn]` to `[nRows x nOut]`. */
function dense(input: Float64Array, { kernel, bias }: Layer): Float64Array {
  const nOut = bias.length, nIn = kernel.length / nOut, nRows = input.length / nIn;
  const output = new Float64Array(nRows * nOut);
  for (let row = 0; row < nRows; row++) {
    for (let to = 0; to < nOut; to++) {
      let sum = bias[to];
      for (let from = 0; from < nIn; from++) {
        sum += input[row * nIn + from] * kernel[from * nOut + to];
      }
      output[row * nOut + to] = sum;
    }
  }
  return output;
}
