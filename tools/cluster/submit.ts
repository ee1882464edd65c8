import { resolve } from "node:path";
import type { Command } from "commander";
import { LIGHTGBM_BUILD } from "#lib/models/load-lightgbm.ts";
import { CACHE, outFolder, ROOT } from "#lib/run/files.ts";
import { useOutFolder } from "../tasks/out-folder.ts";
import { fileSha256, replaceFile, writeAtomic } from "@csc-classify/safe-files";
import { readSettings, SettingError } from "#lib/run/settings.ts";
import { fetchPublished, TRAINING_FILES } from "#lib/tables/published-files.ts";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { runCommand } from "../setup/run-command.ts";
import { SetupError } from "../setup/setup-error.ts";
import {
  settingsCommand,
  type SettingsOptions,
  settingsVariables,
  taskCommand,
  wholeNumberFrom,
} from "../tasks/options.ts";
import { runTask } from "../tasks/run-task.ts";
import { useStore } from "./run-shards.ts";
import { refuseEdited, sealedScript } from "./sealed-script.ts";

const EXAMPLES = `
Examples:
  deno task cluster validate --profile paper --shards 32 --partition short --time 4:00:00
  deno task cluster score parts --shards 200 --account abc123 --memory 4G
  deno task cluster validate --shards 8 --print       shows the scripts, submits nothing

Nodes need the project's folder at the same path, and nothing else: no network, no set-up.
docs/cluster.md shows the same shards under HTCondor, GNU parallel, Snakemake and by hand.`;

/** Folder of Deno and the packages that shards need, for nodes that have neither. */
const NODE_FOLDER = `${CACHE}/deno`;

/** What Slurm is asked for. */
interface JobOptions {
  readonly shards: number;
  readonly partition?: string;
  readonly time?: string;
  readonly memory: string;
  readonly account?: string;
  readonly cpus: number;
  readonly print?: boolean;
}

const program = taskCommand(
  "deno task cluster",
  "Writes and submits Slurm jobs: an array of shards and a job that gathers them.",
)
  .addHelpText("after", EXAMPLES);

const withJobOptions = (command: Command) =>
  command.requiredOption("--shards <n>", "tasks of the array", wholeNumberFrom(1))
    .option("--partition <name>", "Slurm's partition")
    .option("--time <limit>", "time limit of a task, e.g. 2:00:00")
    .option("--memory <size>", "memory of a task", "4G")
    .option("--account <name>", "account that pays")
    .option("--cpus <n>", "cores, and worker threads, of a task", wholeNumberFrom(1), 2)
    .option("--print", "only print the scripts");

program.addCommand(
  withJobOptions(settingsCommand("validate", "The report's cross-validations."))
    .option("--store <folder>", "where the folds go instead of .cache/folds")
    .option("--only <numbers>", "only the runs of these notebooks, e.g. 04")
    .action((options) => {
      const store = options.store ? ["--store", resolve(options.store)] : [];
      const same = [...store, ...options.only ? ["--only", options.only] : []];
      return submit(["validate", ...same], ["gather", ...same], options);
    }),
);
program.addCommand(
  withJobOptions(settingsCommand("score", "A catalogue in parts."))
    .argument("<folder>", "folder of deno task shard partition")
    .option("--model <folder>", "model (default: out/model)")
    .action((folder, options) => {
      const parts = resolve(folder);
      const model = options.model ? ["--model", resolve(options.model)] : [];
      return submit(["score", parts, ...model], ["gather", parts], options);
    }),
);
program.addCommand(
  settingsCommand("prepare", "Only makes the folder ready for nodes, for other schedulers.")
    .action((options) =>
      runTask(async (signal) => {
        const variables = settingsVariables(options);
        for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
        await prepareFolder(signal);
        console.log(
          "Nodes that see this folder need nothing else: sh tools/cluster/shard.sh --help",
        );
        return 0;
      })
    ),
);

if (import.meta.main) await program.parseAsync(Deno.args, { from: "user" });

