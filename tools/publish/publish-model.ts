import config from "../../deno.json" with { type: "json" };
import { replaceFolder } from "@csc-classify/safe-files";
import { ROOT } from "#lib/run/files.ts";
import { readModel } from "#lib/scoring/model-folder.ts";
import { runCommand } from "../setup/run-command.ts";

/** What the mark of such a folder says: only one of these is ever replaced. */
const PUBLISHED = "the classifier as a Python package";

/**
 * Packs a model folder as a wheel, `csc_classify-<version>-py3-none-any.whl`, into a folder of its
 * own, in the place of an earlier one. The same model gives the same bytes.
 *
 * @param model Folder of `writeModel`.
 * @param python An interpreter; it needs no package.
 * @returns The wheel's path.
 * @throws TypeError for a folder that is no model or not as it was written; OutputError where
 * `folder` is none that this wrote.
 */
export async function publishModel(
  model: string,
  folder: string,
  { python, signal }: { readonly python: string; readonly signal?: AbortSignal },
): Promise<string> {
  await readModel(model); // whole, and as its seals say
  let name = "";
  await replaceFolder(folder, PUBLISHED, async (built) => {
    const script = `${ROOT}/tools/publish/wheel.py`;
    name = (await runCommand(python, [script, model, built, config.version], { signal })).trim();
  });
  return `${folder}/${name}`;
}
