import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { FEATURE_NAMES } from "#lib/catalogue/features.ts";
import { takeColumns, toMatrix } from "#lib/catalogue/matrix.ts";
import { loadScorer } from "#lib/models/load-scorer.ts";
import { loadPipeline } from "#lib/models/pipeline.ts";
import { ROOT } from "#lib/run/files.ts";
import { shippedPipeline } from "#lib/scoring/shipped-pipeline.ts";
import { readModel, writeModel } from "#lib/scoring/write-model.ts";
import { toFrame } from "#lib/tables/sources.ts";
import { simulatedTrainingTable } from "#lib/tables/training-table.ts";
import { isLightgbmBuilt } from "#tools/setup/build-lightgbm.ts";
import { runPython } from "../reference-python.ts";
import { smallPipeline } from "./small-pipeline.ts";

const ORIGIN = { trainingData: "t", trainingSha256: "0", simulated: true, seed: 42 };

Deno.test({
  name: "the lines of the README give our probabilities in Python, on every row, within 1e-12",
  ignore: !runPython || !(await isLightgbmBuilt()),
  async fn() {
    const readme = await Deno.readTextFile(`${ROOT}/README.md`);
    const lines = /```python\n([\s\S]*?)```/.exec(readme)![1];
    assert.equal(lines.trimEnd().split("\n").length, 5);
    const folder = await Deno.makeTempDir();
    try {
      const table = simulatedTrainingTable(42);
      const text = await shippedPipeline(table, { seed: 42 });
      await writeModel(`${folder}/out/model`, text, ORIGIN);
      toFrame(table).select(...FEATURE_NAMES).writeCSV(`${folder}/sources.csv`);
      const code = `import os; os.chdir(${JSON.stringify(folder)})\n` +
        `${lines}probabilities.tofile("p.bin")\n`;
      await runPython!(code);
      const theirs = new Float64Array((await Deno.readFile(`${folder}/p.bin`)).buffer);
      const matrix = toMatrix(
        pl.readCSV(`${folder}/sources.csv`, { inferSchemaLength: 100_000 }),
        FEATURE_NAMES,
      );
      const ours = (await loadScorer(text)).predictProbabilities(matrix);
      assert.equal(theirs.length, ours.length);
      const difference = ours.reduce((most, p, i) => Math.max(most, Math.abs(p - theirs[i])), 0);
      assert.ok(difference <= 1e-12, `the largest difference is ${difference}`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("a model folder read back is the same pipeline", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await writeModel(folder, smallPipeline(), ORIGIN);
    const { pipeline, origin } = await readModel(folder);
    assert.deepEqual(JSON.parse(pipeline), JSON.parse(smallPipeline()));
    assert.deepEqual(origin, ORIGIN);
    const { classes, features, units } = JSON.parse(
      await Deno.readTextFile(`${folder}/pipeline.json`),
    );
    assert.deepEqual([classes[0], classes[7]], ["AGN", "PULSAR"]);
    assert.deepEqual([features, units], [["G", "flux_b"], ["mag", "erg.s**-1.cm**-2"]]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a pipeline with other steps has no such folder", async () => {
  const other = smallPipeline().replace('"scale-min-max"', '"scale-min-max","impute-mode"');
  await assert.rejects(writeModel("/nowhere", other, ORIGIN), /behind scale-min-max/);
});

Deno.test({
  name: "the quick scorer equals the library's own prediction of the shipped pipeline",
  ignore: !(await isLightgbmBuilt()),
  async fn() {
    const table = simulatedTrainingTable(42);
    const text = await shippedPipeline(table, { seed: 42 });
    const matrix = takeColumns(table.matrix, FEATURE_NAMES);
    using library = await loadPipeline(text);
    const theirs = library.predictProbabilities(matrix);
    const ours = (await loadScorer(text)).predictProbabilities(matrix);
    ours.forEach((p, i) => assert.ok(Math.abs(p - theirs[i]) <= 4 * Number.EPSILON * theirs[i]));
  },
});
