import { setUp } from "../setup/set-up.ts";
import { EXIT, taskCommand } from "./options.ts";
import { runTask } from "./run-task.ts";

const HELP = `
What it makes lies in .cache/; what is there and whole is left alone. Every task that needs it does
the same by itself. Docs: docs/permissions.md says what is downloaded and installed.`;

taskCommand("deno task setup", "Makes the Python environment, the kernel and LightGBM.")
  .addHelpText("after", HELP)
  .parse(Deno.args, { from: "user" });

await runTask(async (signal) => {
  await setUp(signal);
  console.log("Everything is set up.");
  return EXIT.done;
});
