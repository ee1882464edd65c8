import { basename } from "node:path";
import { Command } from "commander";
import { outFolder } from "#lib/run/files.ts";
import { fromArrowSchema } from "#lib/scoring/scored-batch.ts";
import { openArrowFile } from "#lib/tables/arrow-file.ts";
import { runTask } from "../tasks/run-task.ts";
import { publishCatalogue } from "./catalogue.ts";
import { publishPython } from "./python.ts";

const EXAMPLES = `
Examples:
  deno task publish                          every real catalogue of the last report
  deno task publish scored.arrow             one file of deno task score --out scored.arrow
  deno task publish out/catalogue/simulated.arrow --simulated

Creators, licence and titles: tools/publish/publication.json.`;

const command = new Command("deno task publish")
  .description("Makes of a scored catalogue what archives and the Virtual Observatory take.")
  .argument("[catalogue]", "Arrow file (default: all in out/catalogue)")
  .option("--to <folder>", "folder (default: out/publish)")
  .option("--simulated", "publish simulated sources, marked as such, and only those")
  .addHelpText("after", EXAMPLES)
  .parse(Deno.args, { from: "user" });

await runTask(async (signal) => {
  const { to = `${outFolder()}/publish`, simulated = false } = command.opts<{
    to?: string;
    simulated?: boolean;
  }>();
  const [given] = command.args;
  const files = given ? [given] : await catalogues(simulated);
  const python = await publishPython();
  for (const file of files) {
    const folder = `${to}/${basename(file, ".arrow")}`;
    await publishCatalogue(file, folder, { python, simulated, signal });
    console.log(`${file}: ${folder}`);
  }
  return 0;
});

/** The catalogues of the last report, real or simulated ones. */
async function catalogues(simulated: boolean): Promise<string[]> {
  const folder = `${outFolder()}/catalogue`, found: string[] = [];
  for (const { name } of await Array.fromAsync(Deno.readDir(folder)).catch(() => [])) {
    if (!name.endsWith(".arrow")) continue;
    const { schema, batches } = await openArrowFile(`${folder}/${name}`);
    await batches[Symbol.asyncIterator]().return?.();
    if (fromArrowSchema(schema).metadata.simulated === simulated) found.push(`${folder}/${name}`);
  }
  if (found.length > 0) return found.sort();
  throw new RangeError(
    `${folder} holds no ${
      simulated ? "simulated" : "real"
    } catalogue; run "deno task report" first`,
  );
}
