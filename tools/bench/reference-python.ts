import { fileURLToPath } from "node:url";
import { CACHE } from "#lib/run/files.ts";
import { pythonEnvironment } from "#tools/setup/python-environment.ts";

/**
 * The interpreter of a throw-away environment with scikit-learn, imbalanced-learn and LightGBM in
 * `.cache/bench-env`, made the first time. `CSC_REFERENCE_PYTHON` names another that has them.
 *
 * @throws SetupError where it cannot be made, as with Python 3.10 or no network.
 */
export function referencePython(): Promise<string> {
  const given = Deno.env.get("CSC_REFERENCE_PYTHON");
  if (given) return Promise.resolve(given);
  return pythonEnvironment({
    folder: `${CACHE}/bench-env`,
    requirements: fileURLToPath(new URL("./requirements.txt", import.meta.url)),
    contents: "scikit-learn, imbalanced-learn, LightGBM",
  });
}
