import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";
import { jobScript } from "#tools/cluster/submit.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { setUp } from "#tools/setup/set-up.ts";
import { digests, writeLabelled } from "./small-job.ts";

const hasParallel = await runCommand("parallel", ["--version"]).then(() => true, () => false);
const isRoot = Deno.build.os === "linux" && Deno.uid() === 0;
const reason = !isRoot
  ? "not root on Linux, to take a node's network away"
  : !hasParallel
  ? "no GNU parallel"
  : undefined;
if (reason) console.log(`skipped: nodes without network: ${reason}`);

Deno.test({
  name:
    "nodes without network, home or variables do their shares from the folder, by hand and by GNU parallel",
  ignore: reason !== undefined,
  async fn() {
    await setUp();
    // with the rights of the task, not those of a test
    await runCommand(Deno.execPath(), ["task", "--quiet", "cluster", "prepare"], { cwd: ROOT });
    const folder = await Deno.makeTempDir();
    writeLabelled(`${folder}/table.csv`);
    const bare = "unshare -n env -i PATH=/usr/bin:/bin";
    const line = (store: string, more: string) =>
      `${bare} ${more} sh tools/cluster/shard.sh validate --only 04 --profile smoke --workers 1 ` +
      `--data ${folder}/table.csv --store ${folder}/${store}`;
    await runCommand("sh", ["-c", line("hand", "")], { cwd: ROOT });
    const parallel = `parallel -j 2 ${line("parallel", "")} --shard {}/3 ::: 1 2 3`;
    await runCommand("sh", ["-c", parallel], { cwd: ROOT, env: { HOME: folder } });
    const hand = await digests(`${folder}/hand`);
    assert.equal(hand.length, 8 * 3);
    assert.deepEqual(await digests(`${folder}/parallel`), hand);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("a job script names its shares, asks Slurm for what was given, and quotes what a shell would read", () => {
  const text = jobScript(["score", "/data/it's here", "--shard", "$SLURM_ARRAY_TASK_ID/8"], {
    ...{ name: "csc-score", log: "/out/score-%a.log", array: 8, shards: 8, memory: "4G", cpus: 2 },
    ...{ partition: "short", account: "abc", variables: { CSC_PROFILE: "paper" } },
  });
  for (
    const line of ["--array=1-8", "--partition=short", "--account=abc", "--mem=4G", "--requeue"]
  ) {
    assert.match(text, new RegExp(`^#SBATCH ${line}$`, "m"));
  }
  const odd = { name: "n", log: '/my "out"/100%%/a-%a.log', shards: 1, memory: "4G", cpus: 1 };
  const quoted = '#SBATCH --output="/my \\"out\\"/100%%/a-%a.log"';
  assert.ok(jobScript([], { ...odd, variables: {} }).split("\n").includes(quoted));
  assert.doesNotMatch(text, /--time/);
  assert.match(text, /^export CSC_PROFILE=paper$/m);
  assert.match(text, /score '\/data\/it'\\''s here' --shard "\$SLURM_ARRAY_TASK_ID\/8"$/m);
});
