import { type Matrix, random } from "@csc-classify/forests";
import { Dataset } from "../booster.ts";
import type { LightgbmParameters } from "../parameters.ts";
import { train } from "../train.ts";
import { builtLightgbm } from "./built.ts";

/** A matrix of literal rows with columns named a, b, ... */
export function rows(...values: number[][]): Matrix {
  const nColumns = values[0].length;
  return {
    values: Float64Array.from(values.flat()),
    nRows: values.length,
    nColumns,
    names: Array.from({ length: nColumns }, (_, i) => String.fromCharCode(97 + i)),
  };
}

/** Three noisy classes in five columns, a fifth of the values missing. */
export function threeClasses(nRows = 300, seed = 1) {
  const stream = random(seed, "three classes");
  const labels = Int32Array.from({ length: nRows }, () => stream.integer(3));
  const values = Array.from(labels, (label) =>
    Array.from({ length: 5 }, (_, column) => {
      const value = stream.normal() + label * column / 2;
      return stream.uniform() < 0.2 ? NaN : value;
    }));
  const weights = Float64Array.from(labels, (label) => 1 + label);
  return { matrix: rows(...values), labels, weights };
}

/** A small multiclass model of {@link threeClasses}. */
export const THREE_CLASSES: LightgbmParameters = {
  objective: "multiclass",
  num_class: 3,
  num_iterations: 10,
  num_leaves: 7,
  seed: 42,
};

/** One split of rows as few as they come: leaf values can be worked out by hand. */
export const STUMP: LightgbmParameters = {
  objective: "regression",
  num_iterations: 1,
  num_leaves: 2,
  learning_rate: 1,
  min_data_in_leaf: 1,
  min_data_in_bin: 1,
  min_sum_hessian_in_leaf: 0,
};

/** The model text and predictions that this thread makes of {@link threeClasses}. */
export async function trainThreeClasses() {
  const lightgbm = await builtLightgbm(), sample = threeClasses();
  using dataset = new Dataset(lightgbm, { ...sample, parameters: THREE_CLASSES });
  using booster = await train(dataset, THREE_CLASSES);
  return { text: booster.save(), probabilities: booster.predictProbabilities(sample.matrix) };
}
