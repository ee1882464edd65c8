import assert from "node:assert/strict";
import { refuseEdited, sealedScript } from "#tools/cluster/sealed-script.ts";
import { parseShard, shardOfSlurm, share } from "#tools/cluster/shards.ts";

const units = [7, 1, 5, 3, 2, 9, 4, 4, 6, 2].map((cost, id) => ({ id, cost }));

Deno.test("n shares hold every unit once, whatever n is", () => {
  for (const n of [1, 2, 8, 64]) {
    const all = Array.from({ length: n }, (_, i) => share(units, { i: i + 1, n })).flat();
    assert.deepEqual(all.map(({ id }) => id).sort((a, b) => a - b), units.map(({ id }) => id));
  }
});

Deno.test("shares cost about the same: 43 in three is 15, 14 and 14", () => {
  const loads = [1, 2, 3].map((i) => share(units, { i, n: 3 }).reduce((sum, u) => sum + u.cost, 0));
  assert.deepEqual(loads.sort(), [14, 14, 15]);
});

Deno.test("a shard is i/n with i from 1 to n; anything else is refused", () => {
  assert.deepEqual(parseShard("3/8"), { i: 3, n: 8 });
  for (const text of ["0/8", "9/8", "8", "1/0", "-1/2", "1/2/3", "a/b", "", "1/99999999999"]) {
    assert.throws(() => parseShard(text), /give i\/n with i from 1 to n/);
  }
});

const slurm = (ID: string, COUNT: string, MIN: string, MAX: string) => (name: string) =>
  ({
    SLURM_ARRAY_TASK_ID: ID,
    SLURM_ARRAY_TASK_COUNT: COUNT,
    SLURM_ARRAY_TASK_MIN: MIN,
    SLURM_ARRAY_TASK_MAX: MAX,
  })[name];

Deno.test("the share of a Slurm task is its number, for an array from 1 to n", () => {
  assert.deepEqual(shardOfSlurm(slurm("3", "8", "1", "8")), { i: 3, n: 8 });
  assert.equal(shardOfSlurm(() => undefined), undefined);
});

Deno.test("part of an array run again, or one from 0, is refused: n is not known then", () => {
  for (
    const task of [slurm("3", "1", "3", "3"), slurm("0", "8", "0", "7"), slurm("3", "4", "1", "7")]
  ) {
    assert.throws(() => shardOfSlurm(task), /give --shard/);
  }
});

Deno.test("a job script that was edited by hand is not replaced, one that was not is", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/validate.sh`;
  try {
    await refuseEdited(path); // none yet
    const script = sealedScript("#!/bin/sh\n#SBATCH --mem=4G\nexec true\n");
    await Deno.writeTextFile(path, script);
    await refuseEdited(path);
    const others = [
      script.replace("4G", "8G"),
      script.replace("exec", "#SBATCH --mail-user=me\nexec"),
      script + "echo done\n",
      script.replace(/[0-9a-f]{64}/, "0".repeat(64)),
      "#!/bin/sh\nmine\n",
      "",
    ];
    for (const text of others) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(
        refuseEdited(path),
        /validate\.sh was edited .*move it elsewhere, or submit/,
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
