import { Command } from "commander";
import { ALL_FIGURES } from "#figures/mod.ts";
import { outFolder } from "#lib/run/files.ts";
import { readSettings } from "#lib/run/settings.ts";
import { renderFigure } from "../report/render-figure.ts";
import { leaveWithParent } from "./run-task.ts";

const program = new Command("deno task figures")
  .description(
    "Writes figures as out/figures/<id>.svg, .pdf, .png and .json (caption, provenance) from the " +
      "saved results of the last report.",
  )
  .argument("[ids...]", "figures to write; all of them when none is given")
  .option("--list", "list the figures and stop")
  .option("--skip-missing", "pass over figures whose results have not been made yet")
  .action(run);

if (import.meta.main) {
  leaveWithParent(() => Deno.exit(1));
  await program.parseAsync(Deno.args, { from: "user" });
}

async function run(
  ids: readonly string[],
  options: { list?: boolean; skipMissing?: boolean },
): Promise<void> {
  if (options.list) {
    for (const { id, title } of ALL_FIGURES) console.log(`${id.padEnd(24)} ${title}`);
    return;
  }
  const unknown = ids.filter((id) => !ALL_FIGURES.some((figure) => figure.id === id));
  if (unknown.length > 0) {
    program.error(`no figure "${unknown.join('", "')}"; --list shows what there is`, {
      exitCode: 2,
    });
  }
  const settings = readSettings();
  for (const figure of ALL_FIGURES) {
    if (ids.length > 0 && !ids.includes(figure.id)) continue;
    if (options.skipMissing && !(await isReady(figure.inputs))) continue;
    try {
      const [svg] = await renderFigure(figure, settings);
      console.log(`${svg.replace(/svg$/, "{svg,pdf,png,json}")}`);
    } catch (error) {
      console.error(`${figure.id}: ${(error as Error).message}`);
      Deno.exitCode = 1;
    }
  }
}

async function isReady(inputs: readonly string[]): Promise<boolean> {
  const there = inputs.map((path) =>
    Deno.stat(`${outFolder()}/${path}`).then(() => true, () => false)
  );
  return (await Promise.all(there)).every(Boolean);
}
