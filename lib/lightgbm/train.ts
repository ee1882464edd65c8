import { Booster } from "./booster.ts";
import type { Dataset } from "./dataset.ts";
import { Handle } from "./heap.ts";
import { checkParameters, type LightgbmParameters, toParameterText } from "./parameters.ts";

/** How a training reports and is stopped. */
export interface TrainOptions {
  /** Called after each boosting round. */
  readonly onRound?: (round: number, rounds: number) => void;
  /** Cancels between rounds; the training then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** LightGBM's default of `num_iterations`. */
const DEFAULT_ROUNDS = 100;
/** Timers and messages, an abort among them, get their turn this often. */
const TURN_MS = 100;

/**
 * Trains on a dataset. Ends early when no leaf can be split any more.
 *
 * @throws TypeError or RangeError for parameters that are unknown or out of range and for labels
 * outside the classes; LightgbmError for whatever the library refuses.
 */
export async function train(
  dataset: Dataset,
  parameters: LightgbmParameters,
  { onRound, signal }: TrainOptions = {},
): Promise<Booster> {
  checkParameters(parameters);
  checkLabels(dataset.labels, parameters);
  signal?.throwIfAborted();
  const booster = new Booster(create(dataset, parameters), dataset.names);
  try {
    const rounds = parameters.num_iterations ?? DEFAULT_ROUNDS;
    let turn = performance.now();
    for (let round = 1; round <= rounds; round++) {
      if (!grow(booster.handle)) break;
      onRound?.(round, rounds);
      if (performance.now() - turn > TURN_MS) {
        await new Promise((resume) => setTimeout(resume));
        turn = performance.now();
      }
      signal?.throwIfAborted();
    }
    return booster;
  } catch (error) {
    booster[Symbol.dispose]();
    throw error;
  }
}

function create({ handle, parameters: old }: Dataset, parameters: LightgbmParameters): Handle {
  const { heap, address } = handle;
  using scope = heap.scope();
  const text = scope.text(toParameterText(parameters)), out = scope.room(4);
  heap.call("DatasetUpdateParamChecking", scope.text(toParameterText(old)), text);
  heap.call("BoosterCreate", address, text, out);
  return new Handle(heap, "Booster", heap.int32(out));
}

/** One boosting round; false when it could not split anything. */
function grow({ heap, address }: Handle): boolean {
  using scope = heap.scope();
  const finished = scope.room(4);
  heap.call("BoosterUpdateOneIter", address, finished);
  return heap.int32(finished) === 0;
}

function checkLabels(labels: ArrayLike<number>, { objective, num_class }: LightgbmParameters) {
  if (objective === undefined || objective === "regression") return;
  const classes = objective === "binary" ? 2 : num_class;
  if (classes === undefined) throw new TypeError("objective multiclass needs num_class");
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new RangeError(
        `labels: row ${row} is ${label}; expected a whole number from 0 to ${classes - 1}`,
      );
    }
  }
}
