import { Command } from "commander";
import config from "../../deno.json" with { type: "json" };
import { outFolder } from "#lib/run/files.ts";
import { fileSha256 } from "#lib/run/provenance.ts";
import { readResults } from "#lib/run/results.ts";
import { runTask } from "../tasks/run-task.ts";
import { writeBundle } from "./bundle.ts";

const command = new Command("deno task archive")
  .description("Bundles reports, results, catalogue, model and finished folds, with checksums.")
  .option("--to <file>", "archive (default: out/csc-classify-<version>-<profile>.tar.gz)")
  .parse(Deno.args, { from: "user" });

await runTask(async (signal) => {
  const profile = (await readResults())?.head.profile ?? "none";
  const name = `csc-classify-${config.version}-${profile}.tar.gz`;
  const to = command.opts<{ to?: string }>().to ?? `${outFolder()}/${name}`;
  const { files, head } = await writeBundle(to, { signal });
  const { size } = await Deno.stat(to);
  console.log(
    `${to}: ${Object.keys(files).length} files of the ${head.profile} profile, ` +
      `${(size / 1e6).toFixed(1)} MB, SHA-256 ${await fileSha256(to)}`,
  );
  return 0;
});
