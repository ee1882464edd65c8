import { dirname } from "node:path";
import { checkOutputs, placeFiles, workFolder, writeAtomic } from "@csc-classify/safe-files";
import { printable } from "@csc-classify/vo-tables/browser";
import {
  CLASSES,
  type ColumnChoice,
  type LabelledSources,
  parseChoice,
  TableQuestions,
} from "@csc-classify/chandra-sources";
import { progress } from "#show/progress.ts";
import { escapeHtml, STYLES } from "#show/display.ts";
import { tableHtml } from "#show/tables.ts";
import { readSettings, SettingError } from "#lib/run/settings.ts";
import { loadLabelledSet } from "#lib/tables/labelled-set.ts";
import { readLabelledTable } from "@csc-classify/chandra-sources/files";
import { RECIPES } from "#lib/trust/fit-classifier.ts";
import {
  coverageByGroup,
  type ExaminationPlan,
  type Examined,
  measured,
  MEASURES,
  planExamination,
  runExamination,
} from "#studies/mod.ts";
import { isLightgbmBuilt } from "../setup/build-lightgbm.ts";
import { setUp } from "../setup/set-up.ts";
import { questionsWithCommand } from "./user-table.ts";
import { EXIT, labelsOption, taskCommand, wholeNumberFrom } from "./options.ts";
import { ownOutput, WRITTEN } from "./own-product.ts";
import { runTask } from "./run-task.ts";

const HELP = `
The table has names, positions, X-ray fluxes and a column of classes: ${CLASSES.join(", ")}. Columns
are found as deno task score finds them. The table is cut into folds that keep 1 degree cells, galaxies,
clusters and star-forming regions whole; each fold is classified by a classifier that is fitted anew without
any source of its cells and hosts, calibration and sets included. The page says how often class and set were
right, by class, place and surveys, with 95 % intervals by drawing blocks of sky anew; a JSON file beside it has
the same numbers. A stopped examination goes on where it was.

Examples:
  deno task examine labelled.csv                     writes labelled.examined.html and .json
  deno task examine labelled.fits --column "class=true_Class" --out mine.html`;

/** Folds of the user's table: each costs one fit of the classifier. */
const FOLDS = 5;

interface Options {
  readonly out?: string;
  readonly column: readonly ColumnChoice[];
  readonly labels?: "union" | "paper";
  readonly hostLimits?: boolean;
  readonly seed?: number;
  readonly workers?: number;
  readonly overwrite?: boolean;
}

const program = taskCommand(
  "deno task examine",
  "Examines the classifier on labels of your own, by models that saw none of them.",
)
  .argument("<table>", "table of sources with classes")
  .option("--out <page>", "page to write (default: <table>.examined.html, which must not be there)")
  .option(
    "--column <choice>",
    "column of a feature, class, name or position: TARGET=NAME or TARGET=NAME:UNIT; may be repeated",
    (text: string, before: ColumnChoice[]) => [...before, parseChoice(text)],
    [] as ColumnChoice[],
  )
  .addOption(labelsOption())
  .option("--host-limits", "examine classes and sets under the physical limits of galaxies")
  .option("--seed <n>", "whole number that all randomness comes from", wholeNumberFrom(0))
  .option("--workers <n>", "worker threads; all cores by default", wholeNumberFrom(1))
  .option("--overwrite", "replace files that are not as this project wrote them")
  .addHelpText("after", HELP);

if (import.meta.main) {
  program.parse(Deno.args, { from: "user" });
  const [path] = program.args, options = program.opts<Options>();
  await runTask((signal) => examine(path, options, signal), {
    explain: (error) =>
      error instanceof TableQuestions
        ? questionsWithCommand(path, Deno.args, error.questions, "examine")
        : undefined,
  });
}

