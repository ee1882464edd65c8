import { ROOT } from "#lib/run/files.ts";
import { writeAtomic } from "@csc-classify/safe-files";
import { EXIT, taskCommand } from "./options.ts";
import { runTask } from "./run-task.ts";
import { stripOutputs } from "./strip-outputs.ts";

taskCommand(
  "deno task strip",
  "Strips the outputs of the project's notebooks, as before a commit; of others, which have no " +
    "number, it says that they stay as they are.",
).parse(Deno.args, { from: "user" });

await runTask(async (signal) => {
  for (const { name } of await Array.fromAsync(Deno.readDir(`${ROOT}/notebooks`))) {
    if (!name.endsWith(".ipynb")) continue;
    if (!/^\d\d-/.test(name)) {
      console.log(`${name} stays as it is: the project's notebooks begin with a number`);
      continue;
    }
    const path = `${ROOT}/notebooks/${name}`;
    const before = await Deno.readTextFile(path);
    const after = stripped(path, before);
    signal.throwIfAborted();
    if (before === after) continue;
    await writeAtomic(path, after);
    console.log(`stripped ${name}`);
  }
  return EXIT.done;
}, { makesCache: false });

function stripped(path: string, text: string): string {
  try {
    return stripOutputs(text);
  } catch (error) {
    const { message } = error as Error;
    throw new SyntaxError(`${path} is no notebook: ${message}; mend it, or move it away`);
  }
}
