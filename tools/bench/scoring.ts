import process from "node:process";
import { Command } from "commander";
import { softmaxRows } from "@csc-classify/forests";
import { rawScores } from "@csc-classify/lightgbm-wasm";
import { progress } from "#show/progress.ts";
import { CACHE } from "#lib/run/files.ts";
import { useOutFolder } from "../tasks/out-folder.ts";
import { writeAtomic, writeJson } from "@csc-classify/safe-files";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { simulatedSources } from "@csc-classify/chandra-sources/simulated";
import { readSources, writeSources } from "@csc-classify/chandra-sources/files";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { fitClassifier, type Recipe, RECIPES } from "#lib/trust/fit-classifier.ts";
import { SOURCE_COLUMNS, type SourceClassifier } from "#lib/trust/classify.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { referencePython } from "./reference-python.ts";

const FOLDER = `${CACHE}/bench/scoring`;
/** Rows that native LightGBM predicts for the ratio. */
const NATIVE_ROWS = 50_000;

const NATIVE = `
import json, sys, time, lightgbm, numpy as np
booster = lightgbm.Booster(model_file=sys.argv[1])
x = np.fromfile(sys.argv[2]).reshape(-1, booster.num_feature())
start = time.perf_counter()
p = booster.predict(x, num_threads=int(sys.argv[4]))
print(time.perf_counter() - start)
p.tofile(sys.argv[3])
`;

interface Options {
  readonly rows: number;
  readonly workers: number;
  readonly data: string;
  readonly seed: number;
  readonly native?: boolean;
  readonly rounds?: number;
}

const program = new Command("tools/bench/scoring.ts")
  .description(
    "Scores simulated sources with our classifier and measures wall time, processor time and " +
      "memory as rows go by; native LightGBM's prediction of some of the same rows beside it. " +
      "Writes out/bench-scoring.json.",
  )
  .option("--rows <n>", "simulated sources", Number, 269_366)
  .option("--workers <n>", "worker threads", Number, 2)
  .option("--data <source>", "what to train on", "auto")
  .option("--seed <n>", "seed", Number, 42)
  .option("--rounds <n>", "a smaller model, for the memory of many rows", Number)
  .option("--no-native", "without native LightGBM")
  .action(run);

if (import.meta.main) await program.parseAsync(Deno.args, { from: "user" });

async function run({ rows, workers, data, seed, native, rounds }: Options): Promise<void> {
  const input = `${FOLDER}/sources.parquet`, output = `${FOLDER}/scored.arrow`;
  const table = await loadTrainingTable(data, { seed });
  const { spec } = RECIPES.ours;
  const parameters = { ...spec.parameters, ...(rounds && { num_iterations: rounds }) };
  const recipe: Recipe = { ...RECIPES.ours, spec: { ...spec, parameters } };
  const classifier = await fitClassifier(table, recipe, { seed, workers });
  await writeSources(input, SOURCE_COLUMNS, simulatedSources(rows, seed));
  const memory: number[] = [];
  await using bar = await progress("rows scored", rows);
  const cpu = process.cpuUsage(), start = performance.now();
  await scoreFile({
    input,
    output,
    classifier: classifier.save(),
    workers,
    metadata: { title: "bench", description: "bench", simulated: true, provenance: {} },
    onProgress(done) {
      bar.update(done);
      memory.push(Deno.memoryUsage().rss / 1e6);
    },
  });
  const wallSeconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  const cpuSeconds = (used.user + used.system) / 1e6;
  const at = (share: number) => Math.round(memory[Math.floor(share * (memory.length - 1))]);
  const result = {
    rows,
    workers,
    rounds: parameters.num_iterations,
    wallSeconds,
    cpuSeconds,
    microsecondsPerRow: 1e6 * cpuSeconds / rows,
    memoryMB: {
      "10%": at(0.1),
      "50%": at(0.5),
      "100%": at(1),
      highest: Math.round(Math.max(...memory)),
    },
    native: native
      ? await compareNative(input, classifier, Math.min(rows, NATIVE_ROWS))
      : undefined,
  };
  await writeJson(`${await useOutFolder()}/bench-scoring.json`, result);
  console.log(JSON.stringify(result, null, 2));
}

/** Native LightGBM on one thread on the same prepared rows, in turn with ours. */
async function compareNative(
  input: string,
  classifier: SourceClassifier,
  rows: number,
): Promise<object> {
  const python = await referencePython();
  const prepared = classifier.prepare(
    readSources(input, SOURCE_COLUMNS, { offset: 0, length: rows }),
  );
  await writeAtomic(`${FOLDER}/x.bin`, new Uint8Array(prepared.values.buffer));
  await writeAtomic(`${FOLDER}/model.txt`, classifier.saved.pipeline.model);
  await writeAtomic(`${FOLDER}/native.py`, NATIVE);
  const files = [`${FOLDER}/model.txt`, `${FOLDER}/x.bin`, `${FOLDER}/p.bin`];
  const seconds = { ours: Infinity, native: Infinity };
  const { trees } = classifier;
  const predicted = () =>
    softmaxRows(rawScores(trees, prepared.values, prepared.nRows), trees.nClasses);
  let ours = predicted();
  for (let turn = 0; turn < 3; turn++) {
    const start = performance.now();
    ours = predicted();
    seconds.ours = Math.min(seconds.ours, (performance.now() - start) / 1000);
    const printed = await runCommand(python, [`${FOLDER}/native.py`, ...files, "1"]);
    seconds.native = Math.min(seconds.native, Number(printed));
  }
  const theirs = new Float64Array((await Deno.readFile(files[2])).buffer);
  const difference = ours.reduce((most, p, i) => Math.max(most, Math.abs(p - theirs[i])), 0);
  return {
    rows,
    threads: 1,
    seconds,
    ratio: seconds.ours / seconds.native,
    largestDifference: difference,
  };
}
