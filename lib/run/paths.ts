import { fileURLToPath } from "node:url";

/** Absolute path of the project's root folder, without a trailing slash. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Set-up products, downloads and finished folds: safe to delete, made again on demand. */
export const CACHE = `${ROOT}/.cache`;

/** Everything a user takes away; `CSC_OUT` moves it (tests use a folder of their own). */
export function outFolder(): string {
  return Deno.env.get("CSC_OUT") ?? `${ROOT}/out`;
}

/** What the project ships: published numbers, derived statistics, registries. */
export const DATA = `${ROOT}/data`;
