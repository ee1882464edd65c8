import assert from "node:assert/strict";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { setUp } from "#tools/setup/set-up.ts";
import { THOROUGH } from "../../thorough.ts";
import { shard, writeLabelled } from "./small-job.ts";

/** Names of the runs whose folds are kept for reports. */
async function runs(): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(`${CACHE}/folds`)).catch(() => []);
  return entries.map(({ name }) => name).sort();
}

/** A notebook that only validates, and in a thorough run those that fit besides. */
const NOTEBOOKS = THOROUGH ? ["04", "06", "07", "08"] : ["04"];

Deno.test("after a report shards find every fold of their runs fitted", async () => {
  await setUp();
  const folder = await Deno.makeTempDir(), before = new Set(await runs());
  writeLabelled(`${folder}/table.csv`);
  const job = [
    "--profile",
    "smoke",
    "--workers",
    "1",
    "--data",
    `${folder}/table.csv`,
  ];
  const env = { CSC_OUT: `${folder}/out`, NO_COLOR: "1" };
  try {
    for (const number of NOTEBOOKS) {
      const args = ["task", "report", ...job, "--only", number];
      await runCommand(Deno.execPath(), args, { cwd: ROOT, env });
    }
    const fitted = (await runs()).filter((name) => !before.has(name));
    const said = await shard(["validate", ...job, "--only", NOTEBOOKS.join()], env);
    const counts = [...said.matchAll(/: (\d+) of \d+ folds fitted/g)].map(([, n]) => n);
    assert.deepEqual([...new Set(counts)], ["0"], said);
    // a run of several iterations is one folder; other notebooks keep folds of their studies too
    const names = [...said.matchAll(/^(.*?), iteration/gm)].map(([, name]) => name);
    if (!THOROUGH) assert.equal(new Set(names).size, fitted.length, said);
  } finally {
    for (const name of await runs()) {
      if (!before.has(name)) await Deno.remove(`${CACHE}/folds/${name}`, { recursive: true });
    }
    await Deno.remove(folder, { recursive: true });
  }
});
