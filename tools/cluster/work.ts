import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Command } from "commander";
import { checkOutputs, sha256, writeJson } from "@csc-classify/safe-files";
import { outFolder } from "#lib/run/files.ts";
import { useOutFolder } from "../tasks/out-folder.ts";
import { ownOutput, WRITTEN } from "../tasks/own-product.ts";
import { readSettings, SettingError } from "#lib/run/settings.ts";
import { classifierProvenance, productProvenance } from "#lib/scoring/product-provenance.ts";
import { readTable } from "@csc-classify/chandra-sources/files";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { SOURCE_COLUMNS } from "#lib/trust/classify.ts";
import { iterationScores } from "#lib/validation/summary.ts";
import { openModel } from "../tasks/open-model.ts";
import {
  settingsCommand,
  type SettingsOptions,
  settingsVariables,
  taskCommand,
  wholeNumberFrom,
} from "../tasks/options.ts";
import { runTask } from "../tasks/run-task.ts";
import publication from "../publish/publication.json" with { type: "json" };
import { reportRuns, type Run } from "#studies/report-runs.ts";
import { crossValidateRun, unitsOf, useStore, validateShard } from "./run-shards.ts";
import { gatherParts, PART_ROWS, partitionSources, scoreParts } from "./score-parts.ts";
import { parseShard, type Shard, shardOfSlurm, WHOLE } from "./shards.ts";

const EXAMPLES = `
Examples, on any machine that sees the project's folder:
  deno task shard validate --shard 3/8 --profile paper     an eighth of the report's folds
  deno task shard gather --profile paper                   checks them; then: deno task report
  deno task shard partition sources.parquet --to parts
  deno task shard score parts --shard 3/8
  deno task shard gather parts                             parts/scored is a HATS catalogue
Inside a Slurm array --array=1-n the share is the task's. "deno task cluster" writes the jobs.`;

const program = taskCommand(
  "deno task shard",
  "Does one share of the report's cross-validations, or of scoring a catalogue.",
)
  .addHelpText("after", EXAMPLES);

/** Does not swallow arguments that follow, as a list of its own would. */
const ONLY = "--only <numbers>";

const withShard = (command: Command) =>
  command.option("--shard <i/n>", "which of n shares; all without it and outside a Slurm array");

program.addCommand(
  withShard(settingsCommand("validate", "Fits a share of the report's folds into .cache/folds."))
    .option("--store <folder>", "where the folds go instead, out of the report's sight")
    .option(ONLY, "only the runs of these notebooks, e.g. 04")
    .action((options) => run(options, fitShare)),
);
program.addCommand(
  settingsCommand("partition", "Cuts a table of sources into a HATS dataset to score.")
    .argument("<table>", "table of sources, as for deno task score")
    .requiredOption("--to <folder>", "folder for the parts")
    .option("--model <folder>", "model that is to score them (default: out/model)")
    .option("--rows <n>", "most rows of a part", wholeNumberFrom(1), PART_ROWS)
    .option("--overwrite", "replace the parts of an earlier partition, and what was scored of them")
    .option("--simulated", "the sources are simulated, and the catalogue is to say so")
    .action((table, options) => run(options, () => partition(table, options))),
);
program.addCommand(
  withShard(settingsCommand("score", "Scores a share of the parts."))
    .argument("<folder>", "folder of deno task shard partition")
    .option("--model <folder>", "model (default: out/model)")
    .action((folder, options) => run(options, (signal) => score(folder, options, signal))),
);
program.addCommand(
  settingsCommand("gather", "Checks that all shares are done and puts them together.")
    .argument("[folder]", "folder of parts; without it, the report's folds")
    .option("--store <folder>", "where the folds lie instead of .cache/folds")
    .option(ONLY, "only the runs of these notebooks")
    .action((folder, options) =>
      run(options, (signal) => folder ? gather(folder) : gatherFolds(options, signal))
    ),
);

type Options = SettingsOptions & {
  readonly only?: string;
  readonly store?: string;
  readonly shard?: string;
  readonly model?: string;
  readonly to: string;
  readonly rows: number;
  readonly simulated?: boolean;
  readonly overwrite?: boolean;
};

if (import.meta.main) await program.parseAsync(Deno.args, { from: "user" });

function run<O extends SettingsOptions>(
  options: O,
  job: (signal: AbortSignal, options: O) => Promise<void>,
): Promise<never> {
  return runTask(async (signal) => {
    for (const [name, value] of Object.entries(settingsVariables(options))) {
      Deno.env.set(name, value);
    }
    await job(signal, options);
    return 0;
  });
}

function shardOf({ shard }: Pick<Options, "shard">): Shard {
  return shard ? parseShard(shard) : shardOfSlurm((name) => Deno.env.get(name)) ?? WHOLE;
}

