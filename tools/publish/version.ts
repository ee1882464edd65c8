import config from "../../deno.json" with { type: "json" };
import { ROOT } from "#lib/run/files.ts";
import { writeAtomic } from "@csc-classify/safe-files";
import { SettingError } from "#lib/run/settings.ts";
import { codeVersion } from "#lib/run/provenance.ts";
import { runCommand } from "../setup/run-command.ts";
import { taskCommand } from "../tasks/options.ts";
import { runTask } from "../tasks/run-task.ts";
import { citationFiles, projectWork } from "./citation.ts";

const EXAMPLES = `
Examples:
  deno task version          version and commit
  deno task version 1.1.0    sets it in deno.json, CITATION.cff, codemeta.json, .zenodo.json, CHANGELOG.md`;

const program = taskCommand(
  "deno task version",
  "Shows the project's version, or sets it in every file that names it.",
)
  .argument("[version]", "the new version, three numbers")
  .addHelpText("after", EXAMPLES);

if (import.meta.main) {
  program.parse(Deno.args, { from: "user" });
  const [version] = program.args;
  await runTask(async () => {
    if (version) await setVersion(version, new Date().toISOString().slice(0, 10));
    else {
      const { commit = "no git", clean } = await codeVersion();
      console.log(`${config.version} (${commit}${clean === false ? ", changed" : ""})`);
    }
    return 0;
  });
}

/**
 * Writes a version and its day into the files of the project that name it; what the changelog has
 * under "Unreleased" becomes the version's.
 *
 * @throws SettingError for what is no version, or one not above the present.
 */
export async function setVersion(version: string, day: string, root = ROOT): Promise<void> {
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    throw new SettingError(`"${version}" is no version; give three numbers, e.g. 1.1.0`);
  }
  const path = `${root}/deno.json`, text = await Deno.readTextFile(path);
  const present = JSON.parse(text).version;
  if (version.localeCompare(present, "en", { numeric: true }) <= 0) {
    throw new SettingError(`${version} is not above the present version, ${present}`);
  }
  const citations = citationFiles(projectWork(day, version));
  const edited = await uncommitted(Object.keys(citations), root);
  if (edited.length > 0) {
    throw new SettingError(
      `${
        edited.join(", ")
      } would be written anew and holds changes that git does not know: commit ` +
        "them, or put them into tools/publish/publication.json",
    );
  }
  for (const [name, content] of Object.entries(citations)) {
    await writeAtomic(`${root}/${name}`, content);
  }
  const changes = await Deno.readTextFile(`${root}/CHANGELOG.md`), heading = `## ${version}, `;
  if (!changes.includes(`\n${heading}`)) {
    await writeAtomic(
      `${root}/CHANGELOG.md`,
      changes.replace("## Unreleased\n", `## Unreleased\n\n${heading}${day}\n`),
    );
  }
  // last: what was stopped before is done again by the same command
  await writeAtomic(path, text.replace(/("version": ")[^"]*/, `$1${version}`));
}

/** Files with changes that git does not know; none where there is no git. */
async function uncommitted(names: readonly string[], root: string): Promise<string[]> {
  const args = ["-C", root, "status", "--porcelain", "--", ...names];
  const said = await runCommand("git", args).catch(() => "");
  return said.split("\n").filter((line) => /^.M /.test(line)).map((line) => line.slice(3));
}
