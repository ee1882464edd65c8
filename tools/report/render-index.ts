import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Eta } from "eta";
import { STYLES } from "#show/display.ts";
import { figureTitle } from "#figures/plot-kit.ts";
import { PROFILES } from "#lib/run/settings.ts";
import type { IndexContent, IndexRun } from "./index-content.ts";
import { resultsTableHtml, resultsTables, scoreText } from "./results-tables.ts";

const TEMPLATES = fileURLToPath(new URL("template", import.meta.url));

/** Numbers to begin with: the first five of these that a run has made. */
export const HEADLINES: Readonly<Record<string, string>> = {
  "headline.macro_f1": "macro F1 (per cent) of our pipeline on sky that it has not seen",
  "blocked.lightgbm.macro_f1": "macro F1 of the paper's LightGBM there",
  "table6.lightgbm.f1": "weighted F1 of the paper's LightGBM on random folds",
  "calibration.ece": "by so much our probabilities are off on unseen sky (mean)",
  "real.agreement.ours":
    "per cent of real sources get the class that the paper's authors published",
  "table7.xray.f1": "weighted F1 with X-ray features alone (per cent)",
  "random.lightgbm.macro_f1": "macro F1 of the paper's LightGBM on random folds",
  "real.sources.distinct": "real sources classified",
};
const SHOWN = 5;

/** A word on each file to take away, by the end of its path. */
const FILES: readonly (readonly [RegExp, string])[] = [
  [/^explorer\.html$/, "the catalogue as a page"],
  [/^classify\.html$/, "the classifier as a page"],
  [/^results\.json$/, "every number of the reports"],
  [/simulated/, "SIMULATED sources, to try things with"],
  [/disagreements\.csv$/, "sources whose published class is another than ours"],
  [/-(sources|catalogue)-sources\.parquet$/, "what was classified: the features"],
  [/csv-metadata\.json$/, "units and meaning of the CSV's columns"],
  [/^catalogue\/.*\.arrow$/, "classified sources for R, pandas, polars"],
  [/^catalogue\/.*\.parquet$/, "classified sources for databases and Python"],
  [/^catalogue\/.*\.csv$/, "classified sources as plain text"],
  [/^catalogue\/.*\.vot$/, "classified sources for TOPCAT and Aladin"],
  [/^model\/lightgbm\.txt$/, "the model in LightGBM's own format"],
  [/^model\/pipeline\.json$/, "how features are made and probabilities calibrated"],
  [/^model\/likeness\.json$/, "what likeness to the training set is judged by"],
  [/^model\/training\.csv$/, "the sources that the model learnt from"],
  [/^model\/csc_classify\.py$/, "the classifier in Python"],
  [/^model\/SHA256SUMS$/, "digests of the model's files"],
  [/^model\//, "part of the model's folder"],
  [/./, "made by the notebooks"],
];

/** The reports whose first figure says less of them than another. */
const THUMBNAILS: Readonly<Record<string, string>> = { "02": "sky-training", "04": "figure-5" };

/**
 * The index page: one screen that leads to the pages, the reports, all results and the files. All
 * values are escaped.
 */
export async function renderIndex(content: IndexContent): Promise<string> {
  const { results, files, pictures } = content;
  const real = results?.results["real.sources.distinct"]?.value;
  const has = (page: string) => files.some(({ path }) => path === page);
  const cards = [
    {
      href: "explorer.html",
      title: real
        ? `Explore ${real.toLocaleString("en")} real Chandra sources`
        : "Explore the catalogue of this run",
      line: "A map, a search by name or position, filters, and why each source got its class.",
      picture: pictures?.explore ?? "",
    },
    {
      href: "classify.html",
      title: "Classify your own sources",
      line: "Drop a table, get eight probabilities for each source. Nothing leaves this browser.",
      picture: pictures?.classify ?? "",
    },
  ].filter(({ href }) => has(href));
  return await render("./index", content, {
    cards,
    headlines: Object.entries(HEADLINES)
      .filter(([key]) => results?.results[key])
      .slice(0, SHOWN)
      .map(([key, label]) => ({ label, result: results!.results[key] })),
    runs: content.runs.map((run) => ({
      ...run,
      number: /^\d\d/.exec(run.name) ? Number(run.name.slice(0, 2)) : "",
      thumbnail: thumbnailOf(run, content),
    })),
    files: files.map((file) => ({
      ...file,
      words: FILES.find(([pattern]) => pattern.test(file.path))![1],
    })),
  });
}

function thumbnailOf(run: IndexRun, { figures }: IndexContent): string | undefined {
  const shown = run.figures.filter((id) => figures.some((figure) => figure.id === id));
  const best = THUMBNAILS[run.name.slice(0, 2)];
  return shown.includes(best) ? best : shown[0];
}

/** The page of all results: tables and figures, to be searched, each with its notebook. */
export async function renderResults(content: IndexContent): Promise<string> {
  const { runs, results, figures } = content;
  const report = (number: string) =>
    runs.find(({ name, isOfRun }) => isOfRun && number && name.startsWith(number));
  return await render("./results", content, {
    tables: resultsTables(results?.results ?? {}).map((table) => ({
      html: resultsTableHtml(table, results?.head.simulated),
      from: report(table.notebook),
    })),
    figures: figures.map((figure) => ({
      ...figure,
      from: runs.find(({ isOfRun, figures }) => isOfRun && figures.includes(figure.id)),
    })),
  });
}

async function render(page: string, content: IndexContent, more: object): Promise<string> {
  const head = content.results?.head;
  const eta = new Eta({ views: TEMPLATES, autoEscape: true });
  const script = await Deno.readTextFile(`${TEMPLATES}/csc/page.js`);
  return eta.render(page, {
    ...content,
    ...more,
    css: await Deno.readTextFile(`${TEMPLATES}/csc/report.css`) + STYLES,
    script,
    scriptHash: `sha256-${createHash("sha256").update(script).digest("base64")}`,
    simulated: head?.simulated,
    profile: head && describeProfile(head.profile),
    made: new Date().toISOString().replace("T", " ").slice(0, 16) + " UTC",
    scoreText,
    figureTitle,
    sizeText,
  });
}

function describeProfile(name: string): string {
  const profile = Object.values(PROFILES).find((profile) => profile.name === name);
  return profile
    ? `profile ${name}: ${profile.iterations} × ${profile.folds} folds`
    : `profile ${name}`;
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
