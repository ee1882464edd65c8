import { basename } from "node:path";
import { type RunEvent, runNotebook } from "../report/run-notebook.ts";
import { outFolder, ROOT } from "../run/paths.ts";
import { SetupError } from "../setup/setup-error.ts";
import { setUp } from "../setup/set-up.ts";
import { settingsCommand, type SettingsOptions, settingsVariables } from "./options.ts";

const EXAMPLES = `
Examples:
  deno task report                          all notebooks on the published table
  deno task report --profile smoke          a quick check that everything runs
  deno task report --only 04 --only 05      two notebooks
  deno task report --data my-sources.csv    your own labelled table`;

const options = settingsCommand("deno task report", "Runs the notebooks and writes out/index.html.")
  .option("--only <number...>", "only the notebooks whose names begin so, e.g. 04")
  .addHelpText("after", EXAMPLES)
  .parse(["deno", "report", ...Deno.args])
  .opts<SettingsOptions & { only?: string[] }>();

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(
    name,
    () => stop.abort(new DOMException(`stopped by ${name}`, "AbortError")),
  );
}

try {
  await setUp(stop.signal);
  const failed = await runAll(notebooks(options.only));
  console.log(`\nReports are in ${outFolder()}; begin with index.html.`);
  Deno.exitCode = failed > 0 ? 1 : 0;
} catch (error) {
  if (stop.signal.aborted) {
    console.error("\nStopped. The same command goes on where it was.");
    Deno.exitCode = 130;
  } else if (error instanceof SetupError || error instanceof RangeError) {
    console.error(`\n${error.message}`);
    Deno.exitCode = 1;
  } else throw error;
}
// the signal listeners would keep the process alive
Deno.exit();

function notebooks(only?: readonly string[]): string[] {
  const names = [...Deno.readDirSync(`${ROOT}/notebooks`)].map(({ name }) => name)
    .filter((name) => /^\d\d-.*\.ipynb$/.test(name)).sort();
  const chosen = only
    ? names.filter((name) => only.some((start) => name.startsWith(start)))
    : names;
  if (chosen.length === 0) {
    throw new RangeError(
      `no notebook begins with ${only?.join(" or ")}; there are ${names.join(", ")}`,
    );
  }
  return chosen.map((name) => `${ROOT}/notebooks/${name}`);
}

/** Runs the notebooks in order; a failed one is reported and the others still run. */
async function runAll(paths: readonly string[]): Promise<number> {
  let failed = 0;
  for (const path of paths) {
    const name = basename(path, ".ipynb");
    const run = await runNotebook(path, {
      env: settingsVariables(options),
      signal: stop.signal,
      onEvent: (event) => showEvent(name, event),
    });
    if (run.failure) failed++;
  }
  return failed;
}

function showEvent(name: string, event: RunEvent): void {
  const live = Deno.stdout.isTerminal();
  if (event.event === "cell" && live) write(`\r\x1b[K${name}: cell ${event.number} of ${event.of}`);
  if (event.event === "written") {
    write(`${live ? "\r\x1b[K" : ""}${name}: done in ${event.seconds} s\n`);
  }
  if (event.event === "failed") {
    const source = event.source.split("\n").map((line) => `    ${line}`).join("\n");
    write(
      `${
        live ? "\r\x1b[K" : ""
      }${name}: FAILED in code cell ${event.number} after ${event.seconds} s\n` +
        `${source}\n  ${event.name}: ${event.message}\n`,
    );
  }
}

function write(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
