import { load, NotSaved } from "#figures/saves.ts";
import { outFolder } from "#lib/run/files.ts";
import { type CodeVersion, codeVersion } from "#lib/run/provenance.ts";
import { readResults, type Results, runName } from "#lib/run/results.ts";
import { hasCode } from "@csc-classify/safe-files";
import { type CardPictures, cardPictures } from "./card-pictures.ts";
import { readRuns, type RunRecord } from "./run-record.ts";

/**
 * What index and results show, gathered from `out/`: what belongs to the run of `results.json`.
 * Files that another run has left there are not among it.
 */
export interface IndexContent {
  /** All notebooks, also those whose report is of another run. */
  readonly runs: readonly IndexRun[];
  readonly results?: Results;
  readonly figures: readonly IndexFigure[];
  /** What to believe, by class. */
  readonly advice: readonly Advice[];
  readonly files: readonly IndexFile[];
  readonly code: CodeVersion;
  /** Pictures of explorer and classifying page; absent where the run has no catalogue. */
  readonly pictures?: CardPictures;
}

/** A notebook's last run. */
export interface IndexRun extends RunRecord {
  readonly isOfRun: boolean;
  /** Figures that its report shows, by id, in its order. */
  readonly figures: readonly string[];
}

/** A saved figure with its sidecar. */
interface IndexFigure {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** Files of the figure below `out/`; the SVG, which the page shows, is one of them. */
  readonly links: readonly string[];
}

/** One piece of advice; `class` is the heading, a class or any other. */
interface Advice {
  readonly class: string;
  readonly text: string;
}

/** A product to take away, by path below `out/`. */
interface IndexFile {
  readonly path: string;
  readonly bytes: number;
}

/** Gathers what there is; what has not been made yet is left out. */
export async function indexContent(): Promise<IndexContent> {
  const results = await readResults();
  const run = results && runName(results.head);
  const records = await readRuns();
  const runs = await Promise.all(records.map(async (record) => ({
    ...record,
    isOfRun: record.run === run,
    figures: await figuresOf(record.name),
  })));
  const own = new Set(runs.filter(({ isOfRun }) => isOfRun).flatMap(({ wrote = [] }) => wrote));
  const hasCatalogue = runs.some(({ name, isOfRun }) => isOfRun && name.startsWith("05"));
  return {
    runs,
    results,
    figures: await figures(run),
    advice: await ofThisRun(() => load("what-to-believe")) ?? [],
    files: await files(own, hasCatalogue),
    code: await codeVersion(),
    pictures: await ofThisRun(async () => {
      const { scored } = await load("pages");
      return await cardPictures(`${outFolder()}/${scored}`);
    }),
  };
}

/** Undefined where the run has not left it. */
async function ofThisRun<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NotSaved || hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Ids of the figures that a report shows. */
async function figuresOf(name: string): Promise<string[]> {
  const page = await Deno.readTextFile(`${outFolder()}/${name}.html`).catch(() => "");
  return [...page.matchAll(/<figure class="csc" id="([a-z0-9-]+)">/g)].map(([, id]) => id);
}

async function figures(run: string | undefined): Promise<IndexFigure[]> {
  const names = await fileNames("figures");
  const found: IndexFigure[] = [];
  for (const file of names.filter((name) => name.endsWith(".json"))) {
    const id = file.replace(/\.json$/, "");
    if (!names.includes(`${id}.svg`)) continue;
    const sidecar = await readSidecar(`figures/${file}`);
    if (sidecar.run !== run) continue;
    const links = names.filter((name) => name.replace(/\.\w+$/, "") === id)
      .map((name) => `figures/${name}`);
    found.push({ id, title: sidecar.title, caption: sidecar.caption, links });
  }
  const collator = new Intl.Collator("en", { numeric: true });
  const isOfPaper = ({ id }: IndexFigure) => /^figure-\d/.test(id) ? 0 : 1;
  return found.sort((a, b) => isOfPaper(a) - isOfPaper(b) || collator.compare(a.id, b.id));
}

/** Folders with products; reports, figures and saved results are linked elsewhere. */
const PRODUCTS = ["", "catalogue", "model"];

/**
 * @param own Files that the notebooks of this run wrote.
 * @param hasPages Whether the explorer and the classifying page are of its catalogue.
 */
async function files(own: ReadonlySet<string>, hasPages: boolean): Promise<IndexFile[]> {
  const found: IndexFile[] = [];
  for (const folder of PRODUCTS) {
    for (const name of await fileNames(folder)) {
      const path = folder ? `${folder}/${name}` : name;
      const isProduct = folder !== "" || /\.(parquet|arrow|csv|vot|txt)$/.test(name);
      const isOwn = name === "results.json" || own.has(path) && isProduct ||
        hasPages && /^(explorer|classify)\.html$/.test(path);
      if (!isOwn) continue;
      found.push({ path, bytes: (await Deno.stat(`${outFolder()}/${path}`)).size });
    }
  }
  // the browsable pages first
  const isPage = ({ path }: IndexFile) => path.endsWith(".html") ? 0 : 1;
  return found.sort((a, b) => isPage(a) - isPage(b));
}

async function fileNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(`${outFolder()}/${folder}`)) {
      if (entry.isFile && !/^\.|\.part$/.test(entry.name)) names.push(entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

async function readSidecar(
  path: string,
): Promise<{ title: string; caption: string; run?: string }> {
  try {
    return JSON.parse(await Deno.readTextFile(`${outFolder()}/${path}`));
  } catch (error) {
    const { message } = error as Error;
    throw new SyntaxError(
      `${outFolder()}/${path} is not JSON (${message}); delete it and run the report again`,
    );
  }
}
