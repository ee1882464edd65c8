import { outFolder } from "#lib/run/files.ts";
import { useOutFolder } from "./out-folder.ts";
import { SettingError } from "#lib/run/settings.ts";
import { renderFigure } from "../report/render-figure.ts";
import { EXIT, taskCommand } from "./options.ts";
import { runTask } from "./run-task.ts";

const program = taskCommand(
  "deno task figures",
  "Writes the figures that the notebooks of the last report drew, out/figures/<id>.svg, also as " +
    "<id>.pdf and <id>.png; caption and provenance are in <id>.json. To change a figure, change " +
    "its cell in the notebook and run it: deno task lab.",
)
  .argument("[ids...]", "figures to write; all of them when none is given")
  .option("--list", "list the figures and stop")
  .option("--skip-missing", "say nothing where no figure has been drawn yet")
  .action((ids, options) => runTask((signal) => run(ids, options, signal)));

if (import.meta.main) await program.parseAsync(Deno.args, { from: "user" });

async function run(
  ids: readonly string[],
  options: { list?: boolean; skipMissing?: boolean },
  signal: AbortSignal,
): Promise<number> {
  const saved = await savedFigures(), folder = `${outFolder()}/figures`;
  if (options.list) {
    for (const { id, title } of saved) console.log(`${id.padEnd(24)} ${title}`);
    return EXIT.done;
  }
  const unknown = ids.filter((id) => !saved.some((figure) => figure.id === id));
  if (unknown.length > 0) {
    throw new SettingError(
      `no figure "${unknown.join('", "')}" in ${folder}; --list shows what there is, and ` +
        `"deno task report" draws them`,
    );
  }
  if (saved.length === 0 && !options.skipMissing) {
    console.error(`no figures in ${folder}: run "deno task report" first`);
    return EXIT.failed;
  }
  await useOutFolder();
  let code: number = EXIT.done;
  for (const { id, title } of saved) {
    if (ids.length > 0 && !ids.includes(id)) continue;
    signal.throwIfAborted();
    try {
      console.log((await renderFigure(id, title)).join(" "));
    } catch (error) {
      console.error((error as Error).message);
      code = EXIT.failed;
    }
  }
  return code;
}

/** @throws RangeError naming a sidecar that is none. */
async function titleOf(sidecar: string): Promise<string | undefined> {
  try {
    const { title } = JSON.parse(await Deno.readTextFile(sidecar));
    return title === undefined ? undefined : String(title);
  } catch (error) {
    throw new RangeError(
      `${sidecar} is damaged (${(error as Error).message}): move it away, or run its notebook ` +
        "again: deno task report --again",
    );
  }
}

/** The figures in the folder, by id: those with a sidecar. */
async function savedFigures(): Promise<{ id: string; title: string }[]> {
  const folder = `${outFolder()}/figures`, found: { id: string; title: string }[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (name.startsWith(".") || !name.endsWith(".json")) continue;
      const id = name.replace(/\.json$/, "");
      found.push({ id, title: await titleOf(`${folder}/${name}`) ?? id });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const collator = new Intl.Collator("en", { numeric: true });
  return found.sort((a, b) => collator.compare(a.id, b.id));
}
