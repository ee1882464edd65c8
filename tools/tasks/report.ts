import { basename } from "node:path";
import { CACHE, outFolder, ROOT } from "#lib/run/files.ts";
import { useOutFolder } from "./out-folder.ts";
import { oneByOne } from "@csc-classify/safe-files";
import { readResults, recordResults } from "#lib/run/results.ts";
import { readSettings, SettingError } from "#lib/run/settings.ts";
import { whatAutoMeans } from "#lib/tables/published-files.ts";
import { holdFolder, sweepParts } from "../report/hold-folder.ts";
import { alteredFiles, noteFiles } from "../report/manifest.ts";
import { type RunEvent, runNotebook } from "../report/run-notebook.ts";
import { readRuns, recordRun } from "../report/run-record.ts";
import { canWait, FIGURES, PAGES, runSideBySide } from "../report/side-by-side.ts";
import { filesSince, isUnchanged, runFingerprint } from "../report/unchanged.ts";
import { writeIndex } from "../report/write-index.ts";
import { isLightgbmBuilt } from "../setup/build-lightgbm.ts";
import { setUp } from "../setup/set-up.ts";
import { roomRemedy } from "../setup/setup-error.ts";
import { writeTo } from "../setup/terminal.ts";
import { shareCache } from "./hold-cache.ts";
import { settingsCommand, type SettingsOptions, settingsVariables } from "./options.ts";
import { runTask } from "./run-task.ts";
import { commandOf } from "./start.ts";

const EXAMPLES = `
Examples:
  deno task report                          all notebooks on the published table
  deno task report --profile smoke          a quick check that everything runs
  deno task report --only 04 05             two notebooks
  deno task report --data my-sources.csv    your own labelled table`;

/** What the task `pages` writes below `out/`. */
const PAGE_FILES = ["explorer.html", "classify.html"];

const options = settingsCommand("deno task report", "Runs the notebooks and writes out/index.html.")
  .option("--only <number...>", "only the notebooks whose names begin so, e.g. 04")
  .option("--again", "also notebooks that nothing has changed for since their last run")
  .addHelpText("after", EXAMPLES)
  .parse(Deno.args, { from: "user" })
  .opts<SettingsOptions & { only?: string[]; again?: boolean }>();

/** Said in the terminal before and after a run without the published files. */
const SIMULATED = "SIMULATED SOURCES: every number and figure of this run comes from invented " +
  "sources, not from the sky.\nFor the paper's own: run it again with a network, or with CSC_MIRROR " +
  "set to a folder of the published files (data/published-files.json).";

await runTask(async (signal) => {
  const names = notebooks(options.only);
  const env = settingsVariables(options);
  using _cache = await shareCache();
  using _held = await holdFolder(await useOutFolder(), console.error, signal);
  await sweepParts(outFolder());
  await using _parts = sweepAtEnd();
  const isFirst = !await isLightgbmBuilt();
  await setUp(signal);
  const fingerprint = await runFingerprint(env);
  const source = env.CSC_DATA ?? Deno.env.get("CSC_DATA") ?? "auto";
  const isInvented = (source === "auto" ? await whatAutoMeans() : source) === "simulated";
  if (isInvented) console.error(SIMULATED);
  const altered = await alteredFiles();
  let failed = 0, ran = 0;
  using lines = statusLines();
  // they take what the others leave idle: three on two cores keep both busy to the end
  const { workers } = readSettings((name) => env[name] ?? Deno.env.get(name));
  const inTurn = oneByOne();
  let isCatalogueNew = false;
  await runSideBySide([...names, PAGES, FIGURES], workers < 2 ? 1 : 3, async (name) => {
    if (name === FIGURES) {
      if (ran > 0 || altered.size > 0) await runOther("figures", env, signal);
      return;
    }
    if (name === PAGES) {
      const isDue = isCatalogueNew || await areGone(PAGE_FILES, altered);
      if (isDue && !await runOther("pages", env, signal)) failed++;
      return;
    }
    const path = `${ROOT}/notebooks/${name}.ipynb`;
    const last = (await readRuns()).find((record) => record.name === name);
    if (!options.again && await isUnchanged(last, path, { fingerprint, variables: env, altered })) {
      lines.say(`${name}: nothing has changed since ${last!.ended}; --again runs it anyway`);
      return;
    }
    // a second back: file systems keep coarser times than clocks
    const start = Date.now() - 1000;
    lines.begin(name);
    const nice = workers > 1 && canWait(name) ? 10 : 0;
    const run = await runNotebook(path, { env, nice, signal, onEvent: lines.showOf(name) });
    await inTurn(async () => {
      // pages of the notebook beside it are not its own; other files may be claimed by both
      const wrote = (await filesSince(start)).filter((file) =>
        !(/^(\d\d-|report\.json)/.test(file) || PAGE_FILES.includes(file)) || file.startsWith(name)
      );
      await recordRun(name, path, run, { fingerprint, wrote });
      await noteFiles();
    });
    ran++;
    if (name.startsWith("05") && !run.failure) isCatalogueNew = true;
    if (run.failure) failed++;
  });
  const { head } = await readResults() ?? {};
  if (isFirst && head && failed === 0 && !options.only) {
    const seconds = Math.round(performance.now() / 1000);
    await recordResults(head, { "time.first_run_s": { value: seconds } });
  }
  await writeIndex();
  await noteFiles();
  console.log(`\nReports: ${outFolder()}/index.html`);
  if (isInvented || head?.simulated) console.error(SIMULATED);
  if (failed > 0) console.log(`${failed} of ${names.length} notebooks failed; see above.`);
  return failed > 0 ? 1 : 0;
}, { makesCache: false }); // done above, once the command line is known to be right

