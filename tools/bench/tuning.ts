import process from "node:process";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { CLASSES, FEATURE_NAMES } from "@csc-classify/chandra-sources";
import { predictedLabels, takeColumns, takeRows } from "@csc-classify/forests";
import { PAPER_PIPELINES } from "#lib/models/paper-pipelines.ts";
import { fitPipeline } from "#lib/models/pipeline.ts";
import { CACHE } from "#lib/run/files.ts";
import { useOutFolder } from "../tasks/out-folder.ts";
import { writeAtomic, writeJson } from "@csc-classify/safe-files";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { cellsOf } from "#lib/trust/sky-blocks.ts";
import { costFrugalSearch, type Tuned, tunedSpec, TUNING_SPACE } from "#studies/tuning.ts";
import { blockedFolds, rowsOfFold, stratifiedFolds } from "#lib/validation/folds.ts";
import { confusionMatrix, scores } from "#lib/validation/metrics.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { toNpy } from "./npy.ts";
import { referencePython } from "./reference-python.ts";

const FOLDER = `${CACHE}/bench/tuning`;
const SHARES = [0.1, 0.25, 0.5, 1];

/** Processor seconds since the search began, and the macro F1 of each trial. */
type Trace = readonly (readonly [seconds: number, score: number])[];

const program = new Command("deno run -A tools/bench/tuning.ts")
  .description(
    "Our cost-frugal search and FLAML's (CFO, native LightGBM) of the same settings on the same " +
      "folds with one thread and the same processor time: the best macro F1 against time. Writes " +
      "out/bench-tuning.json.",
  )
  .option("--data <source>", "auto, published, simulated, or the path of a table", "auto")
  .option("--folds <n>", "folds of a trial", Number, 2)
  .option("--blocked", "folds keep sky cells whole")
  .option("--budget <n>", "cost of our search, in fits of the authors' settings", Number, 8)
  .option("--seeds <n>", "searches on each side", Number, 3)
  .action(run);

if (import.meta.main) await program.parseAsync(Deno.args, { from: "user" });

async function run({ data, folds, blocked = false, budget, seeds }: {
  readonly data: string;
  readonly folds: number;
  readonly blocked?: boolean;
  readonly budget: number;
  readonly seeds: number;
}): Promise<void> {
  const python = await referencePython();
  const table = await loadTrainingTable(data, { seed: 42 });
  const { labels } = table, matrix = takeColumns(table.matrix, FEATURE_NAMES);
  const fold = blocked
    ? blockedFolds(labels, cellsOf(table), folds, 42)
    : stratifiedFolds(labels, folds, 42);
  const npy = {
    features: toNpy(matrix.values, [matrix.nRows, matrix.nColumns]),
    labels: toNpy(labels, [labels.length]),
    folds: toNpy(fold, [fold.length]),
  };
  for (const [name, bytes] of Object.entries(npy)) {
    await writeAtomic(`${FOLDER}/${name}.npy`, bytes);
  }

  async function score(tuned: Tuned, seed: number): Promise<number> {
    const spec = tunedSpec(PAPER_PIPELINES.lightgbm, tuned);
    const predicted = new Int32Array(labels.length);
    for (let number = 0; number < folds; number++) {
      const { fit, held } = rowsOfFold(fold, number);
      const own = Int32Array.from(fit, (row) => labels[row]);
      const training = { matrix: takeRows(matrix, fit), labels: own, nClasses: CLASSES.length };
      using pipeline = await fitPipeline(spec, training, { seed });
      const probabilities = pipeline.predictProbabilities(takeRows(matrix, held));
      predictedLabels(probabilities, CLASSES.length).forEach((c, i) => predicted[held[i]] = c);
    }
    return scores(confusionMatrix(labels, predicted, CLASSES.length)).macro.f1;
  }
  await score({ ...starts(), num_iterations: 30 }, 0); // code is loaded and compiled once a search

  const rows = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const ours: [number, number][] = [], began = cpuSeconds();
    await costFrugalSearch({
      budget,
      seed,
      score: async (tuned) => {
        const found = await score(tuned, seed);
        ours.push([cpuSeconds() - began, found]);
        return found;
      },
    });
    const limit = ours.at(-1)![0];
    const script = fileURLToPath(new URL("./flaml_search.py", import.meta.url));
    const args = [script, FOLDER, String(seed), String(limit)];
    const env = { SPACE: JSON.stringify(TUNING_SPACE) };
    const printed = await runCommand(python, args, { env });
    const flaml: Trace = JSON.parse(printed.trim().split("\n").at(-1)!);
    for (const [search, trace] of Object.entries({ ours, FLAML: flaml })) {
      const best = SHARES.map((
        share,
      ) => [`best at ${100 * share} %`, bestBy(trace, share * limit)]);
      const cost = { cpuSeconds: limit, trials: trace.length };
      rows.push({ search, seed, ...cost, ...Object.fromEntries(best) });
    }
  }
  console.table(rows);
  await writeJson(`${await useOutFolder()}/bench-tuning.json`, {
    data,
    folds,
    blocked,
    budget,
    rows,
  });
}

function starts(): Tuned {
  const pairs = Object.entries(TUNING_SPACE).map(([name, { start }]) => [name, start]);
  return Object.fromEntries(pairs);
}

/** Best macro F1, per cent, of the trials that ended by then. */
function bestBy(trace: Trace, seconds: number): number {
  const ended = trace.filter(([at]) => at <= seconds).map(([, score]) => score);
  return Number((100 * Math.max(0, ...ended)).toFixed(2));
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
