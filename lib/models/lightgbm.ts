import type { Algorithm } from "@csc-classify/forests";
import {
  Dataset,
  LIGHTGBM_VERSION,
  type LightgbmParameters,
  train,
} from "@csc-classify/lightgbm-wasm";
import { loadLightgbm } from "./load-lightgbm.ts";

/** Objective (softmax), classes and seed are those of the training set and the fit. */
const GIVEN = ["objective", "num_class", "seed"] as const;

/** Parameters of the algorithm, by LightGBM's own names. */
type LightgbmAlgorithmParameters = Omit<LightgbmParameters, (typeof GIVEN)[number]>;

/** What the authors set (section 3.4, and the parameters inside their published model). */
export const AUTHORS_PARAMETERS: LightgbmAlgorithmParameters = {
  num_iterations: 100,
  num_leaves: 31,
  learning_rate: 0.1,
  is_unbalance: true,
  force_col_wise: true,
  deterministic: true,
};

/** LightGBM (Ke et al. 2017) with the multinomial deviance over the classes of the labels. */
export const lightgbm = {
  name: "LightGBM",

  async fit({ matrix, labels, nClasses, weights }, parameters, { seed, onProgress, signal }) {
    const given = GIVEN.find((name) => name in parameters);
    if (given) throw new TypeError(`LightGBM parameter ${given} is set by the fit; leave it out`);
    const full = { ...parameters, objective: "multiclass", num_class: nClasses, seed } as const;
    const rows = { matrix, labels, weights, parameters: full };
    using dataset = new Dataset(await loadLightgbm(), rows);
    return await train(dataset, full, { onProgress, signal });
  },

  describe({ num_iterations = 100, num_leaves = 31, learning_rate = 0.1 }) {
    return `LightGBM ${LIGHTGBM_VERSION}, ${num_iterations} rounds, ${num_leaves} leaves, ` +
      `learning rate ${learning_rate}`;
  },
} satisfies Algorithm<LightgbmAlgorithmParameters>;
