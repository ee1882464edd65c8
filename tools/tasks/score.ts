import { basename, dirname, extname } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { type Progress, progress } from "#lib/notebook/progress.ts";
import { outFolder } from "#lib/run/files.ts";
import { readSettings } from "#lib/run/settings.ts";
import { classifierProvenance, productProvenance } from "#lib/scoring/product-provenance.ts";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { MODEL_FILES, readModel } from "../publish/model-folder.ts";
import { PRODUCT_FORMATS, writeProduct } from "#lib/scoring/write-product.ts";
import { TableError } from "#lib/tables/archive-table.ts";
import { type ColumnChoice, parseChoice } from "#lib/tables/column-map.ts";
import { ENCODINGS } from "#lib/tables/read-table.ts";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { fitClassifier, RECIPES } from "#lib/trust/classifier.ts";
import { SOURCE_COLUMNS, type SourceClassifier } from "#lib/trust/classify.ts";
import { table8 } from "../catalogues/table-8.ts";
import { isLightgbmBuilt } from "../setup/build-lightgbm.ts";
import { setUp } from "../setup/set-up.ts";
import { importTable } from "./import-table.ts";
import { leaveWithParent } from "./run-task.ts";
import { besideFirst, checkOutputs, explainFailure, workFolder } from "./score-outputs.ts";

const HELP = `
The table may be CSV (cells separated by comma, semicolon, tab or |), Parquet, Arrow, VOTable or FITS.
Columns are found by name, in any order and case: name, ra and dec (degrees or sexagesimal), and the
features of the model under our names (flux_b, G, W1 ...) or those of CSC 2.0 and 2.1, VizieR, MUWCLASS,
Gaia, 2MASS, WISE, SDSS and GALEX tables. A unit may follow the name: "flux_b [W/m2]". What was
understood is printed before anything is scored; --column settles what is not. Empty cells are missing
values; observed_gaia, observed_2mass ... (1, 0) say whether a survey looked there, l_Gmag or Gmag_ul that a
value is an upper limit. Galactic coordinates and colours are worked out. Rows with bad values are not scored but listed,
with row number, value and reason, in the rejects file.

Exit codes:
  0    every row scored
  1    something failed; nothing written
  2    bad command line, or a table or columns that cannot be used; nothing written
  3    scored, but some rows rejected
  130  stopped; nothing written

Examples:
  deno task score sources.csv --out scored.parquet
  deno task score field.fits --out field.vot --column "flux_h=Fcsc_h:erg/s/cm2"
  deno task score field.parquet --out field.csv --rejects bad-rows.csv`;

interface Options {
  readonly out: string;
  readonly rejects?: string;
  readonly model?: string;
  readonly workers?: number;
  readonly column: readonly ColumnChoice[];
  readonly encoding?: string;
  readonly force?: boolean;
}

const program = new Command("deno task score")
  .description("Classifies your own X-ray sources.")
  .argument("<table>", "table of sources")
  .requiredOption(
    "--out <file>",
    `file to write: ${Object.keys(PRODUCT_FORMATS).join(", ")}`,
    format,
  )
  .option("--rejects <file>", "CSV for rows that cannot be used (default: <out>.rejects.csv)")
  .option(
    "--column <choice>",
    "column of a feature, name or position: feature=column or feature=column:unit; may be repeated",
    (text: string, before: ColumnChoice[]) => [...before, choice(text)],
    [] as ColumnChoice[],
  )
  .addOption(new Option("--encoding <name>", "of a text that is not UTF-8").choices([...ENCODINGS]))
  .option("--force", "go on without X-ray flux or position, or with implausible fluxes")
  .option(
    "--model <folder>",
    "classifier to use (default: out/model, else trained now); paper for the paper's LightGBM",
  )
  .option("--workers <n>", "worker threads; all cores by default", wholeNumber)
  .addHelpText("after", HELP)
  .exitOverride((error) => Deno.exit(error.exitCode === 0 ? 0 : 2));

