import { MODEL_FILES, readModel } from "#lib/scoring/model-folder.ts";
import { SettingError } from "#lib/run/settings.ts";
import type { SourceClassifier } from "#lib/trust/classify.ts";

/**
 * The classifier of a folder that a user has named, or that a report has left.
 *
 * @throws SettingError naming the folder, what is wrong and what to do where it holds none, or one
 * that is not as it was written.
 */
export async function openModel(folder: string): Promise<SourceClassifier> {
  try {
    return await readModel(folder);
  } catch (cause) {
    const { NotFound, NotADirectory, FilesystemLoop } = Deno.errors;
    const remedy = "make one with deno task report --only 05, or name another with --model";
    if (cause instanceof NotFound) {
      const files = Object.values(MODEL_FILES).join(", ");
      throw new SettingError(`no model in ${folder}: it needs ${files}; ${remedy}`, { cause });
    }
    if (cause instanceof NotADirectory || cause instanceof FilesystemLoop) {
      throw new SettingError(`no model in ${folder}: it is no folder; ${remedy}`, { cause });
    }
    if (cause instanceof TypeError) throw new SettingError(cause.message, { cause });
    throw cause;
  }
}
