import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";
import { setUp } from "#tools/setup/set-up.ts";
import { jobScript } from "#tools/cluster/submit.ts";
import { digests, shard, writeLabelled } from "./small-job.ts";
import { NO_SLURM, type Slurm, startSlurm, until } from "./slurm.ts";
import { THOROUGH } from "../../thorough.ts";

if (NO_SLURM) console.log(`skipped: a real Slurm: ${NO_SLURM}`);

const TASKS = THOROUGH ? [1, 2, 8, 64] : [1, 2, 5];

Deno.test({
  name: "a real Slurm",
  ignore: NO_SLURM !== undefined,
  async fn(t) {
    await setUp();
    const folder = await Deno.makeTempDir();
    await using slurm = await startSlurm(`${folder}/slurm`);
    writeLabelled(`${folder}/table.csv`);
    const store = (n: number | string) => `${folder}/store-${n}`;
    const job = (n: number | string) => ["--data", `${folder}/table.csv`, "--store", store(n)];

    await t.step(
      `gives equal folds by ${TASKS.join(", ")} tasks, and each gather finds them all`,
      async () => {
        for (const n of TASKS) {
          const out = `${folder}/out-${n}`;
          const ids = await cluster(slurm, out, ["validate", "--shards", `${n}`, ...job(n)]);
          assert.ok([...(await slurm.ended(ids.join())).values()].every((s) => s === "COMPLETED"));
          assert.match(
            await Deno.readTextFile(`${out}/cluster/validate-gather.log`),
            /every fold was there/,
          );
        }
        const one = await digests(store(1));
        assert.ok(one.length > 30);
        for (const n of TASKS) assert.deepEqual(await digests(store(n)), one);
        const scores = (n: number) =>
          Deno.readTextFile(`${folder}/out-${n}/cluster/validation.json`);
        for (const n of TASKS) assert.equal(await scores(n), await scores(1));
      },
    );

    const script = async (name: string, args: readonly string[], array: number) => {
      const path = `${folder}/${name}.sh`;
      const variables = { CSC_OUT: `${folder}/${name}`, CSC_PROFILE: "smoke", CSC_WORKERS: "1" };
      const options = { memory: "1G", cpus: 1, shards: array, array, variables };
      const log = `${folder}/${name}-%a.log`;
      await Deno.writeTextFile(path, jobScript(args, { ...options, name, log }));
      return path;
    };
    const id = async (...args: string[]) =>
      (await slurm.run("sbatch", "--parsable", ...args)).trim();

    await t.step(
      "runs a task again that was taken off its node, from the folds it had finished",
      async () => {
        const path = await script("lost", [
          "validate",
          "--shard",
          "$SLURM_ARRAY_TASK_ID/1",
          ...job("lost"),
        ], 1);
        const task = await id(path);
        const log = `${folder}/lost-1.log`;
        await until(
          async () => /iteration 1/.test(await Deno.readTextFile(log).catch(() => "")),
          60,
        );
        await slurm.run("scontrol", "requeue", `${task}_1`);
        assert.deepEqual([...(await slurm.ended(task)).values()], ["COMPLETED"]);
        const text = await Deno.readTextFile(log);
        assert.match(text, /: 0 of 3 folds fitted/); // found finished the second time
        assert.deepEqual(await digests(store("lost")), await digests(store(1)));
      },
    );

    await t.step(
      "cancels the gathering of an array with a killed task; run again, it fits the rest",
      async () => {
        const path = await script("killed", [
          "validate",
          "--shard",
          "$SLURM_ARRAY_TASK_ID/2",
          ...job("killed"),
        ], 2);
        const array = await id(path);
        const last = await id(
          `--dependency=afterok:${array}`,
          "--kill-on-invalid-dep=yes",
          await script("killed-gather", ["gather", ...job("killed")], 1),
        );
        const log = `${folder}/killed-2.log`;
        await until(
          async () => /iteration 1/.test(await Deno.readTextFile(log).catch(() => "")),
          60,
        );
        await slurm.run("scancel", "--signal=KILL", "--full", `${array}_2`);
        const states = await slurm.ended([array, last].join());
        assert.notEqual(states.get(`${array}_2`), "COMPLETED");
        assert.ok(
          [...states].every(([id, state]) => !id.startsWith(last) || state === "CANCELLED"),
        );
        const again = await id("--array=2", path);
        assert.deepEqual([...(await slurm.ended(again)).values()], ["COMPLETED"]);
        assert.deepEqual(await digests(store("killed")), await digests(store(1)));
      },
    );

    await t.step("does all on one node while the other is drained", async () => {
      await slurm.run("scontrol", "update", "nodename=two", "state=drain", "reason=test");
      const ids = await cluster(slurm, `${folder}/out-drained`, [
        "validate",
        "--shards",
        "3",
        ...job("drained"),
      ]);
      assert.ok([...(await slurm.ended(ids.join())).values()].every((s) => s === "COMPLETED"));
      assert.equal(
        (await slurm.run("squeue", "-h", "-t", "all", "-j", ids[0], "-o", "%N")).includes("two"),
        false,
      );
      await slurm.run("scontrol", "update", "nodename=two", "state=resume");
      assert.deepEqual(await digests(store("drained")), await digests(store(1)));
    });

    await t.step("fails a task whose number is beyond the shards, with what is meant", async () => {
      const path = await script("wrong", [
        "validate",
        "--shard",
        "$SLURM_ARRAY_TASK_ID/1",
        ...job("wrong"),
      ], 2);
      const task = await id("--array=2", path);
      assert.deepEqual([...(await slurm.ended(task)).values()], ["FAILED"]);
      assert.match(await Deno.readTextFile(`${folder}/wrong-2.log`), /--shard 2\/1: give i\/n/);
    });

    await t.step("lets two gather at once, both with the same result", async () => {
      const env = (name: string) => ({
        CSC_OUT: `${folder}/${name}`,
        CSC_PROFILE: "smoke",
        CSC_WORKERS: "1",
      });
      await Promise.all(["one", "two"].map((name) => shard(["gather", ...job(2)], env(name))));
      const [one, two] = await Promise.all(
        ["one", "two"].map((name) => digests(`${folder}/${name}`)),
      );
      assert.deepEqual(one, two);
      await Promise.all([1, 2].map(() => shard(["gather", ...job(2)], env("one"))));
      assert.deepEqual(await digests(`${folder}/one`), one);
    });

    await Deno.remove(folder, { recursive: true });
  },
});

/** Runs `deno task cluster`; the numbers of its two jobs. */
async function cluster(slurm: Slurm, out: string, args: readonly string[]): Promise<string[]> {
  const more = ["--profile", "smoke", "--cpus", "1", "--memory", "1G"];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "cluster", ...args, ...more],
    cwd: ROOT,
    env: { ...slurm.env, CSC_OUT: out, NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const [, array, last] = /as job (\d+), then job (\d+)/.exec(new TextDecoder().decode(stdout))!;
  return [array, last];
}
