import { CLASSES } from "../catalogue/classes.ts";
import { FEATURE_NAMES } from "../catalogue/features.ts";
import { takeColumns } from "../catalogue/matrix.ts";
import type { LabelledSources } from "../tables/sources.ts";
import { rowsOfFold, stratifiedFolds } from "../validation/folds.ts";
import { confusionMatrix, type Scores, scores } from "../validation/metrics.ts";
import { runTasks } from "../validation/pool.ts";
import { encodeTraining } from "../validation/fold-store.ts";
import type { NedAnswer, NedSetup } from "./ned-flux-worker.ts";

/** Scores of the three ways to deal with a flux that new sources lack. */
export interface NedComparison {
  /** All 41 columns, the flux known for validation rows too: not how new sources come. */
  readonly known: Scores;
  /** The same models with the flux missing in the validation rows. */
  readonly missing: Scores;
  /** Models of the other 40 columns: what is shipped. */
  readonly without: Scores;
}

const WAYS = ["known", "missing", "without"] as const;

/**
 * Validates the three ways on one set of stratified folds.
 *
 * @param onProgress Called with the share done, in (0, 1].
 */
export async function compareNedFlux(
  { matrix: columns, labels }: LabelledSources,
  { folds, seed, workers, onProgress }: {
    readonly folds: number;
    readonly seed: number;
    readonly workers: number;
    readonly onProgress?: (done: number) => void;
  },
): Promise<NedComparison> {
  const matrix = takeColumns(columns, FEATURE_NAMES);
  const assignment = stratifiedFolds(labels, folds, seed);
  const setup: NedSetup = { training: encodeTraining(matrix, labels), assignment, seed };
  const predicted: Record<keyof NedAnswer, Int32Array> = {
    known: new Int32Array(labels.length),
    missing: new Int32Array(labels.length),
    without: new Int32Array(labels.length),
  };
  let done = 0;
  await runTasks<number, NedAnswer>([...Array(folds).keys()], {
    worker: new URL("./ned-flux-worker.ts", import.meta.url),
    workers,
    setup,
    onAnswer: (which, answer) => {
      const { held } = rowsOfFold(assignment, which);
      for (const way of WAYS) held.forEach((row, i) => predicted[way][row] = answer[way][i]);
      onProgress?.(++done / folds);
    },
  });
  const judge = (way: keyof NedComparison) =>
    scores(confusionMatrix(labels, predicted[way], CLASSES.length));
  return { known: judge("known"), missing: judge("missing"), without: judge("without") };
}
