import { CACHE, outFolder } from "#lib/run/files.ts";
import { holdsOurResults, isInCache } from "./out-folder.ts";
import { cleanFolders, filesOfOthers, isOfCache, isOfOut } from "./clean-folder.ts";
import { holdIfUsed } from "../report/hold-folder.ts";
import { takeCache } from "./hold-cache.ts";
import { taskCommand } from "./options.ts";
import { runTask } from "./run-task.ts";

const EXAMPLES = `
Only what the tasks made is removed: a folder that was there before, or that holds other files, stays
with them. Exit code 1 where something stayed.

Examples:
  deno task clean          removes reports and finished folds
  deno task clean --all    removes downloads, builds and environments as well
  deno task clean --yes    also what other hands put into out/, and what an earlier version left`;

const { all = false, yes = false } = taskCommand(
  "deno task clean",
  "Removes what the tasks made: out/, finished folds and Jupyter's own files.",
)
  .option("--all", "also .cache/: downloads, the Python environment, the LightGBM build")
  .option("--yes", "also what is listed without it: files of others in the project's folders")
  .addHelpText("after", EXAMPLES)
  .parse(Deno.args, { from: "user" })
  .opts<{ all?: boolean; yes?: boolean }>();

await runTask(async () => {
  if (await isInCache(outFolder())) {
    throw new RangeError(
      `CSC_OUT is ${outFolder()}, which is the cache or in it; nothing is removed, unset it`,
    );
  }
  using _out = await holdIfUsed(outFolder());
  using _cache = await takeCache();
  const folders = [
    { path: outFolder(), isOurs: isOfOut, filesOfOthers, isEarlier: holdsOurResults },
    {
      path: CACHE,
      isOurs: (name: string) => isOfCache(name, all),
      isKept: (name: string) => !all && isOfCache(name, true) && !isOfCache(name, false),
      isEarlier: () => Promise.resolve(true),
    },
  ];
  return await cleanFolders(folders, { yes, tell: console.log }) ? 0 : 1;
}, { makesCache: false });
