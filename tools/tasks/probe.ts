import { Command } from "commander";
import { progress } from "#lib/notebook/progress.ts";
import { outFolder, writeAtomic } from "#lib/run/files.ts";
import { archivesOf } from "../acquire/plan.ts";
import { type Finding, probeArchives, PROBED_TABLES } from "../acquire/probe-archives.ts";
import { runTask } from "./run-task.ts";

const HELP = `
Asks every archive what it has today, by its own lists of tables and columns and COUNT(*), and prints
what differs from what this project expects; out/probe.md keeps the page. Nothing is downloaded.
Meant for once a month. Exit code 3 when something differs.`;

new Command("deno task probe")
  .description("Compares what the archives have today with what is expected.")
  .addHelpText("after", HELP)
  .parse(Deno.args, { from: "user" });

await runTask(async (signal) => {
  await using bar = await progress("tables", PROBED_TABLES);
  const archives = archivesOf(Deno.env.get("CSC_ARCHIVES"));
  const findings = await probeArchives({
    archives,
    signal,
    onProgress: (done) => bar.update(done),
  });
  await bar.finish();
  const page = probePage(findings, new Date().toISOString().slice(0, 10));
  await writeAtomic(`${outFolder()}/probe.md`, page);
  console.log(page);
  return findings.every(({ ok }) => ok) ? 0 : 3;
});

/** The findings as a page of Markdown, what differs first. */
function probePage(findings: readonly Finding[], date: string): string {
  const cell = (text: string) => text.replace(/\s+/g, " ").replaceAll("|", "\\|").slice(0, 300);
  const row = ({ service, table, expected, found, ok }: Finding) =>
    `| ${[ok ? "yes" : "**no**", service, table, expected, found].map(cell).join(" | ")} |`;
  const [differ, agree] = [false, true].map((ok) => findings.filter((one) => one.ok === ok));
  return [
    `# The archives on ${date}`,
    "",
    `${agree.length} of ${findings.length} tables are as expected.`,
    "",
    "| as expected | service | table | expected | found |",
    "| --- | --- | --- | --- | --- |",
    ...[...differ, ...agree].map(row),
    "",
  ].join("\n");
}
