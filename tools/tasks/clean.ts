import { Command } from "commander";
import { CACHE, outFolder } from "#lib/run/files.ts";

const EXAMPLES = `
Examples:
  deno task clean          removes reports and finished folds
  deno task clean --all    removes downloads, builds and environments as well`;

const { all } = new Command("deno task clean")
  .description("Removes what the tasks made: out/, finished folds and Jupyter's own files.")
  .option("--all", "also .cache/: downloads, the Python environment, the LightGBM build")
  .addHelpText("after", EXAMPLES)
  .parse(Deno.args, { from: "user" })
  .opts<{ all?: boolean }>();

const BUILT = ["python", "python.lock", "lightgbm", "emscripten", "published", "deno"]
  .concat(["publish-python", "publish-python.lock", "checkers-python", "checkers-python.lock"]);

for (const path of [outFolder(), ...(all ? [CACHE] : await unfinished())]) {
  try {
    await Deno.remove(path, { recursive: true });
    console.log(`removed ${path}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** What is quickly made again. */
async function unfinished(): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(CACHE));
    return entries.filter(({ name }) => !BUILT.includes(name)).map(({ name }) =>
      `${CACHE}/${name}`
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
