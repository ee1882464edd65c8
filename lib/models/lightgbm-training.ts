import type { FitOptions } from "./classifier.ts";
import { takeTurns } from "./grow-tree.ts";
import { Booster, type Dataset } from "./lightgbm-data.ts";
import { Handle } from "./lightgbm-wasm.ts";

/** LightGBM's default of `num_iterations`. */
const DEFAULT_ROUNDS = 100;

/**
 * Trains on a dataset. Ends early when no leaf can be split any more.
 *
 * @throws TypeError or RangeError for parameters that are unknown or out of range and for labels
 * outside the classes; LightgbmError for whatever the library refuses.
 */
export async function train(
  dataset: Dataset,
  parameters: LightgbmParameters,
  { onProgress, signal }: Omit<FitOptions, "seed"> = {},
): Promise<Booster> {
  checkParameters(parameters);
  checkLabels(dataset.options.labels, parameters);
  signal?.throwIfAborted();
  const booster = new Booster(create(dataset, parameters), dataset.options.matrix.names);
  try {
    const rounds = parameters.num_iterations ?? DEFAULT_ROUNDS;
    const turn = takeTurns(signal);
    for (let round = 1; round <= rounds && grow(booster.handle); round++) {
      onProgress?.(round / rounds);
      await turn();
    }
    return booster;
  } catch (error) {
    booster[Symbol.dispose]();
    throw error;
  }
}

function create({ handle, options }: Dataset, parameters: LightgbmParameters): Handle {
  const { heap, address } = handle, { parameters: old = {} } = options;
  using scope = heap.scope();
  const text = scope.text(toParameterText(parameters)), out = scope.room(4);
  heap.call("DatasetUpdateParamChecking", scope.text(toParameterText(old)), text);
  heap.call("BoosterCreate", address, text, out);
  return new Handle(heap, "Booster", heap.int32(out));
}

/** One boosting round; false when it could not split anything. */
function grow({ heap, address }: Handle): boolean {
  using scope = heap.scope();
  const finished = scope.room(4);
  heap.call("BoosterUpdateOneIter", address, finished);
  return heap.int32(finished) === 0;
}

function checkLabels(labels: ArrayLike<number>, { objective, num_class }: LightgbmParameters) {
  if (objective === undefined || objective === "regression") return;
  const classes = objective === "binary" ? 2 : num_class;
  if (classes === undefined) throw new TypeError("objective multiclass needs num_class");
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new RangeError(
        `labels: row ${row} is ${label}; expected a whole number from 0 to ${classes - 1}`,
      );
    }
  }
}

type Check<Value> = (name: string, value: unknown) => Value;

/**
 * The parameters of LightGBM that this project knows, under their official names
 * (https://lightgbm.readthedocs.io/en/v4.6.0/Parameters.html), with what each may be.
 */
