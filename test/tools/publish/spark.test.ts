import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { ROOT } from "#lib/run/files.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { shard, writeScoringJob } from "../cluster/small-job.ts";
import { CHECKERS, NO_CHECKERS } from "./checkers.ts";

const java = await runCommand("java", ["-version"]).then(
  () => undefined,
  () => "no Java for Spark",
);
const reason = NO_CHECKERS ?? java;
if (reason) console.log(`skipped: Spark: ${reason}`);

Deno.test({
  name: "Spark with the lines of docs/spark.md gives the probabilities and sets of our shards",
  ignore: reason !== undefined,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const env = { CSC_OUT: `${folder}/out`, CSC_WORKERS: "1" };
      const table = `${folder}/table.csv`, parts = `${folder}/parts`;
      await writeScoringJob(table, `${folder}/out/model`);
      await shard(["partition", table, "--to", parts, "--rows", "1000"], env);
      await shard(["score", parts], env);
      await shard(["gather", parts], env);
      const [, lines] = /^```python\n([\s\S]*?)^```$/m.exec(
        await Deno.readTextFile(`${ROOT}/docs/spark.md`),
      )!;
      await Deno.writeTextFile(`${folder}/spark.py`, lines);
      const said = await runCommand(CHECKERS!, [
        "spark.py",
        `${parts}/sources/dataset`,
        "scored.parquet",
      ], {
        cwd: folder,
        // Spark would ask for the machine's name and for another Python
        env: {
          SPARK_LOCAL_IP: "127.0.0.1",
          PYSPARK_PYTHON: CHECKERS!,
          PYSPARK_DRIVER_PYTHON: CHECKERS!,
        },
      });
      assert.match(said, /3000 sources scored by Spark/);
      const theirs = rows(`${folder}/scored.parquet/*.parquet`);
      const ours = rows(`${parts}/scored/dataset/Norder=*/Dir=*/*.parquet`);
      assert.equal(theirs.length, ours.length);
      let most = 0;
      ours.forEach((row, i) => {
        assert.equal(theirs[i].name, row.name);
        assert.equal(theirs[i].set95, row.set95);
        for (const column of Object.keys(theirs[i]).filter((name) => name.startsWith("cmp_"))) {
          most = Math.max(most, Math.abs(Number(theirs[i][column]) - Number(row[column])));
        }
      });
      assert.ok(most <= 1e-12, `the largest difference is ${most}`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

function rows(pattern: string): Record<string, unknown>[] {
  return pl.scanParquet(pattern).collectSync().sort("name").toRecords();
}
