import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import { keepEdited } from "@csc-classify/safe-files";

/** Absolute path of the project's root folder, without a trailing slash. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Set-up products, downloads and finished folds: safe to delete, made again on demand. */
export const CACHE = `${ROOT}/.cache`;

/**
 * Everything a user takes away; `CSC_OUT` moves it (tests use a folder of their own). What whoever
 * asks for it writes there replaces no edited file: that is kept beside its place.
 */
export function outFolder(): string {
  // kernels run in notebooks/, so a relative path is one below the root
  const out = resolve(ROOT, Deno.env.get("CSC_OUT") || "out");
  keepEdited(out);
  return out;
}

/** What the project ships: published numbers, derived statistics, registries. */
export const DATA = `${ROOT}/data`;

/**
 * Path of a file inside an npm package of `deno.json`, for what a package ships besides code:
 * fonts, WASM, browser builds. Works from the global cache and from `node_modules` alike.
 *
 * @param name Package name, e.g. `@resvg/resvg-wasm`; its entry point lies in its root folder.
 * @param path Path below that folder.
 */
export function packageFile(name: string, path: string): string {
  return fileURLToPath(new URL(path, import.meta.resolve(name)));
}