function notebooks(only?: readonly string[]): string[] {
  const names = [...Deno.readDirSync(`${ROOT}/notebooks`)].map(({ name }) => name)
    .filter((name) => /^\d\d-.*\.ipynb$/.test(name)).sort();
  const isChosen = (name: string) => !only || only.some((start) => name.startsWith(start));
  const chosen = names.filter(isChosen);
  if (chosen.length === 0) {
    throw new SettingError(
      `--only ${only?.join(" ")} fits none of ${names.join(", ") || "nothing"}`,
    );
  }
  return chosen.map((name) => basename(name, ".ipynb"));
}

/**
 * Runs the task that writes the figures as PDF and PNG too, or the pages: what has not been made by
 * a notebook is passed over. False where it failed, which is told.
 */
async function runOther(
  task: "figures" | "pages",
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<boolean> {
  signal.throwIfAborted();
  const process = new Deno.Command(Deno.execPath(), {
    args: commandOf(task, ["--skip-missing"]),
    cwd: ROOT,
    env,
    stdout: "null",
    stderr: "piped",
    signal,
  });
  const { success, stderr } = await process.output();
  signal.throwIfAborted();
  if (!success) console.error(`${task}: ${new TextDecoder().decode(stderr).trim()}`);
  return success;
}

/** Removes at the end what kernels that were stopped have left unfinished. */
function sweepAtEnd(): AsyncDisposable {
  const folders = [outFolder(), ...["folds", "model", "published"].map((one) => `${CACHE}/${one}`)];
  return {
    [Symbol.asyncDispose]: async () => void await Promise.all(folders.map(sweepParts)),
  };
}

/** Whether one of the files of `out/` is not there or not as it was left. */
async function areGone(files: readonly string[], altered: ReadonlySet<string>): Promise<boolean> {
  for (const file of files) {
    if (altered.has(file)) return true;
    if (!await Deno.stat(`${outFolder()}/${file}`).catch(() => undefined)) return true;
  }
  return false;
}

/** One line of the notebooks at work and their times in a terminal, the end of each everywhere. */
function statusLines() {
  const live = Deno.stdout.isTerminal();
  const atWork = new Map<string, { readonly start: number; where: string }>();
  const draw = () => {
    const parts = [...atWork].map(([name, { start, where }]) =>
      `${name}: ${where} (${Math.round((performance.now() - start) / 1000)} s)`
    );
    if (live) write(`\r\x1b[K${parts.join("; ")}`);
  };
  const timer = setInterval(draw, 1000);
  const say = (text: string) => {
    write(`${live ? "\r\x1b[K" : ""}${text}\n`);
    draw();
  };
  return {
    say,
    begin(name: string) {
      atWork.set(name, { start: performance.now(), where: "starting the kernel" });
      draw();
    },
    showOf: (name: string) => (event: RunEvent) => {
      if (event.event === "kept") return say(event.line);
      const end = event.event === "written"
        ? `done in ${event.seconds} s`
        : event.event === "failed"
        ? describeFailure(event)
        : undefined;
      if (end !== undefined) {
        atWork.delete(name);
        return say(`${name}: ${end}`);
      }
      if (event.event === "cell") atWork.get(name)!.where = `cell ${event.number} of ${event.of}`;
      draw();
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function describeFailure(event: RunEvent & { event: "failed" }): string {
  const source = event.source.split("\n").map((line) => `    ${line}`).join("\n");
  const remedy = roomRemedy(event.message);
  return `FAILED in code cell ${event.number} after ${event.seconds} s\n${source}\n` +
    `  ${event.name}: ${event.message}${remedy ? `\n  To mend it: ${remedy}` : ""}`;
}

function write(text: string): void {
  writeTo(Deno.stdout, text);
}
