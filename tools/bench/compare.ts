import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { workFolder, writeAtomic, writeJson } from "@csc-classify/safe-files";
import { CLASSES, FEATURE_NAMES } from "@csc-classify/chandra-sources";
import { type Matrix, takeColumns } from "@csc-classify/forests";
import { AUTHORS_PARAMETERS } from "#lib/models/lightgbm.ts";
import { CACHE } from "#lib/run/files.ts";
import { useOutFolder } from "../tasks/out-folder.ts";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { crossValidate } from "#lib/validation/cross-validate.ts";
import { rowsOfFold, stratifiedFolds } from "#lib/validation/folds.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { setUp } from "#tools/setup/set-up.ts";
import { taskCommand, wholeNumberFrom } from "#tools/tasks/options.ts";
import { runTask } from "#tools/tasks/run-task.ts";
import { v8Variables } from "#tools/setup/v8-variables.ts";
import { exportFold } from "./export-fold.ts";
import { type BenchModel, type Measurement, MODELS, PIPELINES, WARM_UP } from "./models.ts";
import { fromNpy, toNpy } from "./npy.ts";
import { referencePython } from "./reference-python.ts";
import { type Pair, report, summarise } from "./summary.ts";

const FOLDER = `${CACHE}/bench`;
const SIDES = ["ours", "python"] as const;
const workers = navigator.hardwareConcurrency;

interface Options {
  readonly data: string;
  readonly folds: number;
  readonly first: number;
  readonly models: string;
  readonly seed: number;
}

const program = taskCommand(
  "deno task bench",
  "Measures our models against scikit-learn, imbalanced-learn and native LightGBM: the same " +
    "folds, one thread, every fit in a process of its own after a small one to warm up, the " +
    "sides in turn. Then a whole cross-validation on all cores. Prints medians and ratios and " +
    "writes out/bench.json.",
)
  .option("--data <source>", "auto, published, simulated, or the path of a table", "auto")
  .option("--folds <n>", "folds that the table is cut into", wholeNumberFrom(2), 20)
  .option("--first <n>", "how many of the folds to fit", wholeNumberFrom(1), 3)
  .option("--models <names>", `of ${Object.keys(MODELS).join(",")}`, Object.keys(MODELS).join())
  .option("--seed <n>", "whole number that all randomness comes from", wholeNumberFrom(0), 42)
  .action((options: Options) => runTask((signal) => run(options, signal)));

if (import.meta.main) await program.parseAsync(Deno.args, { from: "user" });

async function run(options: Options, signal: AbortSignal): Promise<number> {
  const models = options.models.split(",") as BenchModel[];
  const unknown = models.find((model) => !Object.hasOwn(MODELS, model));
  if (unknown) program.error(`no model "${unknown}"; use ${Object.keys(MODELS).join(", ")}`);
  if (!(options.first >= 1 && options.first <= options.folds)) {
    program.error(`--first ${options.first}: use from 1 to the number of folds, ${options.folds}`);
  }
  await useOutFolder();
  await setUp(signal);
  const python = await referencePython();
  const { origin, labels, ...table } = await loadTrainingTable(options.data, {
    seed: options.seed,
  });
  const matrix = takeColumns(table.matrix, FEATURE_NAMES);
  const folds = stratifiedFolds(labels, options.folds, options.seed);

  const pairs: Pair[] = [];
  for (let number = 0; number < options.first; number++) {
    const { fit, held } = rowsOfFold(folds, number);
    const folder = `${FOLDER}/${options.folds}-folds-seed-${options.seed}/fold-${number}`;
    await exportFold(folder, { matrix, labels, fit, held, seed: options.seed + number });
    const truth = Int32Array.from(held, (row) => labels[row]);
    for (const model of models) {
      const [ours, theirs] = await measureBoth(python, folder, model, number, signal);
      pairs.push({ model, truth, ours, python: theirs });
      const seconds = (side: Measurement) => `${side.fitSeconds.toFixed(2)} s`;
      console.error(`fold ${number} ${model}: ours ${seconds(ours)}, Python ${seconds(theirs)}`);
    }
  }
  const foldSeconds = new Map<BenchModel, number>();
  for (const model of models) {
    if (model === "smote") continue;
    const spec = PIPELINES[model];
    // a fold that is found finished takes no time
    await using work = await workFolder(FOLDER);
    const cacheFolder = work.folder;
    const start = performance.now();
    await crossValidate({ ...options, matrix, labels, spec, iterations: 1, workers, cacheFolder });
    foldSeconds.set(model, (performance.now() - start) / 1000 / options.folds);
    console.error(`${model}, all folds: ${foldSeconds.get(model)!.toFixed(2)} s a fold`);
  }
  const native = models.includes("lightgbm")
    ? await nativeFoldSeconds(python, matrix, labels, folds, options.seed, signal)
    : undefined;
  const summary = summarise(pairs, CLASSES, foldSeconds, native);
  console.log(`\n${report(summary, CLASSES, workers)}`);
  const head = {
    data: origin.description,
    dataSha256: origin.sha256,
    simulated: origin.kind === "simulated",
    seed: options.seed,
    folds: options.folds,
    fitted: options.first,
    requirements: await Deno.readTextFile(new URL("./requirements.txt", import.meta.url)),
    workers,
    machine: `${cpus().length} x ${cpus()[0].model}`,
    versions: Deno.version,
  };
  await writeJson(`${await useOutFolder()}/bench.json`, { head, models: summary });
  return 0;
}

