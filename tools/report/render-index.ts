import { fileURLToPath } from "node:url";
import { Eta } from "eta";
import { bannerHtml, STYLES } from "#lib/notebook/display.ts";
import { figureTitle } from "#figures/plot-kit.ts";
import { PROFILES } from "#lib/run/settings.ts";
import type { IndexContent } from "./index-content.ts";
import { resultsTableHtml, resultsTables, scoreText } from "./results-tables.ts";

const TEMPLATES = fileURLToPath(new URL("template", import.meta.url));

/** Numbers to begin with, where a run has made them. */
export const HEADLINES: Readonly<Record<string, string>> = {
  "table6.lightgbm.f1": "weighted F1 of LightGBM, random folds (per cent)",
  "table6.lightgbm.mcc": "Matthews correlation coefficient of LightGBM, random folds",
  "table7.xray.f1": "weighted F1 with X-ray features alone (per cent)",
  "random.lightgbm.macro_f1": "macro F1 of the paper's LightGBM, random folds (per cent)",
  "blocked.lightgbm.macro_f1": "macro F1 of the paper's LightGBM on sky it has not seen",
  "headline.macro_f1": "macro F1 of our pipeline on sky it has not seen, hosts kept whole",
  "calibration.ece": "expected calibration error on blocked folds",
  "real.agreement.paper":
    "real sources that the paper's model classes as its authors published (per cent)",
  "real.agreement.ours": "the same of our classifier (per cent)",
};

/**
 * The index page: a supplement to the paper, beside the reports and figures that it shows and
 * links. All values are escaped.
 */
export async function renderIndex(content: IndexContent): Promise<string> {
  const { results } = content;
  const head = results?.head;
  const eta = new Eta({ views: TEMPLATES, autoEscape: true });
  const css = await Deno.readTextFile(`${TEMPLATES}/csc/report.css`);
  const kind = head?.simulated ? "simulated" : "published";
  return eta.render("./index", {
    ...content,
    css: css + STYLES,
    banner: head ? bannerHtml({ kind, description: head.data }) : "",
    headlines: Object.entries(HEADLINES)
      .filter(([key]) => results?.results[key])
      .map(([key, label]) => ({ label, result: results!.results[key] })),
    explorer: content.files.some(({ path }) => path === "explorer.html"),
    classify: content.files.some(({ path }) => path === "classify.html"),
    real: results?.results["real.sources"]?.value,
    tables: resultsTables(results?.results ?? {}).map(resultsTableHtml),
    profile: head && describeProfile(head.profile),
    made: new Date().toISOString().replace("T", " ").slice(0, 16) + " UTC",
    scoreText,
    figureTitle,
    sizeText,
    minutes,
  });
}

function describeProfile(name: string): string {
  const profile = Object.values(PROFILES).find((profile) => profile.name === name);
  return profile ? `${name}: ${profile.iterations} × ${profile.folds} folds` : name;
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function minutes(seconds: number): string {
  return seconds < 100 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;
}
