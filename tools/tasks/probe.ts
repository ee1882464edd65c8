import config from "../../deno.json" with { type: "json" };
import { progress } from "#show/progress.ts";
import { useOutFolder } from "./out-folder.ts";
import { printable } from "@csc-classify/vo-tables/browser";
import { checkOutputs, writeAtomic } from "@csc-classify/safe-files";
import { archivesOf } from "../acquire/plan.ts";
import { type Finding, probeArchives, PROBED } from "../acquire/probe-archives.ts";
import { EXIT, taskCommand } from "./options.ts";
import { ownOutput, WRITTEN } from "./own-product.ts";
import { runTask } from "./run-task.ts";

const HELP = `
Asks every archive what it has today, by its own lists of tables and columns, COUNT(*) and a match
with two stars, and what nobody knew when this was written: whether the CSC counts and heeds MAXREC,
where its redirects lead, whether there is a later release, how X-Match marks what it left out, how
many rows HEASARC gives at most, how NED answers names of the CSC. Prints one page, to be pasted into an issue, what differs first; out/probe.md keeps it.
Meant for once a month. Exit code 3 when something differs.`;

taskCommand("deno task probe", "Compares what the archives have today with what is expected.")
  .addHelpText("after", HELP)
  .parse(Deno.args, { from: "user" });

await runTask(async (signal) => {
  const path = `${await useOutFolder()}/probe.md`;
  await checkOutputs({
    inputs: [],
    outputs: [ownOutput(path, "the page")],
    remedy: "move it away",
  });
  await using bar = await progress("tables and facts", PROBED);
  const archives = archivesOf(Deno.env.get("CSC_ARCHIVES"));
  const findings = await probeArchives({
    archives,
    signal,
    onProgress: (done) => bar.update(done),
  });
  await bar.finish();
  const page = probePage(findings, new Date().toISOString().slice(0, 10));
  await writeAtomic(path, page, WRITTEN);
  console.log(page);
  return findings.every(({ ok }) => ok) ? EXIT.done : EXIT.remarks;
});

/** The findings as a page of Markdown, what differs first. */
function probePage(findings: readonly Finding[], date: string): string {
  // as text also where a page takes <zph> for a tag
  const cell = (text: string) =>
    printable(text).replace(/\s+/g, " ").slice(0, 400)
      .replace(/[\\|`*<]/g, (mark) => `\\${mark}`);
  const row = ({ service, table, expected, found, ok }: Finding) =>
    `| ${ok ? "yes" : "**no**"} | ${[service, table, expected, found].map(cell).join(" | ")} |`;
  const [differ, agree] = [false, true].map((ok) => findings.filter((one) => one.ok === ok));
  return [
    `# The archives on ${date}`,
    "",
    `${agree.length} of ${findings.length} tables and facts are as expected. Asked by version ` +
    `${config.version} with Deno ${Deno.version.deno} on ${Deno.build.os}.`,
    "",
    "| as expected | service | asked | expected | found |",
    "| --- | --- | --- | --- | --- |",
    ...[...differ, ...agree].map(row),
    "",
  ].join("\n");
}
