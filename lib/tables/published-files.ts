import {
  fetchPinned,
  isPinnedAtHand,
  type PinnedFile,
  type PinnedOptions,
} from "@csc-classify/vo-archives/pinned";
import FILES from "../../data/published-files.json" with { type: "json" };
import { CACHE } from "../run/files.ts";

/** A public file that the work starts from, pinned by commit and digest. */
export interface PublishedFile extends PinnedFile {
  /** Rows of the table in it. */
  readonly rows?: number;
  /** What it holds. */
  readonly content: string;
  /** Whose it is, and the licence. */
  readonly credit: string;
}

/** The public files: `data/published-files.json`. */
export const PUBLISHED_FILES: readonly PublishedFile[] = FILES;

/** What {@link fetchPublished} may be told. */
export interface FetchOptions extends Partial<Omit<PinnedOptions, "mirrorName">> {
  /** The files there are; {@link PUBLISHED_FILES} but in tests. */
  readonly registry?: readonly PublishedFile[];
}

/**
 * Bytes of a published file, checked by its digest: from the mirror folder, by default that of the
 * variable `CSC_MIRROR`; else from the cache, by default `.cache/published`; else from its URL.
 *
 * @throws RangeError for a path that is not published; what {@link fetchPinned} throws.
 */
export async function fetchPublished(
  path: string,
  options: FetchOptions = {},
): Promise<Uint8Array> {
  return await fetchPinned(publishedFile(path, options.registry), {
    ...options,
    mirrorName: MIRROR_VARIABLE,
    mirror: mirrorFolder(options),
    cache: cacheFolder(options),
  });
}

/**
 * The registry's entry of a path.
 *
 * @throws RangeError listing the paths there are.
 */
export function publishedFile(path: string, registry = PUBLISHED_FILES): PublishedFile {
  const file = registry.find((file) => file.path === path);
  if (!file) {
    const known = registry.map((file) => file.path).join(", ");
    throw new RangeError(`"${path}" is not a published file; there are ${known}`);
  }
  return file;
}

/** Whether the given files can be had without the network: from the mirror or the cache. */
export async function isPublishedAtHand(
  paths: readonly string[],
  options: FetchOptions = {},
): Promise<boolean> {
  const folder = mirrorFolder(options) ?? cacheFolder(options);
  for (const path of paths) {
    if (!await isPinnedAtHand(publishedFile(path, options.registry), folder)) return false;
  }
  return true;
}

/** Files that the published training table is made from. */
export const TRAINING_FILES = ["chandra-ml/lightGBM-new.pkl", "chandra-ml/id_frame.csv"] as const;

/** What `auto` means here and now: published if at hand or reachable within seconds. */
export async function whatAutoMeans(
  options: FetchOptions = {},
): Promise<"published" | "simulated"> {
  const isPinnedAtHand = mirrorFolder(options) !== undefined ||
    await isPublishedAtHand(TRAINING_FILES, options) || await isPublishedReachable();
  return isPinnedAtHand ? "published" : "simulated";
}

/** How long a server may take to say that it has a file. */
const REACHABLE_MS = 4000;

/** Whether the network serves a published file, asked with a HEAD request. */
export async function isPublishedReachable(url = PUBLISHED_FILES[0].url): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "HEAD",
      signal: AbortSignal.timeout(REACHABLE_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

const MIRROR_VARIABLE = "CSC_MIRROR";

function mirrorFolder(
  { mirror = Deno.env.get(MIRROR_VARIABLE) }: FetchOptions,
): string | undefined {
  return mirror || undefined;
}

function cacheFolder({ cache = `${CACHE}/published` }: FetchOptions): string {
  return cache;
}
