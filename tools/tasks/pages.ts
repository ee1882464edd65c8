import { NotSaved, savedFile } from "#figures/saves.ts";
import { outFolder } from "#lib/run/files.ts";
import { useOutFolder } from "./out-folder.ts";
import { writePages } from "../report/write-pages.ts";
import { taskCommand } from "./options.ts";
import { runTask } from "./run-task.ts";

const options = taskCommand(
  "deno task pages",
  "Writes out/explorer.html and out/classify.html from the catalogue and the model of the last " +
    "report.",
)
  .option("--skip-missing", "do nothing where notebook 5 has not been run yet")
  .parse(Deno.args, { from: "user" })
  .opts<{ skipMissing?: boolean }>();

await runTask(async () => {
  const path = `${outFolder()}/${savedFile("pages")}`;
  if (!await Deno.stat(path).catch(() => undefined)) {
    if (options.skipMissing) return 0;
    throw new RangeError(`there is no ${path}; run deno task report --only 05 first`);
  }
  await useOutFolder();
  try {
    for (const path of await writePages()) console.log(path);
  } catch (error) {
    if (!(error instanceof NotSaved)) throw error;
    // the catalogue in the folder is of another run than its results
    if (!options.skipMissing) throw new RangeError(error.message);
  }
  return 0;
});
