import { acquiredSources } from "@csc-classify/chandra-archives";
import { DownloadError } from "@csc-classify/vo-archives/pinned";
import { acquiredFolder, listAcquired } from "#lib/tables/acquired.ts";
import { AUTHORS } from "#lib/tables/labelled-set.ts";
import { yangCompilation } from "#lib/tables/muwclass.ts";
import { ngc3532 } from "./ngc-3532.ts";
import {
  type FetchOptions,
  fetchPublished,
  isPublishedAtHand,
  isPublishedReachable,
  publishedFile,
} from "#lib/tables/published-files.ts";
import {
  authorsTable,
  nedPhotometry,
  type PublishedClasses,
  publishedClasses,
  publishedPairs,
  type PublishedScores,
  yangCatalogue,
} from "./published-tables.ts";
import { type Sources } from "@csc-classify/chandra-sources";
import { takeSources } from "@csc-classify/chandra-sources/files";
import {
  type Assignment,
  type PublishedScorer,
  publishedScorer,
  settleColumns,
  settledSources,
} from "./published-scorer.ts";

/** Real sources of one origin, to be scored and shown apart from those of others. */
export interface RealCatalogue {
  readonly id: "acquired" | "authors" | "yang" | "ned" | "yang-td" | "ngc-3532";
  /** A few words, for tables and filters. */
  readonly title: string;
  readonly sources: Sources;
  /** What their publishers say of them. */
  readonly scores?: PublishedScores;
  /** True for an acquisition whose answers were written by hand: no real objects. */
  readonly invented?: boolean;
  /** How the columns of the authors' scored table were settled. */
  readonly assignment?: Assignment;
}

/** A file that could not be had. */
interface Lacking {
  readonly path: string;
  readonly content: string;
  readonly url: string;
  readonly why: string;
}

/** What there is of real catalogues, the best first, and what there is not. */
interface RealCatalogues {
  readonly found: readonly RealCatalogue[];
  readonly lacking: readonly Lacking[];
  /** The authors' classes by source, for comparison: the larger table where both are there. */
  readonly published: readonly PublishedClasses[];
  /** The authors' model, where it can be had. */
  readonly scorer?: PublishedScorer;
}

/**
 * Everything real that can be scored: what was acquired, the authors' scored table, the catalogue
 * of Yang et al., then the smaller sets. A file that is neither at hand nor to be downloaded is
 * named in `lacking`; one that is there and is another than it should be is an error.
 *
 * @param training Names of the training set: sources of the small sets that are in it are left out.
 * @throws Error for a file that is there and wrong, or whose numbers do not fit the authors' model.
 */
export async function realCatalogues(
  training: readonly string[],
  options: FetchOptions = {},
): Promise<RealCatalogues> {
  const lacking: Lacking[] = [], found: RealCatalogue[] = [], published: PublishedClasses[] = [];
  const isMirrored = (options.mirror ?? Deno.env.get("CSC_MIRROR") ?? "") !== "";
  let reachable: Promise<boolean> | undefined;
  const isThere = async (...paths: string[]) => {
    let all = true;
    for (const path of paths) {
      if (await isPublishedAtHand([path], options)) continue;
      const { content, url } = publishedFile(path, options.registry);
      const why = isMirrored
        ? "not in the folder of CSC_MIRROR"
        : await (reachable ??= isPublishedReachable(url))
        ? await fetchPublished(path, options).then(() => undefined, whyNot)
        : "its address cannot be reached";
      if (why === undefined) continue;
      lacking.push({ path, content, url, why });
      all = false;
    }
    return all;
  };
  const [best] = await listAcquired(), acquired = await acquiredSources(acquiredFolder());
  if (acquired) {
    const { release, area, invented } = best;
    const title = `acquired, CSC ${release}${area ? `, ${area}` : ""}`;
    found.push({ id: "acquired", title, sources: acquired, invented });
  }
  const scorer = await isThere("chandra-ml/lightGBM-new.pkl")
    ? await publishedScorer(options)
    : undefined;
  if (await isThere("csc-portal-app/df2.csv") && scorer) {
    const table = await authorsTable(options);
    const assignment = settleColumns(table, scorer);
    const { scores, ...sources } = settledSources(table, assignment);
    found.push({
      id: "authors",
      title: "Kumaran et al. 2023, scored table",
      sources,
      scores,
      assignment,
    });
  }
  if (await isThere("muwclass/ReadMe", "muwclass/gcs.dat")) {
    const { scores, ...sources } = await yangCatalogue(options);
    found.push({ id: "yang", title: "Yang et al. 2022, catalogue", sources, scores });
  }
  const known = new Set(training);
  const isNew = ({ names }: Sources) => [...names.keys()].filter((row) => !known.has(names[row]));
  if (await isThere("aurora-server/df_mw_final.csv", "chandra-ml/id_frame.csv")) {
    const all = await nedPhotometry(options);
    found.push({ id: "ned", title: "NED photometry", sources: takeSources(all, isNew(all)) });
  }
  if (await isThere("muwclass/TD.csv")) {
    const { predicted, ...all } = await yangCompilation(options), rows = isNew(all);
    const labels = Int32Array.from(rows, (row) => predicted[row]);
    const scores = { by: AUTHORS.yang, labels, cmp: new Float64Array(rows.length).fill(NaN) };
    if (rows.length > 0) {
      found.push({
        id: "yang-td",
        title: "Yang et al. 2022, labelled sources",
        sources: takeSources(all, rows),
        scores,
      });
    }
  }
  if (await isThere("muwclass/NGC3532_MW_clean.csv")) {
    found.push({ id: "ngc-3532", title: "field of NGC 3532", sources: await ngc3532(options) });
  }
  if (await isThere("chandra-xai/paper-2-data-table-with-shap.gz")) {
    published.push(await publishedPairs(options));
  }
  if (await isThere("chandra-xai/All-OVR-class-shap-deets.gz")) {
    published.push(await publishedClasses(options));
  }
  return { found, lacking, published, scorer };
}

/** A download that failed may do better another day; a wrong file is an error. */
function whyNot(error: Error): string {
  if (error instanceof DownloadError) return error.message;
  throw error;
}

/**
 * What the authors published of each source: from the tables by name, the first that has it, else
 * from the sources' own publisher where that is the authors. Label -1 and NaN where nothing is.
 */
export function authorsSay(
  { sources: { names }, scores }: Pick<RealCatalogue, "sources" | "scores">,
  published: readonly PublishedClasses[],
): Pick<PublishedScores, "labels" | "cmp"> {
  if (scores?.by === AUTHORS.paper) return scores;
  const labels = new Int32Array(names.length).fill(-1),
    cmp = new Float64Array(names.length).fill(NaN);
  for (const table of published) {
    const rowOf = new Map(table.names.map((name, row) => [name, row]));
    names.forEach((name, row) => {
      const at = labels[row] < 0 ? rowOf.get(name) : undefined;
      if (at === undefined) return;
      labels[row] = table.labels[at];
      cmp[row] = table.cmp[at];
    });
  }
  return { labels, cmp };
}
