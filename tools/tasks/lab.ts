import { ROOT } from "#lib/run/files.ts";
import { useOutFolder } from "./out-folder.ts";
import { jupyterVariables } from "../setup/kernelspec.ts";
import { PYTHON } from "../setup/python-environment.ts";
import { setUp } from "../setup/set-up.ts";
import { settingsCommand, type SettingsOptions, settingsVariables } from "./options.ts";
import { runTask } from "./run-task.ts";

const EXAMPLES = `
Examples:
  deno task lab                         opens the browser on notebooks/
  deno task lab --profile smoke         kernels begin with the smoke profile
  deno task lab -- --no-browser --port 9000    what follows -- goes to JupyterLab`;

/**
 * JupyterLab, which a closed terminal would end before it has ended its kernels: this task, which
 * hears that too, tells it.
 */
const LAB = `import signal, sys
from jupyterlab.labapp import main
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
sys.exit(main())`;

const command = settingsCommand("deno task lab", "JupyterLab with the Deno kernel on notebooks/.")
  .argument("[jupyter...]", "arguments for JupyterLab")
  .addHelpText("after", EXAMPLES)
  .parse(Deno.args, { from: "user" });

await runTask(async (signal) => {
  const variables = settingsVariables(command.opts<SettingsOptions>());
  await useOutFolder();
  await setUp(signal);
  const root = Deno.uid() === 0 ? ["--allow-root"] : []; // refused otherwise, as in a container
  const place = [`--ServerApp.root_dir=${ROOT}`, "--LabApp.default_url=/lab/tree/notebooks"];
  const lab = new Deno.Command(PYTHON, {
    args: ["-c", LAB, ...place, ...root, ...command.args],
    env: { ...jupyterVariables(), ...variables },
  }).spawn();
  // one Ctrl-C is enough: JupyterLab shuts its kernels down before it goes
  signal.addEventListener("abort", () => lab.kill("SIGTERM"), { once: true });
  const { code } = await lab.status;
  return signal.aborted ? 0 : code;
});
