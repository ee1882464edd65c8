/** What the acquisition notebook needs. */
export { fetchAllLabels, matchAllCounterparts } from "./acquire-all.ts";
export { acquisitionMode, LIVE_ARCHIVES } from "./archives.ts";
export { assembleFeatures, hardnessRatios } from "./assemble-features.ts";
export { checkPublishedRows, type CscRelease, fetchCsc, selectPointSources } from "./csc.ts";
export { matchLabels } from "./match-labels.ts";
export { fetchNed, type NedPhotometry } from "./ned.ts";
export { probeArchives } from "./probe-archives.ts";
export { RecordedArchives } from "./recorded-archives.ts";
export { ResponseCache } from "./response-cache.ts";
export { saveAcquired } from "./save-acquired.ts";
