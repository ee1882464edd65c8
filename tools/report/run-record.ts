import { outFolder } from "#lib/run/files.ts";
import { fileSha256, writeJson } from "@csc-classify/safe-files";
import { currentRun } from "#lib/run/results.ts";
import type { NotebookRun } from "./run-notebook.ts";

/** What is kept of a notebook's last run, for the index. */
export interface RunRecord {
  /** File name without extension. */
  readonly name: string;
  readonly title: string;
  /** The first paragraph after the title. */
  readonly why: string;
  readonly seconds: number;
  /** End of the run, ISO 8601 in UTC. */
  readonly ended: string;
  /** One line on what failed, if something did. */
  readonly failure?: string;
  /** Whether a section ended for want of what may be there another day, see `endSection`. */
  readonly lacked?: boolean;
  /** What decided the run besides the notebook, see `runFingerprint`. */
  readonly fingerprint?: string;
  /** Name of the run that it was of, see `runName`. */
  readonly run?: string;
  /** SHA-256 of the notebook. */
  readonly notebook?: string;
  /** Files below `out/` that the run wrote. */
  readonly wrote?: readonly string[];
}

const path = () => `${outFolder()}/report.json`;

/** The records of the last run of each notebook, by name. */
export async function readRuns(): Promise<RunRecord[]> {
  try {
    const runs: unknown = JSON.parse(await Deno.readTextFile(path()));
    if (!Array.isArray(runs)) return [];
    const records: RunRecord[] = runs.filter((run) => run?.name && run.ended);
    return records.sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (error) {
    // without them notebooks run again, which is always right
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return [];
    throw error;
  }
}

/**
 * Notes how a notebook ended, in place of its earlier run. Runs of another fingerprint lose theirs:
 * their numbers may no longer stand in the results.
 */
export async function recordRun(
  name: string,
  notebook: string,
  run: NotebookRun,
  { fingerprint, wrote }: Pick<RunRecord, "fingerprint" | "wrote"> = {},
): Promise<void> {
  const others = (await readRuns()).filter((record) => record.name !== name).map((record) =>
    record.fingerprint === fingerprint ? record : { ...record, fingerprint: undefined }
  );
  const failure = run.failure &&
    `code cell ${run.failure.number}: ${run.failure.name}: ${run.failure.message}`;
  const { seconds, lacked } = run;
  const opening = notebookOpening(JSON.parse(await Deno.readTextFile(notebook)));
  const record = { name, ...opening, seconds, ended: new Date().toISOString(), failure, lacked };
  const decided = {
    fingerprint,
    run: await currentRun(),
    notebook: await fileSha256(notebook),
    wrote,
  };
  await writeJson(path(), [...others, { ...record, ...decided }]);
}

/** Title and first paragraph of a notebook; "" for what it lacks. */
export function notebookOpening(notebook: NotebookJson): { title: string; why: string } {
  const markdown = notebook.cells.filter(({ cell_type }) => cell_type === "markdown");
  const paragraphs = markdown.flatMap(({ source }) => [source].flat().join("").split(/\n\s*\n/));
  const lines = paragraphs.flatMap((paragraph) => paragraph.split(/\n(?!#)/).join(" ").split("\n"));
  const title = lines.find((line) => line.startsWith("# "))?.slice(2).trim() ?? "";
  const why = lines.find((line) => line.trim() && !line.startsWith("#"))?.trim() ?? "";
  return { title, why: plainText(why) };
}

/** The part of a notebook file that is read here. */
interface NotebookJson {
  readonly cells: readonly { readonly cell_type: string; readonly source: string | string[] }[];
}

function plainText(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[*`]/g, "")
    .replace(/\b_([^_]+)_\b/g, "$1"); // emphasis, not the _ within a name
}
