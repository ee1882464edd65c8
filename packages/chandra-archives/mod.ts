/** Chandra sources with counterparts and labels from the public archives, and folders of them. */
export { acquire, type AcquireOptions, type Acquisition } from "./acquire.ts";
export {
  ACQUIRED_FORMAT,
  type AcquiredNote,
  acquiredSources,
  acquisitionsIn,
  type Asked,
  type ChangedChoices,
  readNote,
} from "./acquired-folder.ts";
export { type Choice, CHOICES, chooseColumns, COUNTERPART_CATALOGUES } from "./counterparts.ts";
export {
  CSC_COLUMNS,
  CSC_TABLES,
  fetchPublishedRows,
  FLAGS,
  fluxKind,
  PUBLISHED_NAMES,
  QUALITY_FLAGS,
} from "./csc.ts";
export { chooseLabelColumns } from "./fetch-labels.ts";
export { LABEL_CATALOGUES, type LabelCatalogue } from "./label-catalogues.ts";
export { type LeftOut } from "./outages.ts";
export { readOwnLabels, readPositions } from "./own-labels.ts";
export {
  type Archives,
  type CscRelease,
  type LabelService,
  LIVE_ARCHIVES,
  NED_PASSBANDS,
  USER_AGENT,
} from "./services.ts";
