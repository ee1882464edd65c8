import { fileURLToPath } from "node:url";
import { CACHE } from "#lib/run/files.ts";
import { pythonEnvironment } from "../setup/python-environment.ts";

/**
 * The interpreter of an environment with astropy, cdspyreadme, mocpy and cffconvert in
 * `.cache/publish-python`, made the first time. `CSC_PUBLISH_PYTHON` names another that has them.
 *
 * @throws SetupError where it cannot be made.
 */
export function publishPython(): Promise<string> {
  const given = Deno.env.get("CSC_PUBLISH_PYTHON");
  if (given) return Promise.resolve(given);
  return pythonEnvironment({
    folder: `${CACHE}/publish-python`,
    requirements: fileURLToPath(new URL("./requirements.txt", import.meta.url)),
    contents: "astropy, cdspyreadme, mocpy, cffconvert",
  });
}
