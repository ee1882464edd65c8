import { basename, dirname, extname } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { parsePipeline } from "#lib/models/pipeline.ts";
import { type Progress, progress } from "#lib/notebook/progress.ts";
import { outFolder } from "#lib/run/files.ts";
import { readSettings } from "#lib/run/settings.ts";
import { table8 } from "#lib/scoring/cmp-distribution.ts";
import { productProvenance } from "#lib/scoring/make-catalogue.ts";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { shippedPipeline } from "#lib/scoring/shipped-pipeline.ts";
import { MODEL_FILES, readModel, type SavedModel } from "#lib/scoring/write-model.ts";
import { PRODUCT_FORMATS, writeProduct } from "#lib/scoring/write-product.ts";
import { ColumnError, type Imported, importTable } from "#lib/tables/import-table.ts";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { isLightgbmBuilt } from "../setup/build-lightgbm.ts";
import { setUp } from "../setup/set-up.ts";

const HELP = `
Columns are found by name, in any order and case: name, ra and dec (degrees or sexagesimal), and
the features of the model under our names (flux_b, G, W1 ...) or those of CSC 2, Gaia, 2MASS, WISE,
SDSS and GALEX tables (flux_aper_b, phot_g_mean_mag, j_m, w1mpro ...). A unit may follow the name:
"flux_b [W/m2]". Empty cells are missing values; what is not there at all counts as missing. Galactic
coordinates and colours are worked out. Rows with bad values are not scored but listed, with row
number, value and reason, in the rejects file.

Exit codes:
  0    every row scored
  1    something failed; nothing written
  2    bad command line, or columns that cannot be used
  3    scored, but some rows rejected
  130  stopped

Examples:
  deno task score sources.csv --out scored.parquet
  deno task score field.parquet --out field.vot --rejects bad-rows.csv`;

interface Options {
  readonly out: string;
  readonly rejects?: string;
  readonly model?: string;
  readonly workers?: number;
}

const program = new Command("deno task score")
  .description("Classifies your own X-ray sources.")
  .argument("<table>", "CSV or Parquet table of sources")
  .requiredOption(
    "--out <file>",
    `file to write: ${Object.keys(PRODUCT_FORMATS).join(", ")}`,
    format,
  )
  .option("--rejects <file>", "CSV for rows that cannot be used (default: <out>.rejects.csv)")
  .option("--model <folder>", "model to use (default: out/model, else trained now)")
  .option("--workers <n>", "worker threads; all cores by default", wholeNumber)
  .addHelpText("after", HELP)
  .exitOverride((error) => Deno.exit(error.exitCode === 0 ? 0 : 2));

if (import.meta.main) {
  program.parse(Deno.args, { from: "user" });
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => stop.abort(new DOMException(name, "AbortError")));
  }
  try {
    Deno.exit(await score(program.args[0], program.opts<Options>(), stop.signal));
  } catch (error) {
    if (stop.signal.aborted) Deno.exit(130);
    console.error((error as Error).message);
    Deno.exit(error instanceof ColumnError ? 2 : 1);
  }
}

/** Scores a table; returns the exit code. */
async function score(table: string, options: Options, signal: AbortSignal): Promise<number> {
  const settings = readSettings();
  await Deno.stat(table).catch(() => {
    throw new Error(`cannot find ${table}; check the path`);
  });
  const { pipeline, origin } = await model(options.model, signal);
  if (origin.simulated) {
    console.error(
      "The model was trained on SIMULATED sources: its classes mean nothing for science.",
    );
  }
  const folder = await Deno.makeTempDir({ dir: dirname(options.out), prefix: ".score-" });
  try {
    const input = `${folder}/sources.parquet`, output = `${folder}/scored.arrow`;
    const rejects = options.rejects ?? `${options.out}.rejects.csv`;
    const { features } = parsePipeline(pipeline).spec;
    const imported = await importTable({ input: table, output: input, rejects, features, signal });
    report(table, imported, rejects);
    await using bar = await progress("scored, per cent", 100);
    const distribution = await scoreFile({
      input,
      output,
      pipeline,
      workers: options.workers ?? settings.workers,
      metadata: {
        title: "Classified X-ray sources",
        description: `${imported.accepted} sources of ${basename(table)}, classified by LightGBM ` +
          "after Kumaran et al. 2023 (MNRAS 520, 5065)",
        simulated: origin.simulated,
        provenance: {
          ...await productProvenance(settings, [table]),
          "training data": origin.trainingData,
          "sha256 of the training data": origin.trainingSha256,
        },
      },
      onProgress: (done) => bar.update(Math.round(100 * done)),
      signal,
    });
    await writeProduct(output, options.out);
    await bar.finish();
    const counts = table8(distribution).map((row) => `${row.class} ${row.all}`).join(", ");
    console.log(`${options.out}: ${counts}`);
    return imported.rejected > 0 ? 3 : 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The model of a folder, that of the last report, or one trained now. */
async function model(folder: string | undefined, signal: AbortSignal): Promise<SavedModel> {
  try {
    return await readModel(folder ?? `${outFolder()}/model`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    if (folder) {
      const files = Object.values(MODEL_FILES).join(" and ");
      throw new Error(`no model in ${folder}: it needs ${files}`, { cause: error });
    }
  }
  const settings = readSettings();
  if (!(await isLightgbmBuilt())) await setUp(signal);
  const training = await loadTrainingTable(settings.data, { seed: settings.seed, signal });
  console.error(
    `No model in ${outFolder()}/model yet: training one on ${training.origin.description}.`,
  );
  await using bar: Progress = await progress("trained, per cent", 100);
  const onProgress = (done: number) => bar.update(Math.round(100 * done));
  const { seed } = settings;
  return {
    pipeline: await shippedPipeline(training, { seed, onProgress, signal }),
    origin: {
      trainingData: training.origin.description,
      trainingSha256: training.origin.sha256,
      simulated: training.origin.kind === "simulated",
      seed,
    },
  };
}

function report(table: string, imported: Imported, rejects: string): void {
  const { map, accepted, rejected, examples } = imported;
  const used = map.mapped.map(({ target, column }) =>
    target === column ? target : `${target} (${column})`
  );
  console.error(`${table}: ${accepted} rows. Columns used: ${used.join(", ")}.`);
  if (map.ignored.length > 0) console.error(`Not used: ${shortList(map.ignored)}.`);
  const computed = ["gal_l", "gal_b"];
  const absent = map.absent.filter((name) => !computed.includes(name));
  if (absent.length > 0) console.error(`Not there, missing or worked out: ${absent.join(", ")}.`);
  if (rejected === 0) return;
  console.error(`${rejected} rows rejected, all listed in ${rejects}:`);
  for (const example of examples) console.error(`  ${example}`);
}

/** The first of many, those with a remark before the others. */
function shortList(columns: readonly string[]): string {
  const isRemarked = (column: string) => column.includes("(");
  const sorted = [...columns].sort((a, b) => Number(isRemarked(b)) - Number(isRemarked(a)));
  const rest = sorted.length - 12;
  return sorted.slice(0, 12).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function format(path: string): string {
  const extension = extname(path).toLowerCase();
  if (Object.hasOwn(PRODUCT_FORMATS, extension)) return path;
  throw new InvalidArgumentError(`Use one of ${Object.keys(PRODUCT_FORMATS).join(", ")}.`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1) return value;
  throw new InvalidArgumentError("Give a whole number from 1.");
}
