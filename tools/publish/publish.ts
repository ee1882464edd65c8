import { basename } from "node:path";
import { OutputError } from "@csc-classify/safe-files";
import { outFolder } from "#lib/run/files.ts";
import { useOutFolder } from "../tasks/out-folder.ts";
import { namedFolder, taskCommand } from "../tasks/options.ts";
import { runTask } from "../tasks/run-task.ts";
import { checkTarget, publishCatalogue, scoredSchema } from "./catalogue.ts";
import { publishModel } from "./publish-model.ts";
import { publishPython } from "./python.ts";

const EXAMPLES = `
Examples:
  deno task publish                          every real catalogue of the last report, the classifier
  deno task publish scored.arrow             one file of deno task score --out scored.arrow
  deno task publish out/catalogue/simulated.arrow --simulated

Creators, licence and titles: tools/publish/publication.json.`;

const command = taskCommand(
  "deno task publish",
  "Makes of a scored catalogue what archives and the Virtual Observatory take.",
)
  .argument("[catalogue]", "Arrow file (default: all in out/catalogue)")
  .option("--to <folder>", "folder (default: out/publish)", namedFolder)
  .option("--simulated", "publish simulated sources, marked as such, and only those")
  .addHelpText("after", EXAMPLES)
  .parse(Deno.args, { from: "user" });

await runTask(async (signal) => {
  const { to, simulated = false } = command.opts<{ to?: string; simulated?: boolean }>();
  const place = to ?? `${await useOutFolder()}/publish`;
  const [given] = command.args;
  const files = given ? [given] : await catalogues(simulated);
  const jobs = files.map((file) => ({ file, folder: `${place}/${nameOf(file)}` }));
  for (const { file, folder } of jobs) await checkTarget(file, folder);
  const python = await publishPython();
  for (const { file, folder } of jobs) {
    await publishCatalogue(file, folder, { python, simulated, signal });
    console.log(`${file}: ${folder}`);
  }
  if (!given && await isModel(`${outFolder()}/model`)) {
    const wheel = await publishModel(`${outFolder()}/model`, `${place}/python`, { python, signal });
    console.log(`the classifier for Python: pip install ${wheel}`);
  }
  return 0;
});

/** The name of a catalogue's folder: that of its file, if it can be one. */
function nameOf(file: string): string {
  const name = basename(file, ".arrow");
  if (/^[^.\s/\\:*?"<>|][^/\\:*?"<>|]*$/.test(name) && !/[.\s]$/.test(name)) return name;
  throw new OutputError(`"${basename(file)}" gives no name for a folder; rename the file`);
}

async function isModel(folder: string): Promise<boolean> {
  return await Deno.stat(`${folder}/pipeline.json`).then(() => true, () => false);
}

/** The catalogues of the last report, real or simulated ones. */
async function catalogues(simulated: boolean): Promise<string[]> {
  const folder = `${outFolder()}/catalogue`, found: string[] = [];
  for (const { name } of await Array.fromAsync(Deno.readDir(folder)).catch(() => [])) {
    if (!name.endsWith(".arrow")) continue;
    const { metadata } = await scoredSchema(`${folder}/${name}`);
    if (metadata.simulated === simulated) found.push(`${folder}/${name}`);
  }
  if (found.length > 0) return found.sort();
  throw new RangeError(
    `${folder} holds no ${
      simulated ? "simulated" : "real"
    } catalogue; run "deno task report" first`,
  );
}
