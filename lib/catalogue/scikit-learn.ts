import table from "../../data/scikit-learn-scores.json" with { type: "json" };

/** Scores of other people's code under the paper's settings. */
export interface ReferenceScores {
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
