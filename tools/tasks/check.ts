import { ROOT } from "#lib/run/files.ts";
import { EXIT, taskCommand } from "./options.ts";
import { runTask } from "./run-task.ts";

taskCommand("deno task check", "Checks formatting, lint rules and types; changes nothing.")
  .parse(Deno.args, { from: "user" });

await runTask(async (signal) => {
  for (const args of [["fmt", "--check"], ["lint"], ["check"]]) {
    const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, signal })
      .spawn().status;
    signal.throwIfAborted();
    if (!success) return EXIT.failed;
  }
  return EXIT.done;
}, { makesCache: false });
