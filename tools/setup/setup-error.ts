import { CACHE } from "#lib/run/files.ts";

/**
 * What to do where a message says that the disk is full or a folder may not be written; undefined
 * where it does not.
 */
export function roomRemedy(message: string): string | undefined {
  if (
    !/No space left|quota exceeded|Permission denied|Operation not permitted|Read-only file system/i
      .test(message)
  ) {
    return;
  }
  return message.includes(CACHE)
    ? `free some space, or make ${CACHE} yours: sudo chown -R "$USER" '${CACHE}'; chmod -R u+w '${CACHE}'`
    : "free some space, make the folder writable, or name another (CSC_OUT for reports)";
}

/** A step of the set-up that cannot be done here: which, why, and the commands that mend it. */
export class SetupError extends Error {
  override name = "SetupError";

  /**
   * @param step What was being done, e.g. `compiling LightGBM`.
   * @param why What stands in the way.
   * @param remedies Command by system, e.g. `{ Debian: "apt-get install emscripten" }`.
   */
  constructor(step: string, why: string, remedies: Readonly<Record<string, string>> = {}) {
    const room = why.includes(CACHE) ? roomRemedy(why) : undefined;
    const lines = Object.entries(room ? { "any system": room } : remedies)
      .map(([system, command]) => `\n  ${system}: ${command}`);
    super(`${step}: ${why}${lines.length > 0 ? "\nTo mend it:" : ""}${lines.join("")}`);
  }
}
