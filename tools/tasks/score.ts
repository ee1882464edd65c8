import { basename, dirname } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { placeFiles, workFolder } from "@csc-classify/safe-files";
import { progress } from "#show/progress.ts";
import { outFolder } from "#lib/run/files.ts";
import { readSettings, SettingError } from "#lib/run/settings.ts";
import { classifierProvenance, productProvenance } from "#lib/scoring/product-provenance.ts";
import { productOutputs, WRITTEN } from "./own-product.ts";
import { classifyBatches } from "#lib/scoring/classify-batches.ts";
import { modelDigest, readModel } from "#lib/scoring/model-folder.ts";
import { sweeper } from "#lib/scoring/sweep.ts";
import { PRODUCT_FORMATS, writeProduct } from "@csc-classify/vo-tables/write";
import {
  type ColumnChoice,
  type Doubt,
  DOUBTS,
  parseChoice,
  TableQuestions,
} from "@csc-classify/chandra-sources";
import { cannotOpen, ENCODINGS, TableError } from "@csc-classify/vo-tables/browser";
import { SOURCE_COLUMNS, type SourceClassifier } from "#lib/trust/classify.ts";
import { table8 } from "#lib/scoring/table-8.ts";
import {
  describeTable,
  openSources,
  questionsWithCommand,
  RejectsList,
  type TableOptions,
} from "./user-table.ts";
import { openModel } from "./open-model.ts";
import { EXIT, labelsOption, taskCommand, wholeNumberFrom } from "./options.ts";
import { runTask } from "./run-task.ts";
import { checkScoreOutputs, explainFailure, productFile } from "./score-outputs.ts";

const HELP = `
The table may be CSV (cells separated by comma, semicolon, tab or |), Parquet, Arrow, VOTable, FITS, JSON,
a sheet of Excel, or a table of a web page or of LaTeX.
Columns are found by name, unit, UCD, values and the company they keep, in any order and case: name, ra and
dec (degrees, hours or sexagesimal), and the features of the model under our names (flux_b, G, W1 ...) or
those of the tables in docs/dialects.md: CSC 2.0 and 2.1, HEASARC, VizieR, MUWCLASS, Gaia, 2MASS, WISE, SDSS,
GALEX, joined by TOPCAT or X-Match. A unit may follow the name: "flux_b [W/m2]". What was understood is
printed before anything is scored, of a long table by its first rows, and by all in the end (--dry-run prints
it alone); what is in doubt is asked, with the command that goes on. --column settles it: TARGET=NAME or
TARGET=NAME:UNIT, NAME#2 for the second column of a name, NAME[1] for an element of an array, none=NAME to
leave a column out; of logarithms "flux_b=NAME:log erg/s/cm2", ra=NAME:name dec=NAME:name where the names of
sources state their position, l_flux_b=NAME:WORD where WORD says that a flux is an upper limit.

X-ray fluxes are Chandra's, in erg/s/cm2: flux_b in 0.5-7 keV and its parts flux_u 0.2-0.5, flux_s 0.5-1.2,
flux_m 1.2-2, flux_h 2-7. Other missions' bands are others.

Empty cells and marks such as --- or masked are missing values; so are -99, 99.99 and the like when they come
again and again. observed_gaia, observed_2mass ... (1, 0) say whether a survey looked there, l_Gmag or Gmag_ul
that a value is an upper limit, as do the letters of Qfl, qph and ph_qual. Galactic coordinates and colours are
worked out. Rows that say the same of a source count once. Rows with bad values are not scored but listed, with
row number, value and reason, in the rejects file.

--force takes the doubt that it settles, and no other:
${Object.entries(DOUBTS).map(([name, what]) => `  ${name.padEnd(9)} ${what}`).join("\n")}

Exit codes:
  0         every row scored
  1         something failed; nothing written
  2         bad command line, or a table or columns that cannot be used; nothing written
  3         scored, but some rows rejected
            (--dry-run has the code that scoring would have)
  129, 130, 143  stopped (closed terminal, Ctrl-C, SIGTERM); nothing written

Examples:
  deno task score sources.csv                       writes sources.classified.csv
  deno task score sources.csv --out scored.parquet
  deno task score field.fits --out field.vot --column "flux_h=Fcsc_h:erg/s/cm2"
  deno task score field.parquet --out field.csv --rejects bad-rows.csv`;

