import assert from "node:assert/strict";
import { Booster, rawScores } from "@csc-classify/lightgbm-wasm";
import { loadLightgbm } from "#lib/models/load-lightgbm.ts";
import { Pipeline } from "#lib/models/pipeline.ts";
import { softmaxRows } from "@csc-classify/forests";
import { CLASSES, columnOf, fromColumns, SURVEYS } from "@csc-classify/chandra-sources";
import { type OutputValues, SCORED_COLUMNS, scoredValues } from "#lib/scoring/scored-columns.ts";
import { modelDigest, readModel, writeModel } from "#lib/scoring/model-folder.ts";
import { takeSources, toFrame } from "@csc-classify/chandra-sources/files";
import { fileSha256 } from "@csc-classify/safe-files";
import { publishModel } from "#tools/publish/publish-model.ts";
import { simulatedTrainingTable } from "#lib/tables/training-table.ts";
import { fitClassifier, RECIPES } from "#lib/trust/fit-classifier.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { isLightgbmBuilt } from "#tools/setup/build-lightgbm.ts";
import { smallClassifier } from "../../scoring/small-pipeline.ts";
import { CHECKERS, runChecker } from "./checkers.ts";

const everyFifth = Array.from({ length: 1500 }, (_, i) => 5 * i);
const simulated = takeSources(simulatedTrainingTable(42), everyFifth);
/**
 * Of each survey a third of the sources says that it looked, a third that not, a third nothing; one
 * in seven has no broad-band flux.
 */
