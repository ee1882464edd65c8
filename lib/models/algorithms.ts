import type { Algorithm } from "./classifier.ts";
import { gradientBoosting } from "../forest/gradient-boosting.ts";
import { randomForest } from "../forest/random-forest.ts";
import { lightgbm } from "../lightgbm/lightgbm-algorithm.ts";
import { nearestNeighbours } from "./nearest-neighbours.ts";

const ALGORITHMS = {
  "lightgbm": lightgbm,
  "random-forest": randomForest,
  "gbdt": gradientBoosting,
  "nearest-neighbours": nearestNeighbours,
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