const SIMULATED =
  "The model was trained on SIMULATED sources: its classes mean nothing for science. With a network, " +
  "or with CSC_MIRROR set to a folder of the published files, run deno task report again first.";

if (import.meta.main) {
  program.parse(Deno.args, { from: "user" });
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => stop.abort(new DOMException(name, "AbortError")));
  }
  leaveWithParent(() => stop.abort(new DOMException("orphaned", "AbortError")));
  try {
    Deno.exit(await score(program.args[0], program.opts<Options>(), stop.signal));
  } catch (error) {
    if (stop.signal.aborted) Deno.exit(130);
    console.error(explainFailure(error, program.opts<Options>().out));
    Deno.exit(error instanceof TableError ? 2 : 1);
  }
}

/** Scores a table; returns the exit code. */
async function score(table: string, options: Options, signal: AbortSignal): Promise<number> {
  const settings = readSettings();
  const rejects = options.rejects ?? `${options.out}.rejects.csv`;
  await checkOutputs(table, options.out, rejects);
  const classifier = await findClassifier(options.model, signal);
  const { title, training } = classifier.saved;
  if (training.simulated) {
    console.error(SIMULATED);
  }
  await using work = await workFolder(dirname(options.out));
  const { folder } = work;
  const input = `${folder}/sources.parquet`, output = `${folder}/scored.arrow`;
  const list = `${folder}/rejects.csv`;
  const read = await importTable(table, input, list, {
    features: SOURCE_COLUMNS,
    ...options,
    signal,
    tell: console.error,
  });
  await using bar = await progress("scored, per cent", 100);
  const distribution = await scoreFile({
    input,
    output,
    classifier: classifier.save(),
    workers: options.workers ?? settings.workers,
    metadata: {
      title: "Classified X-ray sources",
      description: `${read.counts.accepted} sources of ${basename(table)}, classified by ${title}`,
      simulated: training.simulated,
      provenance: {
        ...await productProvenance(settings, [table]),
        ...classifierProvenance(classifier),
      },
    },
    onProgress: (done) => bar.update(Math.round(100 * done)),
    signal,
  });
  // the list goes with the catalogue: a new one takes the old one's place, none removes it
  await using placed = await besideFirst(list, rejects);
  await writeProduct(output, options.out);
  await placed.take(read.counts.rejected > 0);
  await bar.finish();
  const counts = table8(distribution).map((row) => `${row.class} ${row.all}`).join(", ");
  console.log(`${options.out}: ${counts}`);
  if (training.simulated) console.error(SIMULATED);
  if (read.counts.rejected === 0) return 0;
  console.error(`${read.counts.rejected} rows were left out: all are listed in ${rejects}.`);
  return 3;
}

/** The classifier of a folder, that of the last report, or one trained now. */
async function findClassifier(
  model: string | undefined,
  signal: AbortSignal,
): Promise<SourceClassifier> {
  const recipe = model === "paper" ? RECIPES.paper : RECIPES.ours;
  if (model !== "paper") {
    try {
      return await readModel(model ?? `${outFolder()}/model`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      if (model) {
        const files = Object.values(MODEL_FILES).join(", ");
        throw new Error(`no model in ${model}: it needs ${files}`, { cause: error });
      }
    }
  }
  const settings = readSettings();
  if (!(await isLightgbmBuilt())) await setUp(signal);
  const training = await loadTrainingTable(settings.data, { seed: settings.seed, signal });
  console.error(`Training ${recipe.title} on ${training.origin.description}.`);
  await using bar: Progress = await progress("trained, per cent", 100);
  const onProgress = (done: number) => bar.update(Math.round(100 * done));
  return await fitClassifier(training, recipe, { ...settings, onProgress, signal });
}

function choice(text: string): ColumnChoice {
  try {
    return parseChoice(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
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
