/** The release that is compiled, whose parameters these are: it grew the authors' model again. */
export const LIGHTGBM_VERSION = "4.6.0";

type Check<Value> = (name: string, value: unknown) => Value;

/**
 * Parameters of a training, under their official names
 * (https://lightgbm.readthedocs.io/en/v4.6.0/Parameters.html): those that this project knows. What
 * is absent has LightGBM's default.
 */
export type LightgbmParameters = {
  /** What is minimised; `multiclass` is the multinomial deviance (softmax). */
  readonly objective?: "multiclass" | "binary" | "regression";
  /** Number of classes; labels run from 0 to num_class - 1. Only for `multiclass`. */
  readonly num_class?: number;
  readonly boosting?: "gbdt" | "dart" | "rf";
  /** Boosting rounds; each grows one tree a class. 100. */
  readonly num_iterations?: number;
  /** Shrinkage of every tree. 0.1. */
  readonly learning_rate?: number;
  /** Most leaves of a tree. 31. */
  readonly num_leaves?: number;
  /** Greatest depth of a tree; -1, the default, for no limit. */
  readonly max_depth?: number;
  /** Fewest rows in a leaf. 20. */
  readonly min_data_in_leaf?: number;
  /** Least sum of second derivatives in a leaf. 0.001. */
  readonly min_sum_hessian_in_leaf?: number;
  /** Least gain of a split. 0. */
  readonly min_gain_to_split?: number;
  readonly lambda_l1?: number;
  readonly lambda_l2?: number;
  /** Greatest leaf value before shrinkage; 0, the default, for no limit. */
  readonly max_delta_step?: number;
  readonly path_smooth?: number;
  /** Rows drawn for a tree, as a share; needs `bagging_freq` > 0. 1. */
  readonly bagging_fraction?: number;
  /** Draw rows anew every so many rounds; 0, the default, for never. */
  readonly bagging_freq?: number;
  /** Columns drawn for a tree, as a share. 1. */
  readonly feature_fraction?: number;
  /** Columns drawn for a node, as a share. 1. */
  readonly feature_fraction_bynode?: number;
  readonly extra_trees?: boolean;
  /** Weighs the classes of `binary` evenly; without effect in `multiclass`. */
  readonly is_unbalance?: boolean;
  readonly scale_pos_weight?: number;
  /** Start from the mean score, true unless set. */
  readonly boost_from_average?: boolean;
  /** Most bins of a column's histogram. 255. */
  readonly max_bin?: number;
  /** Fewest rows in a bin. 3. */
  readonly min_data_in_bin?: number;
  /** Rows that bin borders are taken from. 200,000. */
  readonly bin_construct_sample_cnt?: number;
  /** Bundles columns that exclude one another, true unless set. */
  readonly enable_bundle?: boolean;
  readonly is_enable_sparse?: boolean;
  /** Drops columns that `min_data_in_leaf` cannot split, true unless set. */
  readonly feature_pre_filter?: boolean;
  /** NaN goes its own way at each split, true unless set. */
  readonly use_missing?: boolean;
  /** Histograms column by column; the fastest here. */
  readonly force_col_wise?: boolean;
  readonly force_row_wise?: boolean;
  readonly deterministic?: boolean;
  readonly seed?: number;
};

/** What each parameter may be. */
const PARAMETERS: {
  readonly [Name in keyof LightgbmParameters]-?: Check<NonNullable<LightgbmParameters[Name]>>;
} = {
  objective: oneOf("multiclass", "binary", "regression"),
  num_class: whole(1, 10_000),
  boosting: oneOf("gbdt", "dart", "rf"),
  num_iterations: whole(1, 100_000),
  learning_rate: number(Number.MIN_VALUE, Number.MAX_VALUE),
  num_leaves: whole(2, 131_072),
  max_depth: whole(-1, 1_000),
  min_data_in_leaf: whole(0, 2_147_483_647),
  min_sum_hessian_in_leaf: number(0, Number.MAX_VALUE),
  min_gain_to_split: number(0, Number.MAX_VALUE),
  lambda_l1: number(0, Number.MAX_VALUE),
  lambda_l2: number(0, Number.MAX_VALUE),
  max_delta_step: number(0, Number.MAX_VALUE),
  path_smooth: number(0, Number.MAX_VALUE),
  bagging_fraction: number(Number.MIN_VALUE, 1),
  bagging_freq: whole(0, 100_000),
  feature_fraction: number(Number.MIN_VALUE, 1),
  feature_fraction_bynode: number(Number.MIN_VALUE, 1),
  extra_trees: flag,
  is_unbalance: flag,
  scale_pos_weight: number(Number.MIN_VALUE, Number.MAX_VALUE),
  boost_from_average: flag,
  max_bin: whole(2, 65_535),
  min_data_in_bin: whole(1, 2_147_483_647),
  bin_construct_sample_cnt: whole(1, 2_147_483_647),
  enable_bundle: flag,
  is_enable_sparse: flag,
  feature_pre_filter: flag,
  use_missing: flag,
  force_col_wise: flag,
  force_row_wise: flag,
  deterministic: flag,
  seed: whole(0, 2_147_483_647),
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
