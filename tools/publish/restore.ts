import { outFolder } from "#lib/run/files.ts";
import { SettingError } from "#lib/run/settings.ts";
import { taskCommand } from "../tasks/options.ts";
import { runTask } from "../tasks/run-task.ts";
import { restoreBundle } from "./bundle.ts";

const command = taskCommand(
  "deno task restore",
  "Checks a bundle of deno task archive and puts it back into out/ and .cache/.",
)
  .argument("<bundle>", "the archive")
  .option("--force", "replace the results of another run in out/, and files that were edited")
  .addHelpText(
    "after",
    `
Then "deno task figures" draws every figure from saved results, and "deno task report" with the same
profile and seed runs the notebooks without fitting a fold.`,
  )
  .parse(Deno.args, { from: "user" });

await runTask(async (signal) => {
  const [path] = command.args;
  if (!await Deno.stat(path).then(({ isFile }) => isFile, () => false)) {
    throw new SettingError(`${path} is no file; name a bundle of deno task archive`);
  }
  const { force } = command.opts<{ force?: boolean }>();
  const { bundle, sameCode } = await restoreBundle(path, { force, signal });
  const { version, head, files } = bundle;
  console.log(
    `${
      Object.keys(files).length
    } files of version ${version} are back in ${outFolder()} and .cache: ` +
      `the ${head.profile} profile of ${head.data}, seed ${head.seed}.`,
  );
  console.log(
    sameCode
      ? `"deno task report --profile ${head.profile} --seed ${head.seed}" finds every fold finished.`
      : "The folds were fitted by other code or another LightGBM build than yours (deno task " +
        "setup makes the build): reports would fit them anew.",
  );
  return 0;
});
