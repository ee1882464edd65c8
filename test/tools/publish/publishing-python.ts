// The Python that publishing itself uses.
import { publishPython } from "#tools/publish/python.ts";
import { runCommand } from "#tools/setup/run-command.ts";

let reason: string | undefined;
const python = await publishPython().catch((error: Error) => {
  reason = `no Python with astropy, mocpy and cffconvert: ${error.message.split("\n")[0]}`;
});

/** Why there is none. */
export const NO_PUBLISHING = reason;

/** Its output. */
export function runPublishing(...args: string[]): Promise<string> {
  return runCommand(python!, args, { env: { PYTHONWARNINGS: "ignore" } });
}
