import { fileURLToPath } from "node:url";
import { dirname } from "node:path";

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

/**
 * Writes a file so that a reader sees the old content or the new, never a part: the bytes go to
 * a neighbour first, which then takes the name. Missing folders are made.
 */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const neighbour = `${path}.${crypto.randomUUID()}.part`;
  try {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(neighbour, bytes);
    await Deno.rename(neighbour, path);
  } catch (error) {
    await Deno.remove(neighbour).catch(() => {});
    throw error;
  }
}

/** {@link writeAtomic} of a value as indented JSON. */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeAtomic(path, JSON.stringify(value, null, 2) + "\n");
}

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