/** Seconds a fold of a whole cross-validation by native LightGBM with a thread for each worker. */
async function nativeFoldSeconds(
  python: string,
  { values, nRows, nColumns }: Matrix,
  labels: Int32Array,
  folds: Int32Array,
  seed: number,
  signal: AbortSignal,
): Promise<number> {
  const arrays = {
    features: toNpy(values, [nRows, nColumns]),
    labels: toNpy(labels, [nRows]),
    folds: toNpy(folds, [nRows]),
  };
  for (const [name, npy] of Object.entries(arrays)) {
    await writeAtomic(`${FOLDER}/whole/${name}.npy`, npy);
  }
  const script = fileURLToPath(new URL("./whole_run.py", import.meta.url));
  const env = { LIGHTGBM_PARAMETERS: JSON.stringify(AUTHORS_PARAMETERS) };
  const args = [script, `${FOLDER}/whole`, String(seed), String(workers)];
  const seconds = Number(await runCommand(python, args, { env, signal }));
  console.error(`native LightGBM, all folds, ${workers} threads: ${seconds.toFixed(2)} s a fold`);
  return seconds;
}

/** Fits one model on both sides, who begins alternating from fold to fold. */
async function measureBoth(
  python: string,
  folder: string,
  model: BenchModel,
  number: number,
  signal: AbortSignal,
): Promise<Pair["ours"][]> {
  const measured = new Map<string, Pair["ours"]>();
  for (const side of number % 2 === 0 ? SIDES : SIDES.toReversed()) {
    const args = [folder, model, String(number)];
    const answer = side === "ours"
      ? await fitOurs(args, signal)
      : await fitPython(python, args, signal);
    const npy = fromNpy(await Deno.readFile(`${folder}/${side}-${model}.npy`));
    measured.set(side, { ...answer, probabilities: npy.array as Float64Array });
  }
  return SIDES.map((side) => measured.get(side)!);
}

/** One fit of ours in a process of its own: folder, model, seed and, where it is not the paper's, size. */
export async function fitOurs(
  args: readonly string[],
  signal?: AbortSignal,
): Promise<Measurement> {
  const script = fileURLToPath(new URL("./one-fit.ts", import.meta.url));
  // --allow-all: nothing less lets a process read its own memory use from /proc
  const command = ["run", "--no-check", "--allow-all", script, ...args];
  const env = await v8Variables(); // as notebooks run
  return JSON.parse(await runCommand(Deno.execPath(), command, { env, signal }));
}

/** The same by the Python stack. */
export async function fitPython(
  python: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<Measurement> {
  const script = fileURLToPath(new URL("./one_fit.py", import.meta.url));
  const env = {
    LIGHTGBM_PARAMETERS: JSON.stringify(AUTHORS_PARAMETERS),
    WARM_UP: String(WARM_UP),
  };
  return JSON.parse(await runCommand(python, [script, ...args], { env, signal }));
}
