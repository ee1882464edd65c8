import { type Matrix, takeColumns } from "../catalogue/matrix.ts";
import { deriveSeed } from "../run/random.ts";
import type { Algorithm, Classifier, FitOptions, TrainingSet } from "./classifier.ts";
import { gradientBoosting } from "./gradient-boosting.ts";
import { lightgbm } from "./lightgbm.ts";
import { nearestNeighbours } from "./nearest-neighbours.ts";
import { perceptron } from "./perceptron.ts";
import {
  type ClassWeight,
  classWeights,
  imputeMode,
  scaleMinMax,
  type Transform,
} from "./preprocess.ts";
import { randomForest } from "./random-forest.ts";
import { smote } from "./smote.ts";

const TRANSFORMS = { "scale-min-max": scaleMinMax, "impute-mode": imputeMode };

/** Everything that makes a model, as plain JSON: what is validated is what is shipped. */
export interface PipelineSpec {
  readonly algorithm: AlgorithmName;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Columns used, in the order the model sees them. */
  readonly features: readonly string[];
  /** Applied in order, fitted on the training rows only. */
  readonly transforms: readonly (keyof typeof TRANSFORMS)[];
  /** Oversampling of the training rows, after the transforms. */
  readonly oversample?: { readonly method: "smote"; readonly neighbours: number };
  readonly classWeight?: ClassWeight;
}

const FORMAT = "csc-classify pipeline 1";

/** What {@link Pipeline.save} writes, besides the model's own text. */
export interface SavedPipeline {
  readonly format: typeof FORMAT;
  readonly spec: PipelineSpec;
  readonly states: readonly unknown[];
  readonly model: string;
}

/** A fitted pipeline: takes raw physical columns, gives class membership probabilities. */
export class Pipeline implements Classifier {
  constructor(
    readonly spec: PipelineSpec,
    /** Fitted state of each of `spec.transforms`. */
    readonly states: readonly unknown[],
    readonly model: Classifier,
  ) {}

  /** The matrix that the model itself sees: columns chosen, transforms applied. */
  prepare(matrix: Matrix): Matrix {
    return this.spec.transforms.reduce(
      (prepared, name, i) =>
        (TRANSFORMS[name] as Transform<unknown>).apply(prepared, this.states[i]),
      takeColumns(matrix, this.spec.features),
    );
  }

  /** @inheritdoc */
  predictProbabilities(matrix: Matrix): Float64Array {
    return this.model.predictProbabilities(this.prepare(matrix));
  }

  /** The pipeline as JSON text, for {@link loadPipeline}. */
  save(): string {
    const saved: SavedPipeline = {
      format: FORMAT,
      spec: this.spec,
      states: this.states,
      model: this.model.save(),
    };
    return JSON.stringify(saved);
  }

  [Symbol.dispose](): void {
    this.model[Symbol.dispose]();
  }
}

/**
 * Fits a pipeline. Nothing of it sees a row outside `training`.
 *
 * @throws TypeError for a feature that the matrix lacks; RangeError for an unknown algorithm.
 */
export async function fitPipeline(
  spec: PipelineSpec,
  training: TrainingSet,
  options: FitOptions,
): Promise<Pipeline> {
  const algorithm = findAlgorithm(spec.algorithm);
  let matrix = takeColumns(training.matrix, spec.features);
  const states = spec.transforms.map((name) => {
    const transform = TRANSFORMS[name] as Transform<unknown>;
    const state = transform.fit(matrix);
    matrix = transform.apply(matrix, state);
    return state;
  });
  let prepared: TrainingSet = { ...training, matrix };
  if (spec.classWeight) {
    const { labels, nClasses, weights, nCopies = 0 } = training;
    const counted = labels.subarray(0, labels.length - nCopies);
    const ofClass = classWeights(labels, nClasses, spec.classWeight, counted);
    prepared = { ...prepared, weights: ofClass.map((w, row) => w * (weights?.[row] ?? 1)) };
  }
  if (spec.oversample) {
    const seed = deriveSeed(options.seed, "oversample");
    prepared = smote(prepared, { neighbours: spec.oversample.neighbours, seed });
  }
  return new Pipeline(spec, states, await algorithm.fit(prepared, spec.parameters, options));
}

/**
 * Reads what {@link Pipeline.save} wrote; predictions are equal to the bit.
 *
 * @throws TypeError when the text is not such a pipeline.
 */
export async function loadPipeline(text: string): Promise<Pipeline> {
  const { spec, states, model } = parsePipeline(text);
  return new Pipeline(spec, states, await findAlgorithm(spec.algorithm).load(model));
}

/** The parts of a saved pipeline, unloaded. Throws as {@link loadPipeline}. */
export function parsePipeline(text: string): SavedPipeline {
  const saved = JSON.parse(text) as SavedPipeline;
  if (saved?.format !== FORMAT) {
    throw new TypeError(`not a saved pipeline: format "${saved?.format}", expected "${FORMAT}"`);
  }
  return saved;
}

const ALGORITHMS = {
  "lightgbm": lightgbm,
  "random-forest": randomForest,
  "gbdt": gradientBoosting,
  "nearest-neighbours": nearestNeighbours,
  "perceptron": perceptron,
};

/** Names a {@link findAlgorithm} call understands. */
export type AlgorithmName = keyof typeof ALGORITHMS;

/**
 * The algorithm of that name.
 *
 * @throws RangeError listing the known names.
 */
export function findAlgorithm(name: string): Algorithm {
  if (!Object.hasOwn(ALGORITHMS, name)) {
    throw new RangeError(`no algorithm "${name}"; use ${Object.keys(ALGORITHMS).join(", ")}`);
  }
  return ALGORITHMS[name as AlgorithmName] as unknown as Algorithm;
}
