import { lightgbmPath } from "../setup/build-lightgbm.ts";
import { instantiateLightgbm, type Lightgbm } from "./instantiate-lightgbm.ts";

let loaded: Promise<Lightgbm> | undefined;

/**
 * LightGBM as built by the set-up: one instance a thread, read from the cache on first use.
 *
 * @throws Error saying what to run when it has not been built.
 */
export function loadLightgbm(): Promise<Lightgbm> {
  return loaded ??= readBuild().then(instantiateLightgbm).catch((error) => {
    loaded = undefined;
    throw error;
  });
}

async function readBuild(): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(lightgbmPath());
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`LightGBM is not built: no ${lightgbmPath()}; run "deno task setup"`, {
      cause: error,
    });
  }
}
