import { type Progress, progress } from "#show/progress.ts";
import { readSettings } from "#lib/run/settings.ts";
import { loadLabelledSet } from "#lib/tables/labelled-set.ts";
import { loadClassifier, type SourceClassifier } from "#lib/trust/classify.ts";
import { RECIPES } from "#lib/trust/fit-classifier.ts";
import { isLightgbmBuilt } from "../setup/build-lightgbm.ts";
import { setUp } from "../setup/set-up.ts";
import type { TrainingReply, TrainingTask } from "./train-worker.ts";

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
  const { seed, workers } = settings;
  return loadClassifier(
    await fittedAside({ training, recipe, seed, workers }, {
      onProgress: (done) => bar.update(Math.round(100 * done)),
      signal,
    }),
  );
}

/**
 * The text of a classifier that is fitted in a thread of its own: steps of the fit take seconds on a
 * busy machine, and this one is to hear meanwhile that it is stopped.
 */
async function fittedAside(
  task: TrainingTask,
  { onProgress, signal }: { onProgress: (done: number) => void; signal: AbortSignal },
): Promise<string> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./train-worker.ts", import.meta.url), { type: "module" });
  const stop = () => worker.postMessage("stop");
  signal.addEventListener("abort", stop);
  try {
    return await new Promise<string>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<TrainingReply>) => {
        if (data === "stopped") reject(signal.reason);
        else if ("done" in data) onProgress(data.done);
        else if ("classifier" in data) resolve(data.classifier);
        else reject(data.code ? Object.assign(data.error, { code: data.code }) : data.error);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`the thread that trains has ended: ${event.message}`));
      };
      worker.postMessage(task);
    });
  } finally {
    signal.removeEventListener("abort", stop);
    worker.terminate();
  }
}
