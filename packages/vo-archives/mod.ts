/**
 * Clients of astronomical archives that take nothing on trust: TAP services, the cross-match service
 * of CDS, NED; whole tables in strips, answers kept, requests tried again. Files pinned by digest are
 * an entry of their own, `pinned`, which loads no polars.
 */
export { ArchiveError } from "./archive-error.ts";
export {
  type Area,
  boxConditions,
  type Cone,
  isInside,
  isSmall,
  minuteConditions,
} from "./area.ts";
export type { TapOptions } from "./ask.ts";
export { fetchAnyStrips, fetchStrips, joinRows, numbers } from "./fetch-strips.ts";
export { fetchNed, NED_MOST_NAMES, NED_URL, type NedPassband } from "./ned.ts";
export { type RecordedAnswer, RecordedCache } from "./recorded-cache.ts";
export {
  type CachedRequest,
  type Fetched,
  FolderCache,
  type Provenance,
  type ResponseCache,
} from "./response-cache.ts";
export { resolveName, SESAME_URL } from "./sesame.ts";
export { type HostList, together } from "./send.ts";
export { type SchemaColumn, TapClient, type TapService } from "./tap-client.ts";
export {
  X_MATCH,
  X_MATCH_URL,
  xMatch,
  xMatchChunk,
  xMatchColumns,
  type XMatchOptions,
} from "./x-match.ts";
