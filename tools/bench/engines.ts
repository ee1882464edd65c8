import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { median } from "simple-statistics";
import { FEATURE_NAMES } from "@csc-classify/chandra-sources";
import { takeColumns } from "@csc-classify/forests";
import { AUTHORS_PARAMETERS } from "#lib/models/lightgbm.ts";
import { LIGHTGBM_BUILD } from "#lib/models/load-lightgbm.ts";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { useOutFolder } from "../tasks/out-folder.ts";
import { writeAtomic, writeJson } from "@csc-classify/safe-files";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { rowsOfFold, stratifiedFolds } from "#lib/validation/folds.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { exportFold } from "./export-fold.ts";
import { WARM_UP } from "./models.ts";
import { referencePython } from "./reference-python.ts";

const FOLDER = `${CACHE}/bench/engines`;

/** Flags of V8: how the search for splits is compiled, and whether memory accesses are checked. */
const ENGINES = {
  "Deno, as notebooks run": ["deno", "--no-wasm-inlining"],
  "Deno, no bounds checks (unsafe: the ceiling)": [
    "deno",
    "--no-wasm-inlining --no-wasm-bounds-checks",
  ],
  "Node, trap handler": ["node", "--no-wasm-inlining"],
  "Node, every access checked": ["node", "--no-wasm-inlining --wasm-enforce-bounds-checks"],
} as const;

const program = new Command("deno run -A tools/bench/engines.ts")
  .description(
    "Processor seconds of one LightGBM fit by engine and by module, in turn, over those of native " +
      "LightGBM on one thread. Writes out/bench-engines.json.",
  )
  .option("--data <source>", "auto, published, simulated, or the path of a table", "auto")
  .option("--turns <n>", "how often each is measured", Number, 3)
  .option("--engines <text>", "only those with this in their names", "")
  .option("--modules <paths...>", "WebAssembly modules to compare", [LIGHTGBM_BUILD.module])
  .option("--node <path>", "the Node to measure", "node")
  .action(run);

if (import.meta.main) await program.parseAsync(Deno.args, { from: "user" });

async function run({ data, turns, engines, modules, node }: {
  readonly data: string;
  readonly turns: number;
  readonly engines: string;
  readonly modules: readonly string[];
  readonly node: string;
}): Promise<void> {
  const python = await referencePython();
  const { matrix, labels } = await loadTrainingTable(data, { seed: 42 });
  const { fit, held } = rowsOfFold(stratifiedFolds(labels, 20, 42), 0);
  const own = takeColumns(matrix, FEATURE_NAMES);
  await exportFold(`${FOLDER}/fold`, { matrix: own, labels, fit, held, seed: 42 });
  const script = `${FOLDER}/one-engine.mjs`;
  const entry = fileURLToPath(new URL("./one-engine.ts", import.meta.url));
  const bundled = await runCommand(Deno.execPath(), ["bundle", "--quiet", entry], { cwd: ROOT });
  // Node 20 knows no `using`
  await writeAtomic(script, bundled.replaceAll(/^(\s*)using /gm, "$1const "));
  const seconds = new Map<string, number[]>();
  const native: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    native.push(await fitNative(python));
    for (const module of modules) {
      for (const [engine, [program, flags]] of Object.entries(ENGINES)) {
        if (!engine.includes(engines)) continue;
        const name = modules.length > 1 ? `${engine}, ${module.split("/").at(-1)}` : engine;
        const command = program === "deno"
          ? [Deno.execPath(), "run", "-A", `--v8-flags=${flags.replaceAll(" ", ",")}`]
          : [node, ...flags.split(" ")];
        const text = await runCommand(command[0], [
          ...command.slice(1),
          script,
          `${FOLDER}/fold`,
          module,
        ])
          .catch((error) => (console.error(`${name}: ${error.message.split("\n")[0]}`), "NaN"));
        seconds.set(name, [...seconds.get(name) ?? [], Number(text)]);
      }
    }
  }
  const rows = [...seconds].map(([engine, all]) => ({
    engine,
    cpuSeconds: median(all),
    ratio: median(all.map((value, i) => value / native[i])),
  }));
  console.table(rows);
  await writeJson(`${await useOutFolder()}/bench-engines.json`, {
    turns,
    nativeCpuSeconds: median(native),
    rows,
    versions: { ...Deno.version, node: (await runCommand(node, ["--version"])).trim() },
  });
}

async function fitNative(python: string): Promise<number> {
  const script = fileURLToPath(new URL("./one_fit.py", import.meta.url));
  const env = {
    LIGHTGBM_PARAMETERS: JSON.stringify(AUTHORS_PARAMETERS),
    WARM_UP: String(WARM_UP),
  };
  const answer = await runCommand(python, [script, `${FOLDER}/fold`, "lightgbm", "42"], { env });
  return JSON.parse(answer).fitCpuSeconds;
}
