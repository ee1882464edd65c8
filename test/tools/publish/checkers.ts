// A Python with the tools that others read our products with: lsdb, hats, pyvo, pandas, DuckDB, pyspark
// and LightGBM, besides what publishing itself uses.
import { fileURLToPath } from "node:url";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { pythonEnvironment } from "#tools/setup/python-environment.ts";
import { runCommand } from "#tools/setup/run-command.ts";

const given = Deno.env.get("CSC_CHECKERS_PYTHON");
let reason: string | undefined;

/** Its interpreter; undefined where it cannot be had, {@link NO_CHECKERS} says why. */
export const CHECKERS: string | undefined = given ?? await pythonEnvironment({
  folder: `${CACHE}/checkers-python`,
  requirements: fileURLToPath(new URL("./requirements.txt", import.meta.url)),
  contents: "lsdb, pyvo, pandas, DuckDB, pyspark, LightGBM",
}).catch((error: Error) => {
  reason = `no Python with lsdb, pyvo and pyspark: ${error.message.split("\n")[0]}`;
  return undefined;
});

/** Why {@link CHECKERS} is not there. */
export const NO_CHECKERS = reason;

/** Output of a Python program of theirs; its complaint as an error when it fails. */
export async function runChecker(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(CHECKERS!, {
    args: ["-c", program, ...args],
    env: { PYTHONWARNINGS: "ignore" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Runs the code cells of docs/catalogue.ipynb in turn. */
export async function runNotebook(catalogue: string, env: Record<string, string>): Promise<string> {
  const { cells } = JSON.parse(await Deno.readTextFile(`${ROOT}/docs/catalogue.ipynb`));
  const code = cells.filter(({ cell_type }: { cell_type: string }) => cell_type === "code")
    .map(({ source }: { source: string[] }) => source.join(""));
  return await runCommand(CHECKERS!, ["-c", code.join("\n")], {
    env: { ...env, CSC_CATALOGUE: catalogue, PYTHONWARNINGS: "ignore" },
  });
}