interface Options extends TableOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly out?: string;
  readonly rejects?: string;
  readonly model?: string;
  readonly labels?: "union" | "paper";
  readonly hostLimits?: boolean;
  readonly workers?: number;
  readonly overwrite?: boolean;
}

const program = taskCommand("deno task score", "Classifies your own X-ray sources.")
  .argument("<table>", "table of sources")
  .option(
    "--out <file>",
    `file to write: ${Object.keys(PRODUCT_FORMATS).join(", ")} ` +
      "(default: <table>.classified.csv, which must not be there)",
    productFile,
  )
  .option("--rejects <file>", "CSV for rows that cannot be used (default: <out>.rejects.csv)")
  .option(
    "--column <choice>",
    "column of a feature, name or position: TARGET=NAME or TARGET=NAME:UNIT; may be repeated",
    (text: string, before: ColumnChoice[]) => [...before, choice(text)],
    [] as ColumnChoice[],
  )
  .addOption(new Option("--encoding <name>", "of a text that is not UTF-8").choices([...ENCODINGS]))
  .option("--table <name>", "which of several tables or extensions of the file, by name or number")
  .option("--max-size <bytes>", "what a packed file may unpack to", wholeNumberFrom(1))
  .addOption(
    new Option("--rows <which>", "all: score every row, where rows of one source differ too")
      .choices(["all"]),
  )
  .addOption(
    new Option("--force [doubt]", `go on in spite of one doubt: ${Object.keys(DOUBTS).join(", ")}`)
      .preset("").argParser(doubt).default([], "none"),
  )
  .option("--dry-run", "say how the table is understood, and score nothing")
  .option("--json", "with --dry-run: as JSON")
  .option(
    "--model <folder>",
    "classifier to use (default: out/model, else trained now); paper for the paper's LightGBM",
  )
  .addOption(labelsOption())
  .option(
    "--host-limits",
    "let the physical limits of a source's galaxy decide class, probabilities and set",
  )
  .option(
    "--overwrite",
    "replace files at --out and --rejects that are not as this project wrote them",
  )
  .option("--workers <n>", "worker threads; all cores by default", wholeNumberFrom(1))
  .addHelpText("after", HELP);

const SIMULATED =
  "The model was trained on SIMULATED sources: its classes mean nothing for science. With a network, " +
  "or with CSC_MIRROR set to a folder of the published files, run deno task report again first.";

if (import.meta.main) {
  program.parse(Deno.args, { from: "user" });
  const [table] = program.args, options = program.opts<Options>();
  if (options.json && !options.dryRun) program.error("error: --json needs --dry-run");
  const out = options.out ?? classifiedName(table);
  const isReplacing = options.out !== undefined || options.overwrite;
  await runTask(async (signal) => {
    if (options.dryRun) return await describe(table, options, signal);
    if (!isReplacing && await Deno.lstat(out).catch(() => undefined)) {
      throw new SettingError(`${out} is there; name another with --out, or give --overwrite`);
    }
    return await score(table, { ...options, out }, signal);
  }, {
    explain: (error) =>
      error instanceof TableQuestions
        ? questionsWithCommand(table, Deno.args, error.questions)
        : explainFailure(error, out),
    stopped: "Nothing was written.",
  });
}

/** Prints how a table is understood; returns the exit code that scoring it would have. */
async function describe(table: string, options: Options, signal: AbortSignal): Promise<number> {
  const { text, isReady, rejected } = await describeTable(table, Deno.args, {
    features: SOURCE_COLUMNS,
    ...options,
    signal,
  });
  console.log(text);
  if (!isReady) return EXIT.refused;
  return rejected > 0 ? EXIT.remarks : EXIT.done;
}

/** Where a table's classes go unless the user says otherwise: beside it. */
function classifiedName(table: string): string {
  return table.replace(/(\.\w+)?(\.gz)?$/i, "") + ".classified.csv";
}

/**
 * What is another once a table was written to or replaced.
 *
 * @throws TableError where there is no such table: before anything is made beside it.
 */
async function stateOf(table: string): Promise<string> {
  const { size, mtime, ino } = await Deno.stat(table).catch((error: Error) => {
    throw cannotOpen(table, error);
  });
  return [size, mtime?.getTime(), ino].join();
}

