import preparations from "../../data/preparation-scores.json" with { type: "json" };
import table from "../../data/scikit-learn-scores.json" with { type: "json" };

/** Scores of other people's code under the paper's settings. */
interface ReferenceScores {
  /** How they were measured. */
  readonly source: string;
  readonly version: string;
  /** Per cent, MCC as it is, by the dotted names of `results.json` (`table5.rf.CV.recall`). */
  readonly scores: Readonly<Record<string, number>>;
}

/**
 * scikit-learn's random forest and GBDT on the published table, cross-validated on the folds and
 * the oversampled rows of `bench/`: what the paper's settings give without our trees.
 */
export const SCIKIT_LEARN: ReferenceScores = table;

/** Scores of the forests under preparations that the paper's text leaves open. */
interface PreparationScores {
  /** How they were measured. */
  readonly about: string;
  /** What each preparation is, in words. */
  readonly preparations: Readonly<Record<string, string>>;
  /** Per cent, MCC as it is, by the dotted names of `results.json`, then by preparation. */
  readonly scores: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** See {@link PreparationScores}; derived by `tools/tasks/derive-preparations.ts`. */
export const PREPARATION_SCORES: PreparationScores = preparations;
