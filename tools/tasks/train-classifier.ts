import { type Progress, progress } from "#show/progress.ts";
import { readSettings } from "#lib/run/settings.ts";
import { loadLabelledSet } from "#lib/tables/labelled-set.ts";
import type { SourceClassifier } from "#lib/trust/classify.ts";
import { fitClassifier, RECIPES } from "#lib/trust/fit-classifier.ts";
import { isLightgbmBuilt } from "../setup/build-lightgbm.ts";
import { setUp } from "../setup/set-up.ts";

/**
 * Trains a classifier with the settings of the environment, setting up first where that was not
 * done.
 *
 * @param labels Which labels to learn from; the paper's recipe has its own.
 */
export async function trainClassifier(
  recipe: keyof typeof RECIPES,
  labels: "union" | "paper" | undefined,
  signal: AbortSignal,
): Promise<SourceClassifier> {
  const settings = readSettings(), { title } = RECIPES[recipe];
  if (!(await isLightgbmBuilt())) await setUp(signal);
  const scheme = recipe === "paper" ? "paper" : labels ?? settings.labels;
  const training = await loadLabelledSet(settings.data, scheme, { seed: settings.seed, signal });
  console.error(`Training ${title} on ${training.origin.description}.`);
  await using bar: Progress = await progress("trained, per cent", 100);
  const onProgress = (done: number) => bar.update(Math.round(100 * done));
  return await fitClassifier(training, RECIPES[recipe], { ...settings, onProgress, signal });
}
