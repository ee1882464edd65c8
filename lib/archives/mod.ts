/** What the acquisition notebook and the tasks need. */
export { acquire, type AcquireOptions, type Acquisition, saveAcquired } from "./acquire.ts";
export { ArchiveError } from "./archive-error.ts";
export { reachableLabels } from "./label-catalogues.ts";
export { FolderCache, readRecorded, RecordedCache } from "./response-cache.ts";
export { type CscRelease } from "./services.ts";
