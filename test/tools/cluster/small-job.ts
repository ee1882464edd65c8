// A small labelled table, a table to score and a model for the tests of shards; digests of folders.
import { createHash } from "node:crypto";
import { MARK } from "@csc-classify/safe-files";
import { writeModel } from "#lib/scoring/model-folder.ts";
import { simulateCatalogue } from "@csc-classify/chandra-sources/simulated";
import { toFrame } from "@csc-classify/chandra-sources/files";
import { fitClassifier, RECIPES } from "#lib/trust/fit-classifier.ts";

/** 480 simulated labelled sources as CSV. */
export function writeLabelled(path: string): void {
  const [sources] = simulateCatalogue({ rows: 480, seed: 3, labelled: true, batchRows: 480 });
  toFrame(sources).writeCSV(path);
}

/** 3,000 simulated sources without class as CSV, and a model trained on others. */
export async function writeScoringJob(table: string, model: string): Promise<void> {
  const [sources] = simulateCatalogue({ rows: 3000, seed: 4, labelled: false, batchRows: 3000 });
  toFrame(sources).writeCSV(table);
  const [training] = simulateCatalogue({ rows: 900, seed: 5, labelled: true, batchRows: 900 });
  const { spec } = RECIPES.ours;
  const parameters = { ...spec.parameters, num_iterations: 10 };
  const recipe = { ...RECIPES.ours, folds: 2, spec: { ...spec, parameters } };
  await writeModel(model, await fitClassifier(training, recipe, { seed: 1, workers: 1 }));
}

/** Relative path and SHA-256 of every file below a folder, sorted, without marks: they say where. */
export async function digests(folder: string, below = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
    const path = below ? `${below}/${name}` : name;
    if (isDirectory) found.push(...await digests(folder, path));
    else if (name !== MARK) {
      const bytes = await Deno.readFile(`${folder}/${path}`);
      found.push(`${path} ${createHash("sha256").update(bytes).digest("hex")}`);
    }
  }
  return found.sort();
}

/** Runs `deno task shard` as a node would; its output, or an error with its complaint. */
export async function shard(args: readonly string[], env: Record<string, string>): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "tools/cluster/work.ts", ...args],
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(text(stderr).trim());
  return text(stdout);
}
