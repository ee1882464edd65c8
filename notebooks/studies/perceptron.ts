import {
  type Algorithm,
  checkPresent,
  checkTraining,
  checkWholeNumbers,
  checkWidth,
  type Classifier,
  type Matrix,
  random,
  shuffle,
  softmaxRows,
} from "@csc-classify/forests";
import { packageFile } from "#lib/run/files.ts";

/** Parameters of {@link perceptron}. */
interface PerceptronParameters {
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
    const all = [
      tf.tensor2d(Float32Array.from(matrix.values), [nRows, nColumns]),
      tf.tensor2d(truth, [nRows, nClasses]),
      tf.tensor1d(Float32Array.from(training.weights ?? new Float64Array(nRows).fill(1))),
    ];
    const layers = [[nColumns, hidden], [hidden, nClasses]].map(([from, to], i) => {
      const stream = random(seed, "perceptron layer", i), limit = Math.sqrt(6 / (from + to));
      const draw = () => limit * (2 * stream.uniform() - 1);
      const kernel = tf.tensor2d(Float32Array.from({ length: from * to }, draw), [from, to]);
      return [tf.variable(kernel), tf.variable(tf.zeros([to]))];
    });
    const [kernel1, bias1, kernel2, bias2] = layers.flat();
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
            const [rows, truth, weights] = all.map((tensor) => tf.gather(tensor, chosen));
            adam.minimize(() => {
              const inner = tf.relu(tf.add(tf.matMul(rows, kernel1), bias1));
              const scores = tf.add(tf.matMul(inner, kernel2), bias2);
              return tf.losses.softmaxCrossEntropy(truth, scores, weights);
            });
          });
        }
        onProgress?.((epoch + 1) / epochs);
      }
      const parts = layers.flat().map((part) => part.dataSync() as Float32Array);
      return new Perceptron(matrix.names, parts);
    } finally {
      adam.dispose();
      tf.dispose([all, layers]);
    }
  },

  describe(parameters) {
    const { hidden, epochs } = { ...DEFAULTS, ...parameters };
    return `multilayer perceptron, ${hidden} hidden units, ${epochs} epochs`;
  },
};

export default perceptron;

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

class Perceptron implements Classifier {
  constructor(
    readonly names: readonly string[],
    /** Weights `[nIn x nOut]` and biases of the hidden layer, then of the output. */
    readonly parts: readonly Float32Array[],
  ) {}

  predictProbabilities(matrix: Matrix): Float64Array {
    checkWidth(matrix, this.names.length);
    checkPresent(matrix);
    const [kernel1, bias1, kernel2, bias2] = this.parts;
    const inner = dense(matrix.values, kernel1, bias1).map((x) => Math.max(0, x));
    return softmaxRows(dense(inner, kernel2, bias2), bias2.length);
  }

  [Symbol.dispose](): void {}
}

/** Rows times kernel plus bias: `[nRows x nIn]` to `[nRows x nOut]`. */
function dense(input: Float64Array, kernel: Float32Array, bias: Float32Array): Float64Array {
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
