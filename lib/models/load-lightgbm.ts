import { CACHE } from "../run/files.ts";
import { type Heap, instantiateLightgbm } from "@csc-classify/lightgbm-wasm";

/** Where the set-up puts the built module, the name of its version and flags, and its SHA-256. */
export const LIGHTGBM_BUILD = {
  module: `${CACHE}/lightgbm/lightgbm.wasm`,
  key: `${CACHE}/lightgbm/lightgbm.key`,
  sum: `${CACHE}/lightgbm/lightgbm.sha256`,
} as const;

let loaded: Promise<Heap> | undefined;

/**
 * LightGBM as built by the set-up: one instance a thread, read from the cache on first use.
 *
 * @throws Error saying what to run when it has not been built.
 */
export function loadLightgbm(): Promise<Heap> {
  return loaded ??= readBuild().then(instantiateLightgbm).catch((error) => {
    loaded = undefined;
    throw error;
  });
}

async function readBuild(): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(LIGHTGBM_BUILD.module);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`LightGBM is not built: no ${LIGHTGBM_BUILD.module}; run "deno task setup"`, {
      cause: error,
    });
  }
}
