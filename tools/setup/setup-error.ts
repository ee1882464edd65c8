/** A step of the set-up that cannot be done here: which, why, and the commands that mend it. */
export class SetupError extends Error {
  override name = "SetupError";

  /**
   * @param step What was being done, e.g. `compiling LightGBM`.
   * @param why What stands in the way.
   * @param remedies Command by system, e.g. `{ Debian: "apt-get install emscripten" }`.
   */
  constructor(step: string, why: string, remedies: Readonly<Record<string, string>> = {}) {
    const lines = Object.entries(remedies).map(([system, command]) => `\n  ${system}: ${command}`);
    super(`${step}: ${why}${lines.length > 0 ? "\nTo mend it:" : ""}${lines.join("")}`);
  }
}
