import { fileURLToPath } from "node:url";

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