async function fitShare(
  signal: AbortSignal,
  options: SettingsOptions & Pick<Options, "shard" | "store" | "only">,
) {
  const shard = shardOf(options), settings = readSettings();
  await useStore(options.store);
  const sources = await loadTrainingTable(settings.data, { seed: settings.seed });
  const runs = chosen(reportRuns(settings, sources), options);
  console.log(
    `shard ${shard.i} of ${shard.n}: ${sources.origin.description}; profile ` +
      `${settings.profile.name}, ${unitsOf(runs).length} iterations in all`,
  );
  const start = performance.now();
  const fitted = await validateShard(sources, runs, {
    settings,
    shard,
    signal,
    cacheFolder: options.store,
    onUnit: ({ run, iteration }, fitted) =>
      console.log(
        `${run.name}, iteration ${iteration + 1}: ${fitted} of ${run.folds} folds fitted`,
      ),
  });
  const seconds = (performance.now() - start) / 1000;
  console.log(`shard ${shard.i} of ${shard.n}: ${fitted} folds fitted in ${seconds.toFixed(1)} s`);
}

/** The runs of the notebooks that `--only 04,06` names. */
function chosen(runs: readonly Run[], { only }: Pick<Options, "only">): Run[] {
  if (only === undefined) return [...runs];
  const asked = only.split(",").map((number) => number.trim());
  const found = runs.filter(({ notebooks }) => notebooks.some((number) => asked.includes(number)));
  if (found.length > 0) return found;
  const having = [...new Set(runs.flatMap(({ notebooks }) => notebooks))].sort().join(", ");
  throw new SettingError(`--only ${only} names none of the notebooks with runs: ${having}`);
}

/** Scores of every run from the folds on disk; what a lost shard has left undone is fitted now. */
async function gatherFolds({ store, only }: Pick<Options, "store" | "only">, signal: AbortSignal) {
  const settings = readSettings(), path = `${await useOutFolder()}/cluster/validation.json`;
  await useStore(store);
  const outputs = [{ ...ownOutput(path, "the list of scores"), makesFolders: true }];
  await checkOutputs({ inputs: [], outputs, remedy: "move it away" });
  const sources = await loadTrainingTable(settings.data, { seed: settings.seed });
  const all: Record<string, unknown> = {};
  let late = 0;
  for (const run of chosen(reportRuns(settings, sources), { only })) {
    const validation = await crossValidateRun(sources, run, settings, {
      signal,
      cacheFolder: store,
    });
    late += validation.fitted;
    const digest = createHash("sha256");
    for (const { probabilities } of validation.iterations) {
      digest.update(new Uint8Array(probabilities.buffer));
    }
    const scores = iterationScores(validation, sources.labels);
    all[run.name] = {
      weightedF1: scores.map(({ weighted }) => 100 * weighted.f1),
      macroF1: scores.map(({ macro }) => 100 * macro.f1),
      predictions: digest.digest("hex"),
    };
  }
  await writeJson(path, {
    data: sources.origin.description,
    profile: settings.profile.name,
    seed: settings.seed,
    runs: all,
  }, WRITTEN);
  console.log(`${path}: ${late === 0 ? "every fold was there" : `${late} folds had to be fitted`}`);
}

async function partition(table: string, options: Options) {
  const { model = `${outFolder()}/model` } = options;
  await checkOutputs({
    inputs: [{ path: table, what: "the table" }, { path: model, what: "the model" }],
    outputs: [{ path: options.to, option: "--to", isFolder: true }],
  });
  const classifier = await openModel(model);
  const settings = readSettings();
  const { batches, counts } = await readTable(table, {
    features: SOURCE_COLUMNS,
    rows: "all",
    onReject: ({ row, column, value, problem }) =>
      console.error(`left out: row ${row}, ${column} = "${value}": ${problem}`),
  });
  const { catalogue, creators, licence } = publication;
  const simulated = classifier.saved.training.simulated || options.simulated === true;
  const provenance = {
    ...await productProvenance(settings, [table]),
    ...classifierProvenance(classifier),
  };
  const about = { title: catalogue.title, description: catalogue.description, simulated };
  const parts = await partitionSources(options.to, batches, {
    head: {
      ...about,
      name: catalogue.word,
      creator: creators.map(({ name }) => name).join("; "),
      licence: licence.catalogue,
      made: new Date().toISOString(),
    },
    metadata: { ...about, provenance },
    model: sha256(classifier.save()),
  }, { limits: { maxRows: options.rows, maxOrder: 10 }, overwrite: options.overwrite });
  console.log(
    `${options.to}: ${counts.accepted} sources of ${basename(table)} in ${parts.length} parts` +
      (counts.rejected > 0 ? `; ${counts.rejected} rows left out` : ""),
  );
}

async function score(folder: string, options: Options, signal: AbortSignal) {
  const shard = shardOf(options);
  const classifier = await openModel(options.model ?? `${outFolder()}/model`);
  const start = performance.now();
  let rows = 0;
  await scoreParts(folder, {
    shard,
    signal,
    classifier: classifier.save(),
    workers: readSettings().workers,
    onPart({ order, pixel, rows: more }, found) {
      rows += found ? 0 : more;
      console.log(`order ${order}, pixel ${pixel}: ${more} sources${found ? ", done before" : ""}`);
    },
  });
  const seconds = (performance.now() - start) / 1000;
  console.log(`shard ${shard.i} of ${shard.n}: ${rows} sources in ${seconds.toFixed(1)} s`);
}

async function gather(folder: string) {
  const classes = await gatherParts(folder);
  for (const [name, { all, sure }] of Object.entries(classes)) {
    console.log(`${name.padEnd(8)} ${all}, ${sure} with a probability above 0.9`);
  }
  console.log(`${folder}/scored is a HATS catalogue.`);
}
