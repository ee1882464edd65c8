import { removeUnfinished } from "@csc-classify/safe-files";
import type { LabelledSources } from "@csc-classify/chandra-sources";
import { fitClassifier, RECIPES } from "#lib/trust/fit-classifier.ts";

/** What {@link TrainingReply} answers; then "stop" may follow. */
export interface TrainingTask {
  readonly training: LabelledSources;
  readonly recipe: keyof typeof RECIPES;
  readonly seed: number;
  readonly workers: number;
}

/** How far it is, and in the end the text of the classifier, or why there is none. */
export type TrainingReply =
  | { readonly done: number }
  | { readonly classifier: string }
  | { readonly error: Error; readonly code?: unknown }
  | "stopped";

const stop = new AbortController();
const scope = self as {
  onmessage: (event: MessageEvent<TrainingTask | "stop">) => void;
  postMessage(reply: TrainingReply): void;
};

scope.onmessage = async ({ data }) => {
  if (data === "stop") return stop.abort();
  const { training, recipe, seed, workers } = data;
  const onProgress = (done: number) => scope.postMessage({ done });
  try {
    const how = { seed, workers, onProgress, signal: stop.signal };
    const classifier = await fitClassifier(training, RECIPES[recipe], how);
    scope.postMessage({ classifier: classifier.save() });
  } catch (error) {
    await removeUnfinished();
    if (stop.signal.aborted) return scope.postMessage("stopped");
    // of an error nothing but its name and words goes from thread to thread
    const { code } = error as { code?: unknown };
    scope.postMessage({ error: error as Error, code });
  }
};
