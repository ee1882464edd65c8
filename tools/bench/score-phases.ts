/**
 * Where the processor seconds of `deno task score` go, and the most memory that it takes:
 * `deno run -A tools/bench/score-phases.ts <table> --model <folder> [--root <checkout>]`.
 * Deno's own profiler looks at the main thread and at the workers; what the process used is shared
 * out by its samples. `--root` takes the code of another checkout, to compare with.
 */
import { Command } from "commander";
import { workFolder } from "@csc-classify/safe-files";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { LEAN } from "../tasks/start.ts";
import { measuredRun } from "./measured-run.ts";

/** What is done in which file; of a sample's calls the innermost that is named here says it. */
const PHASES: readonly (readonly [phase: string, files: RegExp])[] = [
  ["trees", /^tree-(ensemble|scorer)/],
  ["likeness", /^likeness/],
  ["features", /^(added-features|filled-flux|objects)/],
  ["sets", /^(decision|physical-limits|cross-match)/],
  ["model", /^(model-folder|saved-classifier|product-provenance)/],
  [
    "reading",
    new RegExp(
      "^(read-|reading-|parquet-pages|open-|source-rows|number-columns|table-pieces|seen-names|" +
        "cells|column-(map|meaning)|position-columns|votable-(parser|rows|stream|column))",
    ),
  ],
  ["writing", /^(write-(parquet|csv|votable|product)|parquet-chunk)/],
  ["forms", /^(sources|columns|scored-|score-|arrow-|classify|matrix)/],
];
/** What the engine does for all of them, and what none has: loading of modules, small things. */
const GARBAGE = "garbage collection", REST = "start and rest";
/** Time that a thread waits. */
const WAITING = /^(\(idle\)|op_worker_maybe_wait_for_debugger)$/;

/** What Deno writes of a thread, see `--cpu-prof`. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

/** Adds the milliseconds of each phase of one thread. */
function addPhases({ nodes, samples, timeDeltas }: Profile, sums: Map<string, number>): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parent = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const phaseOf = (id: number | undefined): string => {
    const { functionName, url } = byId.get(id ?? -1)?.callFrame ?? {};
    if (functionName === "(garbage collector)") return GARBAGE;
    const file = url?.split("/").at(-1);
    if (id === undefined || file === undefined) return REST;
    return PHASES.find(([, files]) => files.test(file))?.[0] ?? phaseOf(parent.get(id));
  };
  const phases = new Map(nodes.map(({ id }) => [id, phaseOf(id)]));
  samples.forEach((id, i) => {
    if (WAITING.test(byId.get(id)!.callFrame.functionName)) return;
    const phase = phases.get(id)!;
    sums.set(phase, (sums.get(phase) ?? 0) + timeDeltas[i] / 1000);
  });
}

interface Options {
  readonly model: string;
  readonly root: string;
  readonly out: string;
  readonly workers: string;
}

const program = new Command("tools/bench/score-phases.ts")
  .description("Shares out the processor seconds of deno task score over what it does (Linux).")
  .argument("<table>", "table to score")
  .requiredOption("--model <folder>", "model to score with")
  .option("--root <checkout>", "checkout whose code is measured", ROOT)
  .option("--out <format>", "format of the product: parquet, csv, vot or arrow", "parquet")
  .option("--workers <n>", "worker threads", "2")
  .action(share);

async function share(table: string, { model, root, out, workers }: Options): Promise<void> {
  await using work = await workFolder(CACHE);
  const profiles = `${work.folder}/profiles`;
  const options = { cwd: root, env: LEAN.env };
  const command = (...flags: string[]) => [
    "run",
    "-A",
    ...LEAN.flags,
    ...flags,
    "tools/tasks/score.ts",
    Deno.realPathSync(table),
    "--model",
    Deno.realPathSync(model),
    "--workers",
    workers,
    "--overwrite",
    "--out",
    `${work.folder}/scored.${out}`,
  ];
  const run = async (...flags: string[]) => {
    const measured = await measuredRun(Deno.execPath(), command(...flags), options);
    if (measured.code === 0) return measured;
    throw new Error(measured.stderr.trimEnd().split("\n").slice(-5).join("\n"));
  };
  const { processorSeconds: total, wallSeconds, peakMB } = await run();
  await run("--cpu-prof", `--cpu-prof-dir=${profiles}`);
  const sums = new Map<string, number>();
  for await (const { name } of Deno.readDir(profiles)) {
    addPhases(JSON.parse(await Deno.readTextFile(`${profiles}/${name}`)), sums);
  }
  const sampled = sums.values().reduce((sum, milliseconds) => sum + milliseconds, 0);
  const seconds = [...PHASES.map(([phase]) => phase), GARBAGE, REST].map((phase) =>
    [phase, (total * (sums.get(phase) ?? 0) / sampled).toFixed(2)] as const
  );
  console.log(
    JSON.stringify({ ...Object.fromEntries(seconds), total, wallSeconds, peakMB }, null, 2),
  );
}

if (import.meta.main) await program.parseAsync(Deno.args, { from: "user" });
