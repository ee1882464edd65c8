import { existsSync } from "node:fs";
import { ROOT } from "#lib/run/files.ts";
import {
  fetchPublished,
  isPublishedAtHand,
  isPublishedReachable,
  PUBLISHED_FILES,
} from "#lib/tables/published-files.ts";

const beside = `${ROOT}/../shared/archive`;

/** Folder to take the published files from; undefined where the cache or the network has them. */
export const mirror = Deno.env.get("CSC_MIRROR") || (existsSync(beside) ? beside : undefined);

/** Files whose SHA-256 is known: the others lie in no mirror yet. */
const WITH_SHA256 = PUBLISHED_FILES.filter(({ sha256 }) => sha256).map(({ path }) => path);

/** True where no test can have the published files. */
export const ignore = mirror === undefined &&
  !await isPublishedAtHand(WITH_SHA256) &&
  !await isPublishedReachable();
if (ignore) {
  console.log(
    "skipped: the published files are not in CSC_MIRROR, not in .cache, and the network has none",
  );
}

/** Bytes of a published file. */
export function published(path: string): Promise<Uint8Array> {
  return fetchPublished(path, { mirror });
}
