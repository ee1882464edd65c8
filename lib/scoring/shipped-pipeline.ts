import { CLASSES } from "../catalogue/classes.ts";
import { takeColumns } from "../catalogue/matrix.ts";
import { SHIPPED_SPEC } from "../models/paper-pipelines.ts";
import { fitPipeline } from "../models/pipeline.ts";
import { CACHE, writeAtomic } from "../run/files.ts";
import { sha256 } from "../tables/published-files.ts";
import type { LabelledSources } from "../tables/sources.ts";

/** What {@link shippedPipeline} may be told. */
export interface ShippedOptions {
  readonly seed: number;
  /** Called with the share done, in (0, 1]. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Text of the shipped pipeline trained on every row of a table; trained once and kept in
 * `.cache/model`, since the same table, settings and seed give the same bytes.
 *
 * @throws Error when LightGBM is not built, saying what to run.
 */
export async function shippedPipeline(
  { origin, matrix, labels }: LabelledSources,
  { seed, onProgress, signal }: ShippedOptions,
): Promise<string> {
  const key = sha256(JSON.stringify([origin.sha256, SHIPPED_SPEC, seed, "lightgbm 4.6.0"]));
  const path = `${CACHE}/model/${key.slice(0, 16)}.json`;
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const training = {
    matrix: takeColumns(matrix, SHIPPED_SPEC.features),
    labels,
    nClasses: CLASSES.length,
  };
  using pipeline = await fitPipeline(SHIPPED_SPEC, training, { seed, onProgress, signal });
  const text = pipeline.save();
  await writeAtomic(path, text);
  return text;
}
