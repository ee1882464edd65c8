import { type FitOptions, takeTurns } from "@csc-classify/forests";
import { Booster, type Dataset } from "./booster.ts";
import { Handle } from "./heap.ts";
import { checkParameters, type LightgbmParameters, toParameterText } from "./parameters.ts";

/** LightGBM's default of `num_iterations`. */
const DEFAULT_ROUNDS = 100;

/**
 * Trains on a dataset. Ends early when no leaf can be split any more.
 *
 * @throws TypeError or RangeError for parameters that are unknown or out of range and for labels
 * outside the classes; LightgbmError for whatever the library refuses.
 */
export async function train(
  dataset: Dataset,
  parameters: LightgbmParameters,
  { onProgress, signal }: Omit<FitOptions, "seed"> = {},
): Promise<Booster> {
  checkParameters(parameters);
  checkLabels(dataset.options.labels, parameters);
  signal?.throwIfAborted();
  const booster = new Booster(create(dataset, parameters), dataset.options.matrix.names);
  try {
    const rounds = parameters.num_iterations ?? DEFAULT_ROUNDS;
    const turn = takeTurns(signal);
    for (let round = 1; round <= rounds && grow(booster.handle); round++) {
      onProgress?.(round / rounds);
      await turn();
    }
    return booster;
  } catch (error) {
    booster[Symbol.dispose]();
    throw error;
  }
}

function create({ handle, options }: Dataset, parameters: LightgbmParameters): Handle {
  const { heap, address } = handle, { parameters: old = {} } = options;
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
