import pl from "nodejs-polars";
import { CLASSES } from "@csc-classify/chandra-sources";
import type { SetRule } from "#lib/trust/decision.ts";
import { CLASSIFIER_FORMAT, type SavedClassifier } from "#lib/trust/saved-classifier.ts";
import { SOURCE_COLUMNS } from "#lib/trust/classify.ts";

/** Features of {@link smallPipeline}. */
export const SMALL_FEATURES = ["G", "flux_b"];

/**
 * A saved pipeline made by hand, one stump a class: STAR where G <= 15 (5 on the scale of 10 to
 * 20), AGN where not, ULX a little more where the flux is missing.
 */
export function smallPipeline(): string {
  const stump = (feature: number, threshold: number, left: number, right: number) =>
    `num_leaves=2\nnum_cat=0\nsplit_feature=${feature}\nthreshold=${threshold}\n` +
    `decision_type=8\nleft_child=-1\nright_child=-2\nleaf_value=${left} ${right}\n` +
    "leaf_count=3 1\ninternal_count=4\nis_linear=0\nshrinkage=1\n\n";
  const trees: Record<string, string> = {
    AGN: stump(0, 5, -2, 3),
    STAR: stump(0, 5, 4, -1),
    ULX: stump(1, 10, 0, 2),
  };
  const model = [
    "tree\nversion=v4\nnum_class=8\nnum_tree_per_iteration=8\nlabel_index=0\nmax_feature_idx=1\n" +
    `objective=multiclass num_class:8\nfeature_names=${SMALL_FEATURES.join(" ")}\n` +
    "feature_infos=[0:10] [0:10]\n\n",
    ...CLASSES.map((name, c) => `Tree=${c}\n${trees[name] ?? stump(0, 5, 0, 0)}`),
    "end of trees\n",
  ].join("");
  return JSON.stringify({
    format: "csc-classify pipeline 1",
    spec: {
      algorithm: "lightgbm",
      parameters: {},
      features: SMALL_FEATURES,
      transforms: ["scale-min-max"],
    },
    states: [{ min: [10, 0], range: [10, 1e-12] }],
    model,
  });
}

/**
 * A classifier around {@link smallPipeline} that changes no probability; it learnt from one STAR,
 * "known", at (1, 1). A class enters the set of a source from 0.25 on.
 */
export function smallClassifier(changes: Partial<SavedClassifier> = {}): SavedClassifier {
  return {
    format: CLASSIFIER_FORMAT,
    name: "small",
    title: "stumps",
    pipeline: JSON.parse(smallPipeline()),
    fillsFlux: false,
    decision: {
      powers: CLASSES.map(() => 1),
      mostFromAbsence: 1,
      limitedPowers: null,
      coverage: 0.95,
      sets: setRules(() => 0.25),
      limitedSets: null,
    },
    likeness: null,
    training: {
      ...{ description: "by hand", sha256: "0", simulated: true, seed: 1 },
      ...{ names: ["known"], ra: [1], dec: [1], labels: [1], notes: {} },
      lightgbm: "",
    },
    ...changes,
  };
}

/** Rules of the nine cases by hand: a threshold for each class, from 50 sources of it, all held. */
export function setRules(threshold: (surveys: number, place: number) => number): SetRule[] {
  return [0, 1, 2].flatMap((surveys) =>
    [0, 1, 2].map((place) => ({
      surveys,
      place,
      thresholds: CLASSES.map(() => threshold(surveys, place)),
      sources: CLASSES.map(() => 50),
      held: CLASSES.map(() => 1),
    }))
  );
}

/** Softmax of raw scores, to check probabilities against. */
export function softmax(scores: readonly number[]): number[] {
  const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
  return scores.map((score) => Math.exp(score) / sum);
}

/** Writes sources as the Parquet file that scoring reads. */
export function writeSources(
  path: string,
  rows: readonly {
    name: string | null;
    ra: number | null;
    dec: number | null;
    G: number | null;
    flux_b: number | null;
  }[],
): void {
  const column = (key: keyof typeof rows[0], type: pl.DataType) =>
    pl.Series(key, rows.map((row) => row[key]), type);
  const others = SOURCE_COLUMNS.filter((name) => name !== "G" && name !== "flux_b");
  pl.DataFrame([
    column("name", pl.String),
    ...(["ra", "dec", "G", "flux_b"] as const).map((key) => column(key, pl.Float64)),
    ...others.map((name) => pl.Series(name, rows.map(() => null), pl.Float64)),
  ]).writeParquet(path);
}
