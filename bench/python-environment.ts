import { fileURLToPath } from "node:url";
import { CACHE } from "#lib/run/paths.ts";
import { writeAtomic } from "#lib/run/write-atomic.ts";
import { runCommand } from "#lib/setup/run-command.ts";

const FOLDER = `${CACHE}/bench-env`;
const REQUIREMENTS = fileURLToPath(new URL("./requirements.txt", import.meta.url));

/**
 * Makes the throw-away environment of `requirements.txt` in `.cache/bench-env`, unless it is
 * there already, and returns its interpreter.
 *
 * @param host The Python to make it with.
 */
export async function pythonEnvironment(host: string): Promise<string> {
  const python = `${FOLDER}/${Deno.build.os === "windows" ? "Scripts/python.exe" : "bin/python"}`;
  const requirements = await Deno.readTextFile(REQUIREMENTS);
  // written last: an environment left half-made lacks it
  const marker = `${FOLDER}/requirements.txt`;
  if (await Deno.readTextFile(marker).catch(() => "") === requirements) return python;
  await Deno.remove(FOLDER, { recursive: true }).catch(() => {});
  await runCommand(host, ["-m", "venv", FOLDER]);
  await runCommand(python, ["-m", "pip", "install", "--quiet", "-r", REQUIREMENTS]);
  await writeAtomic(marker, requirements);
  return python;
}
