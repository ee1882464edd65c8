import assert from "node:assert/strict";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { setUp } from "#tools/setup/set-up.ts";
import { shard, writeLabelled } from "./small-job.ts";

/** Names of the runs whose folds are kept for reports. */
async function runs(): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(`${CACHE}/folds`)).catch(() => []);
  return entries.map(({ name }) => name).sort();
}

Deno.test("the list of runs that shards do for notebook 4 is what the notebook fits", async () => {
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
    "--only",
    "04",
  ];
  const env = { CSC_OUT: `${folder}/out`, NO_COLOR: "1" };
  try {
    await runCommand(Deno.execPath(), ["task", "report", ...job], { cwd: ROOT, env });
    const fitted = (await runs()).filter((name) => !before.has(name));
    const said = await shard(["validate", ...job], env);
    const counts = [...said.matchAll(/: (\d+) of \d+ folds fitted/g)].map(([, n]) => n);
    assert.deepEqual([...new Set(counts)], ["0"], said);
    // a run of several iterations is one folder
    const names = [...said.matchAll(/^(.*?), iteration/gm)].map(([, name]) => name);
    assert.equal(new Set(names).size, fitted.length, said);
  } finally {
    for (const name of await runs()) {
      if (!before.has(name)) await Deno.remove(`${CACHE}/folds/${name}`, { recursive: true });
    }
    await Deno.remove(folder, { recursive: true });
  }
});