/** Scores a table; returns the exit code. */
async function score(
  table: string,
  options: Options & { readonly out: string },
  signal: AbortSignal,
): Promise<number> {
  const settings = readSettings();
  const rejects = options.rejects ?? `${options.out}.rejects.csv`;
  const model = options.model === "paper" ? undefined : options.model ?? `${outFolder()}/model`;
  const files = { table, out: options.out, rejects, model, overwrite: options.overwrite };
  await checkScoreOutputs(files);
  const state = await stateOf(table);
  await using work = await workFolder(dirname(options.out), ".score-");
  const { folder } = work;
  using left = new RejectsList(`${folder}/rejects.csv`);
  const read = await openSources(table, left, {
    features: SOURCE_COLUMNS,
    ...options,
    folder,
    signal,
    tell: console.error,
  });
  sweeper(1)(); // what was read is gone before workers take as much
  const { counts, carried, batches, expected } = read;
  const classifier = await findClassifier(options, signal);
  const { title, training, decision } = classifier.saved;
  if (options.hostLimits && !decision.limitedSets) {
    throw new SettingError(`${title} has no limits of hosts; leave out --host-limits`);
  }
  console.error(`${title}, SHA-256 ${modelDigest(classifier)}.`);
  if (training.simulated) console.error(SIMULATED);
  await using bar = await progress("rows scored", expected());
  const scored = classifyBatches(batches, {
    extras: carried,
    classifier: classifier.save(),
    hostLimits: options.hostLimits,
    workers: options.workers ?? settings.workers,
    metadata: {
      title: "Classified X-ray sources",
      description: `Sources of ${basename(table)}, classified by ${title}`,
      simulated: training.simulated,
      provenance: {
        ...await productProvenance(settings, [table]),
        ...classifierProvenance(classifier, options),
      },
    },
    onProgress: (rows) => bar.update(rows, expected()),
    signal,
  });
  const product = `${folder}/product/${basename(options.out)}`;
  try {
    await writeProduct(scored, product);
  } catch (error) {
    await bar.finish();
    if (!signal.aborted) read.tellLeftOut();
    throw error;
  }
  // it is read while it is scored: its rows, and the sum that the product states, are of one content
  if (await stateOf(table) !== state) {
    throw new TableError(
      "format",
      `${table} changed while it was read; run this again when nothing writes there`,
    );
  }
  const made = productOutputs(product, "").map(({ path }) => basename(path));
  // somebody may have put a file there meanwhile
  await checkScoreOutputs(files);
  // the product last: where it is, all of it is; without rejected rows an earlier list is none of it
  await placeFiles(
    [
      ...counts.rejected > 0 ? [{ from: left.path, to: rejects }] : [],
      ...made.map((name) => ({
        from: `${dirname(product)}/${name}`,
        to: `${dirname(options.out)}/${name}`,
      })),
    ],
    WRITTEN.replacing(options.overwrite),
    counts.rejected > 0 ? [] : [rejects],
  );
  await bar.finish();
  read.tellRest();
  const classes = table8(scored.distribution).map((row) => `${row.class} ${row.all}`).join(", ");
  console.log(`${options.out}: ${classes}`);
  if (training.simulated) console.error(SIMULATED);
  if (counts.rejected === 0) return EXIT.done;
  const some = counts.rejected === 1 ? "1 row was" : `${counts.rejected} rows were`;
  console.error(`${some} left out: all are listed in ${rejects}.`);
  return EXIT.remarks;
}

/** The classifier of a folder, that of the last report, or one trained now. */
async function findClassifier(
  { model, labels }: Pick<Options, "model" | "labels">,
  signal: AbortSignal,
): Promise<SourceClassifier> {
  if (model !== "paper") {
    try {
      const found = model ? await openModel(model) : await readModel(`${outFolder()}/model`);
      const learnt = found.saved.training.notes.label_origin ? "union" : "paper";
      if (!labels || labels === learnt) return found;
      const { description } = found.saved.training;
      if (model) {
        throw new SettingError(
          `${model} learnt from ${description}; leave out --labels, or --model to train anew`,
        );
      }
      console.error(`The model of the last report learnt from ${description}: another is trained.`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  // what trains is loaded where nothing is there yet
  return await (await import("./train-classifier.ts")).trainClassifier(
    model === "paper" ? "paper" : "ours",
    labels,
    signal,
  );
}

function choice(text: string): ColumnChoice {
  try {
    return parseChoice(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function doubt(text: string, before: readonly Doubt[]): readonly Doubt[] {
  if (Object.hasOwn(DOUBTS, text)) return [...before, text as Doubt];
  throw new InvalidArgumentError(
    `It takes the name of a doubt: ${Object.keys(DOUBTS).join(", ")}.`,
  );
}
