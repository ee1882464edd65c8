/** The library as notebooks and other programs import it; `#show/mod.ts` shows things. */

// a run: where it writes, what it has recorded
export { outFolder } from "./run/files.ts";
export { readResults } from "./run/results.ts";

// sources: their classes, features, hosts
export {
  CLASSES,
  columnOf,
  FEATURE_GROUPS,
  FEATURE_NAMES,
  FEATURE_SCALE,
  FEATURES,
  HOST_LISTS,
  hostsOf,
  type LabelledSources,
  membership,
  PAPER,
  TABLE_2_FEATURES,
  withCoverage,
} from "@csc-classify/chandra-sources";
export { FEATURE_SETS, withAddedFeatures } from "./tables/added-features.ts";
export { featureWords, superscript, unitWords } from "./tables/feature-words.ts";

// tables: published, made up, acquired
export { fetchPublished } from "./tables/published-files.ts";
export { readPublishedModel } from "./tables/published-model.ts";
export { fetchCandidates } from "./tables/training-table.ts";
export { EXTERNAL_FEATURES, harmonise, yangCompilation } from "./tables/muwclass.ts";
export { settledLabels } from "./tables/labelled-set.ts";
export { simulatedSources } from "@csc-classify/chandra-sources/simulated";
export { acquire } from "@csc-classify/chandra-archives";
export { RecordedCache } from "@csc-classify/vo-archives";
export { listAcquired, readRecorded } from "./tables/acquired.ts";
export { readCsv, takeSources } from "@csc-classify/chandra-sources/files";

// models and their validation
export { loadLightgbm } from "./models/load-lightgbm.ts";
export { PAPER_PIPELINES } from "./models/paper-pipelines.ts";
export { findAlgorithm, type PipelineSpec } from "./models/pipeline.ts";
export { blockedFolds } from "./validation/folds.ts";
export { spread } from "./validation/metrics.ts";
export { classScores, overallScores, predictions } from "./validation/predictions.ts";
export { iterationScores, scoreResults } from "./validation/summary.ts";

// the classifier of the products: what it learns from, how its probabilities are made to hold
export { ABSORBED, BETTER_PIPELINE } from "./trust/better-pipeline.ts";
export { blankColumns, SURVEY_GROUPS } from "./trust/blanked-copies.ts";
export { absorbedCopies } from "./trust/training-copies.ts";
export { cellsOf, hostGroups } from "./trust/sky-blocks.ts";
export { circumstances, PLACES, sharpen } from "./trust/decision.ts";
export { fitPowers } from "./trust/fit-decision.ts";
export { physicalLimits, withPhysicalLimits } from "./trust/physical-limits.ts";
export { fitClassifier, RECIPES } from "./trust/fit-classifier.ts";

// products
export { MODEL_FILES, writeModel } from "./scoring/model-folder.ts";
export { table8, table8Results } from "./scoring/table-8.ts";
export { writeFormats } from "@csc-classify/vo-tables/write";
