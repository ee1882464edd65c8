import { CLASSES } from "#lib/catalogue/classes.ts";
import { deriveSeed } from "#lib/run/random.ts";
import { type LabelledSources, takeSources, writeSources } from "#lib/tables/sources.ts";
import { fitClassifier, type Recipe } from "#lib/trust/classifier.ts";
import { SOURCE_COLUMNS } from "#lib/trust/classify.ts";
import { blockedFolds, rowsOfFold } from "#lib/validation/folds.ts";
import { readScored } from "#lib/scoring/scored-batch.ts";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { sideBySide } from "./side-by-side.ts";

/** How {@link scoreHeldOut} cuts the sky, and what it takes from the sources. */
export interface HeldOutOptions {
  /** `[nRows]` blocks of sky. */
  readonly groups: Int32Array;
  readonly folds: number;
  readonly seed: number;
  readonly workers: number;
  /** By name: what is done to the held-out sources before they are scored. */
  readonly views: Readonly<Record<string, (held: LabelledSources) => LabelledSources>>;
  /** Called with the share done, in (0, 1]. */
  readonly onProgress?: (done: number) => void;
}

/** What a product said of sources that its classifier had not seen. */
export interface HeldOutScores {
  /** `[nRows x 8]`, after and before the limits of hosts. */
  readonly probabilities: Float64Array;
  readonly unlimited: Float64Array;
  /** `[nRows x 8]`: 1 where the class is in the set. */
  readonly sets: Uint8Array;
  /** Sources that the product takes for known; none should be, save twins within an arcsecond. */
  readonly known: number;
}

/**
 * Examines the product: for each fold of sky blocks a classifier is fitted on the others, calibration
 * and thresholds included, and scores a file with the sources of the fold, as `deno task score` does;
 * the file it writes is read back.
 *
 * @returns Scores by name of the view, each of all sources.
 */
export async function scoreHeldOut(
  sources: LabelledSources,
  recipe: Recipe,
  { groups, folds, seed, workers, views, onProgress }: HeldOutOptions,
): Promise<Record<string, HeldOutScores>> {
  const nRows = sources.names.length, n = CLASSES.length;
  const fold = blockedFolds(sources.labels, groups, folds, deriveSeed(seed, "held-out sky"));
  const all = Object.keys(views).map(() => ({
    probabilities: new Float64Array(nRows * n),
    unlimited: new Float64Array(nRows * n),
    sets: new Uint8Array(nRows * n),
    known: 0,
  }));
  const done = new Float64Array(folds);
  const report = (which: number, share: number) => {
    done[which] = share;
    onProgress?.(done.reduce((sum, part) => sum + part, 0) / folds);
  };
  await sideBySide([...Array(folds).keys()], workers, async (which, workers) => {
    const { fit, held } = rowsOfFold(fold, which);
    const classifier = await fitClassifier(takeSources(sources, fit), recipe, {
      ...{ seed: deriveSeed(seed, "product", which), workers },
      onProgress: (share) => report(which, 0.99 * share),
    });
    const others = takeSources(sources, held);
    const rows = await throughFiles(
      classifier.save(),
      Object.values(views).map((view) => view(others)),
    );
    rows.forEach((row, i) => {
      const into = all[Math.floor(i / held.length)], start = held[i % held.length] * n;
      const set = String(row.set95).split(";");
      CLASSES.forEach((name, c) => {
        into.probabilities[start + c] = Number(row[`cmp_${name}`]);
        into.unlimited[start + c] = Number(row[`cmp_${name}_unlimited`]);
        into.sets[start + c] = set.includes(name) ? 1 : 0;
      });
      if (row.in_training) into.known++;
    });
    report(which, 1);
  });
  return Object.fromEntries(Object.keys(views).map((name, i) => [name, all[i]]));
}

/** Tables one behind the other into a file, scored, and read back. */
async function throughFiles(classifier: string, tables: readonly LabelledSources[]) {
  const folder = await Deno.makeTempDir({ prefix: "held-out-" });
  try {
    const input = `${folder}/sources.parquet`, output = `${folder}/scored.arrow`;
    await writeSources(input, SOURCE_COLUMNS, tables);
    const metadata = { title: "", description: "", simulated: false, provenance: {} };
    await scoreFile({ input, output, classifier, metadata, workers: 1 });
    return await readScored(output);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
