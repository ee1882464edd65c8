import type { Algorithm, Classifier } from "./classifier.ts";
import type { Booster } from "./lightgbm-data.ts";
import { loadLightgbm } from "./load-lightgbm.ts";
import type { LightgbmParameters } from "./lightgbm-training.ts";

/** A fitted LightGBM model; its booster also gives contributions and importances. */
export interface LightgbmClassifier extends Classifier {
  readonly booster: Booster;
}

/** Objective (softmax), classes and seed are those of the training set and the fit. */
const GIVEN = ["objective", "num_class", "seed"] as const;

/** Parameters of the algorithm, by LightGBM's own names. */
export type LightgbmAlgorithmParameters = Omit<LightgbmParameters, (typeof GIVEN)[number]>;

/** What the authors set (section 3.4, and the parameters inside their published model). */
export const AUTHORS_PARAMETERS: LightgbmAlgorithmParameters = {
  num_iterations: 100,
  num_leaves: 31,
  learning_rate: 0.1,
  is_unbalance: true,
  force_col_wise: true,
  deterministic: true,
};

type Fit = Algorithm<LightgbmAlgorithmParameters>["fit"];

/** LightGBM (Ke et al. 2017) with the multinomial deviance over the classes of the labels. */
export const lightgbm: Algorithm<LightgbmAlgorithmParameters> & {
  fit(...args: Parameters<Fit>): Promise<LightgbmClassifier>;
  load(text: string): Promise<LightgbmClassifier>;
} = {
  name: "LightGBM",

  async fit({ matrix, labels, nClasses, weights }, parameters, { seed, onProgress, signal }) {
    const given = GIVEN.find((name) => name in parameters);
    if (given) throw new TypeError(`LightGBM parameter ${given} is set by the fit; leave it out`);
    const full = { ...parameters, objective: "multiclass", num_class: nClasses, seed } as const;
    const library = await loadLightgbm();
    using dataset = library.dataset({ matrix, labels, weights, parameters: full });
    const onRound = onProgress && ((round: number, rounds: number) => onProgress(round / rounds));
    return classifier(await library.train(dataset, full, { onRound, signal }));
  },

  async load(text) {
    return classifier((await loadLightgbm()).boosterFromText(text));
  },

  describe({ num_iterations = 100, num_leaves = 31, learning_rate = 0.1 }) {
    return `LightGBM 4.6.0, ${num_iterations} rounds, ${num_leaves} leaves, ` +
      `learning rate ${learning_rate}`;
  },
};

function classifier(booster: Booster): LightgbmClassifier {
  return {
    booster,
    predictProbabilities: (matrix) => booster.predictProbabilities(matrix),
    save: () => booster.toText(),
    [Symbol.dispose]: () => booster[Symbol.dispose](),
  };
}
