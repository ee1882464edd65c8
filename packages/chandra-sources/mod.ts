/** Chandra sources as columns: classes, features, hosts, and what users' tables call them. */
export {
  CLASS_COLOURS,
  CLASS_COLOURS_ON_DARK,
  CLASS_SYMBOLS,
  CLASSES,
  labelOf,
  type SourceClass,
  toLabels,
} from "./classes.ts";
export { type NameReading } from "./column-names.ts";
export { columnOf, columnsOf, fillDerived, fromColumns } from "./columns.ts";
export { withCoverage } from "./coverage.ts";
export {
  type Feature,
  FEATURE_GROUPS,
  FEATURE_NAMES,
  type FeatureGroup,
  FEATURES,
  FLUX_NED,
  KS_INTRA_PROB,
  PUBLISHED_LABELS,
  SURVEYS,
  TABLE_2_FEATURES,
  XRAY_FEATURE_NAMES,
  XRAY_LIMITS,
} from "./features.ts";
export { withFilledFlux } from "./filled-flux.ts";
export { withFluxLimits } from "./flux-limits.ts";
export { nearBand } from "./near-bands.ts";
export {
  FLATTEST,
  HOST_LISTS,
  hostsOf,
  type Membership,
  membership,
  OBJECT_NAMES,
  type SkyObject,
} from "./objects.ts";
export { type PlaceOfRow, placeOfRow } from "./place-of-row.ts";
export {
  type ClassScore,
  FEATURE_SCALE,
  type FeatureScale,
  PAPER,
  type PaperModel,
  type PublishedScore,
} from "./published-numbers.ts";
export {
  type ColumnChoice,
  type Doubt,
  DOUBTS,
  isSameChoice,
  parseChoice,
  type Question,
  shellWord,
} from "./questions.ts";
export { lettersOf, QUALITY_LETTERS, qualityOf } from "./quality-letters.ts";
export { readRows, type ReadTable, type Reject, TableQuestions } from "./read-rows.ts";
export type { ExtraColumn, LabelledSources, Sources } from "./sources.ts";
export { CARRIED, plainUnitOf, TEXT_COLUMNS, unitOf } from "./targets.ts";
export { parseUnit } from "./units.ts";