const PARAMETERS = {
  /** What is minimised; `multiclass` is the multinomial deviance (softmax). */
  objective: oneOf("multiclass", "binary", "regression"),
  /** Number of classes; labels run from 0 to num_class - 1. Only for `multiclass`. */
  num_class: whole(1, 10_000),
  boosting: oneOf("gbdt", "dart", "rf"),
  /** Boosting rounds; each grows one tree a class. 100. */
  num_iterations: whole(1, 100_000),
  /** Shrinkage of every tree. 0.1. */
  learning_rate: number(Number.MIN_VALUE, Number.MAX_VALUE),
  /** Most leaves of a tree. 31. */
  num_leaves: whole(2, 131_072),
  /** Greatest depth of a tree; -1, the default, for no limit. */
  max_depth: whole(-1, 1_000),
  /** Fewest rows in a leaf. 20. */
  min_data_in_leaf: whole(0, 2_147_483_647),
  /** Least sum of second derivatives in a leaf. 0.001. */
  min_sum_hessian_in_leaf: number(0, Number.MAX_VALUE),
  /** Least gain of a split. 0. */
  min_gain_to_split: number(0, Number.MAX_VALUE),
  lambda_l1: number(0, Number.MAX_VALUE),
  lambda_l2: number(0, Number.MAX_VALUE),
  /** Greatest leaf value before shrinkage; 0, the default, for no limit. */
  max_delta_step: number(0, Number.MAX_VALUE),
  path_smooth: number(0, Number.MAX_VALUE),
  /** Rows drawn for a tree, as a share; needs `bagging_freq` > 0. 1. */
  bagging_fraction: number(Number.MIN_VALUE, 1),
  /** Draw rows anew every so many rounds; 0, the default, for never. */
  bagging_freq: whole(0, 100_000),
  /** Columns drawn for a tree, as a share. 1. */
  feature_fraction: number(Number.MIN_VALUE, 1),
  /** Columns drawn for a node, as a share. 1. */
  feature_fraction_bynode: number(Number.MIN_VALUE, 1),
  extra_trees: flag,
  /** Weighs the classes of `binary` evenly; without effect in `multiclass`. */
  is_unbalance: flag,
  scale_pos_weight: number(Number.MIN_VALUE, Number.MAX_VALUE),
  /** Start from the mean score, true unless set. */
  boost_from_average: flag,
  /** Most bins of a column's histogram. 255. */
  max_bin: whole(2, 65_535),
  /** Fewest rows in a bin. 3. */
  min_data_in_bin: whole(1, 2_147_483_647),
  /** Rows that bin borders are taken from. 200,000. */
  bin_construct_sample_cnt: whole(1, 2_147_483_647),
  /** Bundles columns that exclude one another, true unless set. */
  enable_bundle: flag,
  is_enable_sparse: flag,
  /** Drops columns that `min_data_in_leaf` cannot split, true unless set. */
  feature_pre_filter: flag,
  /** NaN goes its own way at each split, true unless set. */
  use_missing: flag,
  /** Histograms column by column; the fastest here. */
  force_col_wise: flag,
  force_row_wise: flag,
  deterministic: flag,
  seed: whole(0, 2_147_483_647),
} as const;

/** Parameters of a training, by their official names; what is absent has LightGBM's default. */
export type LightgbmParameters = {
  readonly [Name in keyof typeof PARAMETERS]?: ReturnType<(typeof PARAMETERS)[Name]>;
};

/**
 * Refuses what LightGBM would ignore or misread.
 *
 * @throws TypeError for an unknown name or a value of the wrong type; RangeError for a number out
 * of range.
 */
export function checkParameters(parameters: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!Object.hasOwn(PARAMETERS, name)) {
      throw new TypeError(
        `unknown LightGBM parameter "${name}"; known are ${Object.keys(PARAMETERS).join(", ")}`,
      );
    }
    if (value !== undefined) PARAMETERS[name as keyof LightgbmParameters](name, value);
  }
}

/** Parameters as the C API takes them: one thread, and quiet. */
export function toParameterText(parameters: LightgbmParameters): string {
  return Object.entries({ ...parameters, num_threads: 1, verbosity: -1 })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

function number(least: number, greatest: number): Check<number> {
  return (name, value) => {
    if (typeof value !== "number" || !(value >= least && value <= greatest)) {
      throw new RangeError(
        `LightGBM parameter ${name} is ${value}; expected a number from ${least} to ${greatest}`,
      );
    }
    return value;
  };
}

function whole(least: number, greatest: number): Check<number> {
  const inRange = number(least, greatest);
  return (name, value) => {
    if (!Number.isInteger(value)) {
      throw new RangeError(`LightGBM parameter ${name} is ${value}; expected a whole number`);
    }
    return inRange(name, value);
  };
}

function flag(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") {
    throw new TypeError(`LightGBM parameter ${name} is ${value}; expected true or false`);
  }
  return value;
}

function oneOf<const Choice extends string>(...choices: Choice[]): Check<Choice> {
  return (name, value) => {
    if (!choices.includes(value as Choice)) {
      throw new TypeError(
        `LightGBM parameter ${name} is "${value}"; expected one of ${choices.join(", ")}`,
      );
    }
    return value as Choice;
  };
}
