import config from "../../deno.json" with { type: "json" };
import { checkOutputs, fileSha256 } from "@csc-classify/safe-files";
import { CACHE } from "#lib/run/files.ts";
import { useOutFolder } from "../tasks/out-folder.ts";
import { ownOutput, WRITTEN } from "../tasks/own-product.ts";
import { readResults } from "#lib/run/results.ts";
import { taskCommand } from "../tasks/options.ts";
import { runTask } from "../tasks/run-task.ts";
import { isBundle, writeBundle } from "./bundle.ts";

const command = taskCommand(
  "deno task archive",
  "Bundles reports, results, catalogue, model and finished folds, with checksums.",
)
  .option("--to <file>", "archive (default: out/csc-classify-<version>-<profile>.tar.gz)")
  .option("--overwrite", "replace a file at --to that is not as this project wrote it")
  .parse(Deno.args, { from: "user" });

await runTask(async (signal) => {
  const out = await useOutFolder();
  const profile = (await readResults())?.head.profile ?? "none";
  const name = `csc-classify-${config.version}-${profile}.tar.gz`;
  const { to = `${out}/${name}`, overwrite } = command.opts<{
    to?: string;
    overwrite?: boolean;
  }>();
  const output = { ...ownOutput(to, "--to"), makesFolders: true };
  const outputs = [output], inputs = await partsOf(out);
  await checkOutputs({ inputs, outputs, overwrite, remedy: "give --overwrite" });
  const written = WRITTEN.replacing(overwrite);
  const { bundle: { files, head }, notes } = await writeBundle(to, { written, signal });
  for (const note of notes) console.error(note);
  const { size } = await Deno.stat(to);
  console.log(
    `${to}: ${Object.keys(files).length} files of the ${head.profile} profile, ` +
      `${(size / 1e6).toFixed(1)} MB, SHA-256 ${await fileSha256(to)}`,
  );
  return 0;
});

/** What is bundled, which no bundle may take the place of. */
async function partsOf(out: string): Promise<{ path: string; what: string }[]> {
  const what = "a part of the bundle", parts: { path: string; what: string }[] = [];
  for await (const { name, isFile, isDirectory } of Deno.readDir(out)) {
    const path = `${out}/${name}`;
    if (isDirectory || isFile && !await isBundle(path)) parts.push({ path, what });
  }
  return [...parts, ...["folds", "model"].map((name) => ({ path: `${CACHE}/${name}`, what }))];
}
