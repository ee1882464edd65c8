import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import pl from "nodejs-polars";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { predictions } from "#lib/validation/predictions.ts";
import { crossValidate } from "#lib/validation/cross-validate.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { CHECKERS, NO_CHECKERS } from "../tools/publish/checkers.ts";
import { smallRun } from "../validation/small-run.ts";

const page = await Deno.readTextFile(`${ROOT}/docs/arrow.md`);
const pieces = [...page.matchAll(/^```(ts|python)\n([\s\S]*?)^```$/gm)]
  .map(([, language, code]) => ({ language, code }));
const reason = NO_CHECKERS ??
  await runCommand(CHECKERS!, ["-c", "import pyarrow, duckdb"]).then(
    () => undefined,
    () => "the Python of the checks has no DuckDB",
  );
if (reason) console.log(`skipped: docs/arrow.md in Python: ${reason}`);

/** Predictions of invented sources, as the page takes them. */
async function sample() {
  const cacheFolder = await Deno.makeTempDir();
  try {
    const options = smallRun(cacheFolder, 1);
    const run = await crossValidate({ ...options, iterations: 1 });
    const names = Array.from(options.labels, (_, row) => `source ${row}`);
    return predictions(run, { names, labels: options.labels });
  } finally {
    await Deno.remove(cacheFolder, { recursive: true });
  }
}

Deno.test("the page of Arrow writes a file that pyarrow and DuckDB read as polars counts it", async (t) => {
  await Deno.mkdir(`${CACHE}/test`, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${CACHE}/test` });
  try {
    const frame = await sample();
    const [write, ...read] = pieces;
    assert.deepEqual(pieces.map(({ language }) => language), ["ts", "python", "python"]);
    await t.step("the file holds the frame", async () => {
      frame.writeIPC(`${folder}/frame.ipc`);
      const given = 'import pl from "nodejs-polars";\nconst frame = pl.readIPC("frame.ipc");\n';
      await Deno.writeTextFile(`${folder}/write.ts`, given + write.code);
      await runCommand(Deno.execPath(), ["run", "--no-check", "-A", "write.ts"], { cwd: folder });
      const back = pl.readIPC(Buffer.from(await Deno.readFile(`${folder}/predictions.arrow`)));
      assert.deepEqual(back.columns, frame.columns);
      assert.deepEqual(back.toRecords(), frame.toRecords());
    });
    await t.step({
      name: "Python and DuckDB count as polars does",
      ignore: reason !== undefined,
      async fn() {
        await Deno.writeTextFile(`${folder}/read.py`, read.map(({ code }) => code).join("\n"));
        const said = await runCommand(CHECKERS!, ["read.py"], { cwd: folder });
        const [first, second] = said.trim().split("\n");
        assert.equal(
          first,
          `240 ${JSON.stringify(frame.columns).replaceAll('"', "'").replaceAll(",", ", ")}`,
        );
        const right = pl.col("label").eq(pl.col("predicted")).cast(pl.Float64);
        const counted = frame.groupBy("label")
          .agg(pl.len().alias("sources"), right.mean().mul(100).alias("recall")).sort("label");
        const theirs = JSON.parse(
          second.replaceAll("'", '"').replaceAll("(", "[").replaceAll(")", "]"),
        ) as [string, number, number][];
        assert.deepEqual(
          theirs.map(([name, n]) => [name, n]),
          counted.select("label", "sources").rows(),
        );
        const recalls = counted.getColumn("recall").toArray() as number[];
        theirs.forEach(([, , recall], i) => assert.ok(Math.abs(recall - recalls[i]) < 1e-9));
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
