/** The trees of LightGBM models, read and scored without WebAssembly. */
export { parseTrees } from "./tree-ensemble.ts";
export { treeScorer } from "./tree-scorer.ts";