/** Examines, writes page and numbers, and returns the exit code. */
async function examine(path: string, options: Options, signal: AbortSignal): Promise<number> {
  const settings = readSettings();
  const { seed = settings.seed, workers = settings.workers, hostLimits } = options;
  const page = options.out ?? `${path.replace(/(\.\w+)?(\.gz)?$/i, "")}.examined.html`;
  const numbers = `${page.replace(/\.html?$/i, "")}.json`;
  if (!options.out && !options.overwrite && await Deno.lstat(page).catch(() => undefined)) {
    throw new SettingError(`${page} is there; name another with --out, or give --overwrite`);
  }
  const check = () =>
    checkOutputs({
      inputs: [{ path, what: "the table" }],
      outputs: [numbers, page].map((path) => ownOutput(path, "--out")),
      overwrite: options.overwrite,
      remedy: "give --overwrite",
    });
  await check();
  const table = await readLabelledTable(path, { choices: options.column });
  if (!await isLightgbmBuilt()) await setUp(signal);
  const training = await loadLabelledSet(settings.data, options.labels ?? settings.labels, {
    seed: settings.seed,
    signal,
  });
  const plan = planExamination(table, training, { folds: FOLDS, seed });
  console.error(printable(
    `${table.origin.description} in ${plan.nBlocks} blocks of sky, ${plan.nFolds} folds; the ` +
      `classifier learns from ${training.origin.description} without the blocks of each fold.`,
  ));
  if (training.origin.kind === "simulated") console.error(SIMULATED);
  await using bar = await progress("examined, per cent", 100);
  const examined = await runExamination(table, training, plan, RECIPES.ours, {
    seed,
    workers,
    hostLimits,
    signal,
    onProgress: (done) => bar.update(100 * done),
  });
  const report = reportOf(table, training, plan, examined, seed);
  await check(); // somebody may have put a file there meanwhile
  await using work = await workFolder(dirname(page), ".examine-");
  const texts = { numbers: JSON.stringify(report, undefined, 2) + "\n", page: pageOf(report) };
  for (const [name, text] of Object.entries(texts)) {
    await writeAtomic(`${work.folder}/${name}`, text);
  }
  // both or none, of one table; the page last: where it is, the numbers are
  const files = Object.entries({ numbers, page });
  await placeFiles(
    files.map(([name, to]) => ({ from: `${work.folder}/${name}`, to })),
    WRITTEN.replacing(options.overwrite),
  );
  for (const { what, value, low, high } of report.scores) {
    console.log(`${what.padEnd(56)} ${value} (${low} to ${high})`);
  }
  console.log(`Written: ${page}, ${numbers}`);
  return EXIT.done;
}

const SIMULATED =
  "The classifier learns from SIMULATED sources: what is found means nothing for science. With a " +
  "network, or with CSC_MIRROR set to a folder of the published files, examine again.";

/** All that page and JSON say. */
function reportOf(
  table: LabelledSources,
  training: LabelledSources,
  plan: ExaminationPlan,
  examined: Examined,
  seed: number,
) {
  const all = measured(table, examined, plan.blocks, seed);
  return {
    table: table.origin.description,
    sha256: table.origin.sha256,
    learnt_from: training.origin.description,
    simulated: training.origin.kind === "simulated",
    blocks: plan.nBlocks,
    folds: plan.nFolds,
    training_rows: plan.fit.map((rows) => rows.length),
    seed,
    scores: Object.entries(MEASURES).map(([name, what]) => {
      const { value, low, high } = all[name as keyof typeof MEASURES];
      const rounded = (number: number) => Number(number.toFixed(name === "ece" ? 3 : 1));
      const isSize = name === "set_size", size = (number: number) => Number(number.toFixed(2));
      const [v, l, h] = [value, low, high].map(isSize ? size : rounded);
      return { measure: name, what, value: v, low: l, high: h };
    }),
    coverage: coverageByGroup(table, examined, plan.blocks, seed),
  };
}

/** The page: no script, all texts escaped. */
function pageOf(report: ReturnType<typeof reportOf>): string {
  const { scores, coverage, simulated, blocks, folds } = report;
  const scoreTable = tableHtml(scores.map(({ measure: _, ...row }) => row), {
    caption: "Scores, per cent unless said otherwise; 95 % intervals by drawing blocks of sky anew",
    labels: { what: "", low: "from", high: "to" },
    digits: 3,
  });
  const groups = Map.groupBy(coverage, ({ group }) => group);
  const coverageTables = [...groups].map(([group, rows]) =>
    tableHtml(rows.map(({ group: _, ...row }) => row), {
      caption: `Sets of 95 %: ${group}`,
      labels: {
        right: "class right, %",
        coverage: "set holds it, %",
        low: "from",
        high: "to",
        set_size: "classes in a set",
      },
      digits: 1,
    })
  );
  const band = simulated
    ? `<p role="note"><strong>SIMULATED SOURCES: ${escapeHtml(SIMULATED)}</strong></p>`
    : "";
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Examination of the classifier</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}${STYLES}</style>
</head>
<body>
<main>
<h1>Examination of the classifier</h1>
${band}
<p>${escapeHtml(report.table)} (SHA-256 <code>${escapeHtml(report.sha256)}</code>), in ${blocks}
blocks of sky and ${folds} folds. Each fold was classified by a classifier that had seen no source of
its cells and hosts; it learnt from ${escapeHtml(report.learnt_from)}, of which ${
    report.training_rows.join(", ")
  } rows were left for the folds. Seed ${report.seed}.</p>
${scoreTable}
<p>The classifier's YSO means young, or in a star-forming region. Labels that call a star of such a
region STAR differ from it there: the lines that take STAR and YSO as one compare what both mean.</p>
<h2>Coverage by class, place and surveys</h2>
<p>Groups of few sources say little; a group that lies in one block of sky has no interval.</p>
${coverageTables.join("\n")}
</main>
</body>
</html>
`;
}