function submit(
  work: readonly string[],
  gather: readonly string[],
  options: JobOptions & SettingsOptions & { readonly store?: string },
): Promise<never> {
  return runTask(async (signal) => {
    const variables = settingsVariables({ ...options, workers: options.workers ?? options.cpus });
    for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
    const { CSC_MIRROR: _, ...settings } = variables;
    const folder = `${outFolder()}/cluster`;
    // what follows % in the name of a log is the task's number
    const logs = folder.replaceAll("%", "%%");
    const scripts = { work: `${folder}/${work[0]}.sh`, gather: `${folder}/${work[0]}-gather.sh` };
    const texts = {
      work: jobScript([...work, "--shard", `$SLURM_ARRAY_TASK_ID/${options.shards}`], {
        ...options,
        variables: settings,
        name: `csc-${work[0]}`,
        log: `${logs}/${work[0]}-%a.log`,
        array: options.shards,
      }),
      gather: jobScript(gather, {
        ...options,
        variables: settings,
        name: `csc-${work[0]}-gather`,
        log: `${logs}/${work[0]}-gather.log`,
      }),
    };
    if (options.print) {
      console.log(`# ${scripts.work}\n${texts.work}\n# ${scripts.gather}\n${texts.gather}`);
      return 0;
    }
    await useOutFolder();
    await useStore(options.store);
    for (const path of Object.values(scripts)) await refuseEdited(path);
    await prepareFolder(signal);
    await writeAtomic(scripts.work, sealedScript(texts.work));
    await writeAtomic(scripts.gather, sealedScript(texts.gather));
    const sbatch = async (...args: string[]) => {
      try {
        const said = await runCommand("sbatch", ["--parsable", ...args], { signal });
        return said.trim().split(";")[0];
      } catch (error) {
        signal.throwIfAborted();
        throw new SetupError("submitting to Slurm", (error as Error).message, {
          "where Slurm runs": `sbatch --parsable ${args.join(" ")}`,
          "elsewhere": "docs/cluster.md, Without Slurm",
        });
      }
    };
    const array = await sbatch(scripts.work);
    const last = await sbatch(
      `--dependency=afterok:${array}`,
      "--kill-on-invalid-dep=yes",
      scripts.gather,
    );
    console.log(`${options.shards} tasks as job ${array}, then job ${last}; logs in ${folder}.`);
    console.log(work[0] === "validate" ? "When they are done: deno task report" : "");
    return 0;
  });
}

/** Text of a Slurm job script that runs `deno task shard` from the prepared folder. */
export function jobScript(
  args: readonly string[],
  { name, log, array, variables, ...job }: JobOptions & {
    readonly name: string;
    readonly log: string;
    readonly array?: number;
    readonly variables: Readonly<Record<string, string>>;
  },
): string {
  const options = {
    "job-name": name,
    output: log,
    array: array && `1-${array}`,
    partition: job.partition,
    account: job.account,
    time: job.time,
    mem: job.memory,
    "cpus-per-task": job.cpus,
  };
  return [
    "#!/bin/sh",
    ...Object.entries(options).filter(([, value]) => value)
      .map(([option, value]) => `#SBATCH --${option}=${quotedForSlurm(String(value))}`),
    // a task that is lost goes on where it stopped, for what it finished is on disk
    "#SBATCH --requeue",
    "#SBATCH --open-mode=append",
    `cd ${quoted(ROOT)} || exit 1`,
    `export CSC_OUT=${quoted(outFolder())}`,
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `exec sh tools/cluster/shard.sh ${
      args.map((arg) => /^\$/.test(arg) ? `"${arg}"` : quoted(arg)).join(" ")
    }`,
    "",
  ].join("\n");
}

/** As sbatch reads the value of an option: within quotes a backslash takes the next letter as it is. */
function quotedForSlurm(text: string): string {
  if (/[\r\n\0]/.test(text)) {
    throw new SettingError(
      `${JSON.stringify(text)} has a line break, which sbatch takes for the end of an option; ` +
        "give it without",
    );
  }
  return /^[\w./:=%-]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

function quoted(text: string): string {
  return /^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Makes the project's folder all that a node needs: Deno itself, the packages, LightGBM and the
 * training table.
 *
 * @throws SetupError naming what is missing.
 */
async function prepareFolder(signal?: AbortSignal): Promise<void> {
  await Deno.stat(LIGHTGBM_BUILD.module).catch(() => {
    throw new SetupError("preparing the folder for nodes", "LightGBM is not built", {
      "any system": "deno task setup",
    });
  });
  const { data, seed } = readSettings();
  await loadTrainingTable(data, { seed });
  // nodes may not see the mirror of this machine
  for (const path of Deno.env.get("CSC_MIRROR") ? TRAINING_FILES : []) {
    await writeAtomic(`${CACHE}/published/${path}`, await fetchPublished(path));
  }
  const deno = Deno.execPath(), binary = `${NODE_FOLDER}/bin/deno`;
  if (await fileSha256(binary).catch(() => "") !== await fileSha256(deno)) {
    await replaceFile(binary, (part) => Deno.copyFile(deno, part));
  }
  const { npmCache } = JSON.parse(await runCommand(deno, ["info", "--json"], { cwd: ROOT }));
  if (!(await Deno.stat(`${NODE_FOLDER}/npm`).catch(() => undefined))) {
    const copy = (how: string) =>
      runCommand("cp", [how, npmCache, `${NODE_FOLDER}/npm`], { signal });
    // links where the file system allows; what is missing then comes from the network
    await copy("-al").catch(() => copy("-a")).catch(() => {});
  }
  await runCommand(deno, ["cache", "--quiet", "tools/cluster/work.ts"], {
    cwd: ROOT,
    env: { DENO_DIR: NODE_FOLDER },
    signal,
  });
}