const table = {
  ...simulated,
  matrix: fromColumns(
    new Map([
      ...simulated.matrix.names.map((name) =>
        [
          name,
          columnOf(simulated, name).map((value, row) =>
            name === "flux_b" && row % 7 === 3 ? NaN : value
          ),
        ] as const
      ),
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

/** Our classifier with few rounds. */
function fewRounds(): Promise<SourceClassifier> {
  const { spec } = RECIPES.ours;
  const parameters = { ...spec.parameters, num_iterations: 10 };
  const recipe = { ...RECIPES.ours, folds: 2, spec: { ...spec, parameters } };
  return fitClassifier(table, recipe, { seed: 42, workers: 1 });
}

/** Writes what `csc_classify` makes of sources.csv as JSON, by column, and the first explanation. */
const CLASSIFY = `
import json, sys
sys.path.insert(0, "model")
import csc_classify, numpy as np, pandas as pd
from astropy.table import Table
from astropy import units
table = pd.read_csv("sources.csv", dtype={"name": str})
def plain(frame):
    return {c: [None if pd.isna(v) else v.item() if hasattr(v, "item") else v for v in frame[c]] for c in frame}
free = csc_classify.classify(table)
votable = Table.from_pandas(table)
votable["flux_b"] = votable["flux_b"] * 1e-3
votable["flux_b"].unit = "W / m2"
shares = csc_classify.explain(table, 7)
json.dump({
    "free": plain(free),
    "limited": plain(csc_classify.classify(table, host_limits=True)),
    "same": bool(np.allclose(csc_classify.classify(votable)["cmp"], free["cmp"], rtol=0, atol=1e-9)),
    "explained": [shares.attrs["class"], shares.attrs["expected"] + shares["contribution"].sum()],
    "digest": csc_classify.load().digest,
}, open("classified.json", "w"))
`;

Deno.test({
  name:
    "csc_classify.py gives every column of `score` on every row, with limits of hosts and without",
  ignore: !CHECKERS || !isBuilt,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const classifier = await fewRounds();
      await writeModel(`${folder}/model`, classifier);
      toFrame(table).writeCSV(`${folder}/sources.csv`);
      await runChecker(`import os; os.chdir(${JSON.stringify(folder)})\n${CLASSIFY}`);
      const theirs = JSON.parse(await Deno.readTextFile(`${folder}/classified.json`));
      for (const [key, hostLimits] of [["free", false], ["limited", true]] as const) {
        const classified = classifier.classify(table, { hostLimits });
        const ours = scoredValues(table, classified, SCORED_COLUMNS);
        assert.deepEqual(Object.keys(theirs[key]), [...ours.keys()]);
        for (const [name, values] of ours) sameValues(name, theirs[key][name], values);
      }
      const ours = classifier.classify(table);
      assert.ok(ours.isLimited.some((is) => is), "some rows are changed by the limits");
      assert.ok(ours.fluxFrom.some((from) => from?.includes("+")), "some fluxes are filled");
      const silent = classifier.classify(simulated).probabilities;
      assert.ok(silent.some((p, i) => p !== ours.probabilities[i]), "coverage tells nothing");
      assert.equal(theirs.same, true, "an astropy table with other units gives the same");
      assert.equal(theirs.digest, modelDigest(classifier));
      const { values, nColumns } = classifier.prepare(table);
      const scores = rawScores(classifier.trees, values.slice(7 * nColumns, 8 * nColumns), 1);
      const [named, score] = theirs.explained;
      assert.ok(Math.abs(scores[CLASSES.indexOf(named)] - score) < 1e-9);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** Fails unless a column of Python's equals ours: numbers to 1e-12, the rest exactly. */
function sameValues(name: string, theirs: unknown[], ours: OutputValues): void {
  assert.equal(theirs.length, ours.length);
  theirs.forEach((value, row) => {
    const own = ours[row], where = `${name}, row ${row}: ${value}, not ${own}`;
    if (typeof own === "number" && !isNaN(own)) {
      assert.ok(Math.abs(Number(value) - own) <= 1e-12, where);
    } else assert.equal(value, Number.isNaN(own) ? null : own, where);
  });
}

/** Stops itself by a signal, or finds the disk full, when its file is half-written. */
const HALF_WRITTEN = `
import os, signal, sys, time
sys.path.insert(0, "model")
import csc_classify, pandas as pd
to_csv = pd.DataFrame.to_csv
def half(self, out, **options):
    to_csv(self, out, **options)
    out.flush()
    if how == "full":
        raise OSError(28, "No space left on device")
    os.kill(os.getpid(), getattr(signal, how))
    time.sleep(60)
pd.DataFrame.to_csv = half
how, out = sys.argv[1:]
sys.argv = ["csc_classify", "t.csv", "--out", out]
csc_classify.main()
`;

Deno.test({
  name: "csc_classify.py writes a new file whole or not at all, and no formula into it",
  ignore: !CHECKERS,
  async fn() {
    const folder = await Deno.makeTempDir();
    const python = async (...args: string[]) => {
      const { code, stderr } = await new Deno.Command(CHECKERS!, { args, cwd: folder }).output();
      return { code, said: new TextDecoder().decode(stderr).trim() };
    };
    const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    try {
      await writeModel(`${folder}/model`, new SourceClassifier(smallClassifier()));
      const table = 'name,ra,dec,flux_b,G\n"=cmd()",1,2,1e-14,15\n-x,10,2,2e-14,16\n';
      await Deno.writeTextFile(`${folder}/t.csv`, table);
      await Deno.writeTextFile(`${folder}/half.py`, HALF_WRITTEN);
      await Deno.symlink("nowhere", `${folder}/link.csv`);
      const before = names();
      const module = "model/csc_classify.py";
      for (const out of ["t.csv", "link.csv", "/dev/null"]) {
        const { code, said } = await python(module, "t.csv", "--out", out);
        assert.equal(code, 1);
        assert.match(said, /is there, and nothing is replaced; name a new file with --out$/);
      }
      const nowhere = await python(module, "t.csv", "--out", "no/o.csv");
      assert.match(nowhere.said, /there is no folder .*no; make it first$/);
      const cases = { full: 1, SIGTERM: 143, SIGINT: 130, SIGHUP: 129 };
      for (const [how, expected] of Object.entries(cases)) {
        const { code, said } = await python("half.py", how, "o.csv");
        assert.equal(code, expected, said);
        assert.match(
          said,
          how === "full" ? /cannot write o\.csv: No space left .*--out/ : /stopped/,
        );
        assert.deepEqual(names().filter((name) => name !== "__pycache__"), before);
      }
      assert.equal(await Deno.readTextFile(`${folder}/t.csv`), table);
      assert.equal((await python(module, "t.csv", "--out", "o.csv")).code, 0);
      const lines = (await Deno.readTextFile(`${folder}/o.csv`)).split("\n");
      assert.deepEqual(lines.slice(1, 3).map((line) => line.split(",")[0]), ["'=cmd()", "'-x"]);
      const { mode } = await Deno.stat(`${folder}/o.csv`);
      assert.equal(mode! & 0o777, 0o666 & ~Deno.umask());
      // read back they are themselves, and guarded once
      await Deno.writeTextFile(`${folder}/t.csv`, table.replace('"=', `"'=`).replace("-x", "'-x"));
      assert.equal((await python(module, "t.csv", "--out", "again.csv")).code, 0);
      const again = (await Deno.readTextFile(`${folder}/again.csv`)).split("\n");
      assert.deepEqual(again.slice(1, 3).map((line) => line.split(",")[0]), ["'=cmd()", "'-x"]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "csc_classify.py says what it cannot use, and what to do",
  ignore: !CHECKERS,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      await writeModel(`${folder}/model`, new SourceClassifier(smallClassifier()));
      const said = await runChecker(`import os; os.chdir(${JSON.stringify(folder)})
import sys; sys.path.insert(0, "model")
import csc_classify
model = csc_classify.Classifier("model")
def refused(table, **options):
    try:
        model.classify(table, **options)
        print("taken")
    except ValueError as error:
        print(error)
refused({"RA": [1.0], "dec": [2.0]})
refused({"RAJ2000": [1.0], "dec": [2.0]})
refused({"ra": [1.0], "dec": [95.0], "flux_b": [1e-14]})
refused({"ra": [1.0], "dec": [2.0], "flux_aper_b": [1e-14]})
refused({"ra": [1.0], "dec": [2.0], "flux_b": [1.5]})
refused({"ra": [1.0], "dec": [2.0], "flux_b": ["faint"]})
refused({"ra": [1.0], "dec": [2.0], "flux_b": [1e-14]}, host_limits=True)
refused({"ra": [1.0], "dec": [2.0], "flux_aper_b": [1e-14]}, rename={"flux_aper_b": "flux_b"})
open("model/training.csv", "a").write("x")
try:
    csc_classify.Classifier("model")
except ValueError as error:
    print(error)
`);
      const expected = [
        /rename=\{'RA': 'ra'\}/,
        /no column "ra" \(ICRS, degrees\).*there are RAJ2000, dec/,
        /dec of row 0 is 95/,
        /no row has an X-ray flux.*"flux_aper_b": "flux_b"/,
        /flux_b reaches 1\.5: no X-ray source is so bright/,
        /column "flux_b" holds what is no number/,
        /no limits of hosts/,
        /^taken$/,
        /training\.csv is missing or not as SHA256SUMS has it/,
      ];
      const lines = said.trim().split("\n");
      assert.equal(lines.length, expected.length, said);
      expected.forEach((pattern, i) => assert.match(lines[i], pattern));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name:
    "the wheel installs, and classifies a VOTable as the folder does; made again it is the same",
  ignore: !CHECKERS,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      await writeModel(`${folder}/model`, new SourceClassifier(smallClassifier()));
      const make = () => publishModel(`${folder}/model`, `${folder}/python`, { python: CHECKERS! });
      const wheel = await make(), first = await fileSha256(wheel);
      assert.equal(await make(), wheel);
      assert.equal(await fileSha256(wheel), first);
      const said = await runChecker(
        `import subprocess, sys, os
os.chdir(${JSON.stringify(folder)})
pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", "site"]
subprocess.run([*pip, sys.argv[1]], check=True, stderr=subprocess.DEVNULL)
sys.path.insert(0, "site")
from astropy.table import Table
import csc_classify
table = Table({"name": ["known", "b"], "ra": [1.0, 2.0], "dec": [1.0, 2.0], "G": [12.0, 19.0], "flux_b": [1e-14, 2e-14], "K": [9.0, 9.0]})
table.write("sources.vot", format="votable")
run = [sys.executable, "-m", "csc_classify", "sources.vot", "--out", "classified.csv"]
done = subprocess.run(run, env={**os.environ, "PYTHONPATH": "site"}, capture_output=True, text=True)
assert done.returncode == 0, done.stderr
print(done.stderr.strip())
again = subprocess.run(run, env={**os.environ, "PYTHONPATH": "site"}, capture_output=True, text=True)
print(open("classified.csv").read().splitlines()[1].split(",")[0], again.returncode)
print(*csc_classify.classify(table)["class"], csc_classify.__file__.startswith(os.getcwd()))
`,
        wheel,
      );
      assert.deepEqual(said.trim().split("\n"), [
        "csc_classify: not used: K",
        "known 1",
        "STAR AGN True",
      ]);
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
    assert.equal(units[inputs.indexOf("flux_b")], "mW.m**-2");
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
    const { spec, states, model } = saved.pipeline;
    using library = new Pipeline(spec, states, Booster.fromText(await loadLightgbm(), model));
    const theirs = library.predictProbabilities(ready.features(table));
    const { values, nRows } = ready.prepare(table);
    const ours = softmaxRows(rawScores(trees, values, nRows), trees.nClasses);
    ours.forEach((p, i) => assert.ok(Math.abs(p - theirs[i]) <= 4 * Number.EPSILON * theirs[i]));
  },
});
