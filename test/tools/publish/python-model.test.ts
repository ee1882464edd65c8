import assert from "node:assert/strict";
import { loadPipeline } from "#lib/models/pipeline.ts";
import { softmaxRows } from "#lib/models/classifier.ts";
import { rawScores } from "#lib/models/tree-ensemble.ts";
import { ROOT } from "#lib/run/files.ts";
import { readModel, writeModel } from "#tools/publish/model-folder.ts";
import { SURVEYS } from "#lib/catalogue/features.ts";
import { columnOf, fromColumns, takeSources, toFrame } from "#lib/tables/sources.ts";
import { simulatedTrainingTable } from "#lib/tables/training-table.ts";
import { fitClassifier, RECIPES } from "#lib/trust/classifier.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { isLightgbmBuilt } from "#tools/setup/build-lightgbm.ts";
import { runPython } from "../../reference-python.ts";
import { smallClassifier } from "../../scoring/small-pipeline.ts";

const simulated = simulatedTrainingTable(42);
/** Of each survey a third of the sources says that it looked, a third that not, a third nothing. */
const table = {
  ...simulated,
  matrix: fromColumns(
    new Map([
      ...simulated.matrix.names.map((name) => [name, columnOf(simulated, name)] as const),
      ...SURVEYS.map(({ observed }, i) =>
        [
          observed,
          Float64Array.from(simulated.names, (_, row) => [1, 0, NaN][(row + i) % 3]),
        ] as const
      ),
    ]),
  ),
};
const isBuilt = await isLightgbmBuilt();

/** Our classifier with few rounds, from some of the rows. */
function fewRounds(): Promise<SourceClassifier> {
  const { spec } = RECIPES.ours;
  const parameters = { ...spec.parameters, num_iterations: 10 };
  const recipe = { ...RECIPES.ours, folds: 2, spec: { ...spec, parameters } };
  const rows = Array.from({ length: 1500 }, (_, i) => 5 * i);
  return fitClassifier(takeSources(table, rows), recipe, { seed: 42, workers: 1 });
}

Deno.test({
  name: "the lines of docs/model.md give our probabilities and sets in Python, on every row",
  ignore: !runPython || !isBuilt,
  async fn() {
    const page = await Deno.readTextFile(`${ROOT}/docs/model.md`);
    const lines = /```python\n([\s\S]*?)```/.exec(page)![1];
    const folder = await Deno.makeTempDir();
    try {
      const classifier = await fewRounds();
      await writeModel(`${folder}/out/model`, classifier);
      toFrame(table).writeCSV(`${folder}/sources.csv`);
      await runPython!(
        `import os; os.chdir(${JSON.stringify(folder)})\n${lines}` +
          'probabilities.tofile("p.bin"); unlimited.tofile("u.bin"); sets.astype("u1").tofile("s.bin")\n',
      );
      const bytes = async (name: string) => (await Deno.readFile(`${folder}/${name}.bin`)).buffer;
      const ours = classifier.classify(table);
      for (const [name, mine] of [["p", ours.probabilities], ["u", ours.unlimited]] as const) {
        const theirs = new Float64Array(await bytes(name));
        assert.equal(theirs.length, mine.length);
        const most = mine.reduce((most, p, i) => Math.max(most, Math.abs(p - theirs[i])), 0);
        assert.ok(most <= 1e-12, `the largest difference is ${most}`);
      }
      assert.deepEqual(new Uint8Array(await bytes("s")), ours.sets);
      assert.ok(ours.limited.some((limited) => limited), "some rows are changed by the limits");
      const silent = classifier.classify(simulated).probabilities;
      assert.ok(silent.some((p, i) => p !== ours.probabilities[i]), "coverage tells nothing");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("a model folder read back is the same classifier", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const classifier = new SourceClassifier(smallClassifier());
    await writeModel(folder, classifier);
    assert.deepEqual((await readModel(folder)).saved, classifier.saved);
    const { classes, inputs, units } = JSON.parse(
      await Deno.readTextFile(`${folder}/pipeline.json`),
    );
    assert.deepEqual([classes[0], classes[7]], ["AGN", "PULSAR"]);
    assert.equal(units[inputs.indexOf("flux_b")], "erg.s**-1.cm**-2");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "the quick scorer equals the library's own prediction",
  ignore: !isBuilt,
  async fn() {
    const { saved, trees, ...classifier } = await fewRounds();
    const ready = new SourceClassifier({ ...saved, ...classifier });
    using library = await loadPipeline(JSON.stringify(saved.pipeline));
    const theirs = library.predictProbabilities(ready.features(table));
    const { values, nRows } = ready.prepare(table);
    const ours = softmaxRows(rawScores(trees, values, nRows), trees.nClasses);
    ours.forEach((p, i) => assert.ok(Math.abs(p - theirs[i]) <= 4 * Number.EPSILON * theirs[i]));
  },
});
