/**
 * LightGBM, its official C++ sources compiled to WebAssembly: data, training, prediction, TreeSHAP;
 * and its models' trees as flat arrays, scored and explained without WebAssembly.
 */
export { Booster, Dataset } from "./booster.ts";
export { type Heap, instantiateLightgbm } from "./heap.ts";
export { LIGHTGBM_VERSION, type LightgbmParameters } from "./parameters.ts";
export { train } from "./train.ts";
export { parseTrees, rawScores, type TreeEnsemble } from "./tree-ensemble.ts";
export { treeShap } from "./tree-shap.ts";
