import { CLASSES } from "../catalogue/classes.ts";
import { FEATURES, KS_INTRA_PROB } from "../catalogue/features.ts";
import { parsePipeline } from "../models/pipeline.ts";
import { writeAtomic, writeJson } from "../run/files.ts";

/** What a model says about its origin. */
export interface ModelOrigin {
  /** The training rows in words, and the SHA-256 of what they were made from. */
  readonly trainingData: string;
  readonly trainingSha256: string;
  readonly simulated: boolean;
  readonly seed: number;
}

/** Files of a model folder. */
export const MODEL_FILES = { booster: "lightgbm.txt", pipeline: "pipeline.json" } as const;

/**
 * Writes a saved LightGBM pipeline as a folder that other tools read: `lightgbm.txt`, the model in
 * LightGBM's own text format, and `pipeline.json`: features in order with their units, the scaling
 * 10 (x - min) / range, classes in order, and where the model comes from.
 *
 * @throws TypeError for another algorithm or for steps besides the scaling.
 */
export async function writeModel(
  folder: string,
  pipeline: string,
  origin: ModelOrigin,
): Promise<void> {
  const { format, spec, states, model } = parsePipeline(pipeline);
  if (spec.algorithm !== "lightgbm" || spec.transforms.join() !== "scale-min-max") {
    throw new TypeError(
      `a model folder holds a LightGBM model behind scale-min-max, not "${spec.algorithm}" ` +
        `behind "${spec.transforms.join(", ")}"`,
    );
  }
  const known = new Map([...FEATURES, KS_INTRA_PROB].map((feature) => [feature.name, feature]));
  await writeAtomic(`${folder}/${MODEL_FILES.booster}`, model);
  await writeJson(`${folder}/${MODEL_FILES.pipeline}`, {
    format,
    features: spec.features,
    units: spec.features.map((name) => known.get(name)?.unit ?? ""),
    missing: "NaN",
    scaling: states[0],
    classes: CLASSES,
    ...origin,
    spec,
  });
}

/** A model read back. */
export interface SavedModel {
  /** Text for `loadPipeline`. */
  readonly pipeline: string;
  readonly origin: ModelOrigin;
}

/**
 * Reads a folder of {@link writeModel}.
 *
 * @throws Deno.errors.NotFound when a file is missing.
 */
export async function readModel(folder: string): Promise<SavedModel> {
  const model = await Deno.readTextFile(`${folder}/${MODEL_FILES.booster}`);
  const { format, spec, scaling, trainingData, trainingSha256, simulated, seed } = JSON.parse(
    await Deno.readTextFile(`${folder}/${MODEL_FILES.pipeline}`),
  );
  return {
    pipeline: JSON.stringify({ format, spec, states: [scaling], model }),
    origin: { trainingData, trainingSha256, simulated, seed },
  };
}
