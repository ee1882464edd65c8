import { sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  type Algorithm,
  type Classifier,
  type ClassWeight,
  classWeights,
  deriveSeed,
  type FitOptions,
  gradientBoosting,
  imputeMode,
  type Matrix,
  randomForest,
  scaleMinMax,
  smote,
  takeColumns,
  type TrainingSet,
  type Transform,
} from "@csc-classify/forests";
import { ROOT } from "../run/files.ts";
import { fileSha256 } from "@csc-classify/safe-files";
import { lightgbm } from "./lightgbm.ts";

const TRANSFORMS = { "scale-min-max": scaleMinMax, "impute-mode": imputeMode };

/** Everything that makes a model, as plain JSON: what is validated is what is shipped. */
export interface PipelineSpec {
  /** A name, or a module that exports an algorithm of one's own: see {@link findAlgorithm}. */
  readonly algorithm: AlgorithmName | OwnAlgorithm;
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

  /**
   * The pipeline as JSON text, for {@link parsePipeline}.
   *
   * @throws TypeError where the model cannot be saved: of the paper's three LightGBM's can.
   */
  save(): string {
    if (!this.model.save) {
      throw new TypeError(`a model of ${this.spec.algorithm} cannot be saved; use "lightgbm"`);
    }
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
 * @throws TypeError for a feature that the matrix lacks; what {@link findAlgorithm} throws.
 */
export async function fitPipeline(
  spec: PipelineSpec,
  training: TrainingSet,
  options: FitOptions,
): Promise<Pipeline> {
  const algorithm = await findAlgorithm(spec.algorithm);
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
 * The parts of what {@link Pipeline.save} wrote.
 *
 * @throws TypeError when the text is not such a pipeline.
 */
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
};

/** Names a {@link findAlgorithm} call understands. */
type AlgorithmName = keyof typeof ALGORITHMS;

/** A module of the project whose default export is an {@link Algorithm}. */
interface OwnAlgorithm {
  /** Path below the project's folder, e.g. `notebooks/my-model.ts`, or `file:` URL. */
  readonly module: string;
}

/**
 * The algorithm of that name, or the one that the module exports.
 *
 * @throws RangeError listing the known names, or as {@link findModule}; TypeError for a module
 * whose default export is no algorithm.
 */
export async function findAlgorithm(name: AlgorithmName | OwnAlgorithm): Promise<Algorithm> {
  if (typeof name === "string") {
    if (Object.hasOwn(ALGORITHMS, name)) return ALGORITHMS[name] as Algorithm;
    throw new RangeError(
      `no algorithm "${name}"; use ${Object.keys(ALGORITHMS).join(", ")}, or { module } with one ` +
        "of your own",
    );
  }
  const { url, sha256 } = await findModule(name);
  // imported by its content, for this process may hold the module as it was before an edit
  url.search = sha256;
  const { default: own } = await import(url.href) as { default?: Partial<Algorithm> };
  const lacking = (["fit", "describe"] as const).filter((part) =>
    typeof own?.[part] !== "function"
  );
  if (lacking.length === 0) return own as Algorithm;
  throw new TypeError(
    `the default export of ${name.module} has no ${lacking.join(", ")}; ` +
      "expected an Algorithm as packages/forests/algorithm.ts describes it",
  );
}

/**
 * Where a module lies, and the SHA-256 of its bytes, by which its folds are kept: the same in any
 * folder and on any machine. What it imports from its own folder this does not cover.
 *
 * @throws RangeError for what is no file of the project: nothing from elsewhere is run.
 */
export async function findModule({ module }: OwnAlgorithm): Promise<{ url: URL; sha256: string }> {
  const url = URL.parse(module, pathToFileURL(`${ROOT}/`));
  const path = url?.protocol === "file:" && !url.host ? fileURLToPath(url) : "";
  if (url && path.startsWith(`${ROOT}${sep}`)) return { url, sha256: await fileSha256(path) };
  throw new RangeError(
    `the model's module is "${
      module.slice(0, 200)
    }"; expected a file in ${ROOT}, for nothing from ` +
      "elsewhere is run: save it there and give its path below that folder",
  );
}
