import { FOREST_STEPS } from "#lib/models/paper-pipelines.ts";
import type { PipelineSpec } from "#lib/models/pipeline.ts";

/**
 * The models that the paper tried and dropped (section 3), prepared like the forests: each a module
 * that is validated as any model of one's own is.
 */
export const DROPPED_PIPELINES: Readonly<Record<"knn" | "mlp", PipelineSpec>> = {
  knn: {
    ...FOREST_STEPS,
    algorithm: { module: "notebooks/studies/nearest-neighbours.ts" },
    parameters: { neighbours: 5 },
  },
  mlp: {
    ...FOREST_STEPS,
    algorithm: { module: "notebooks/studies/perceptron.ts" },
    parameters: { hidden: 64, epochs: 10, batch: 256, learningRate: 0.01 },
  },
};
