import { outFolder } from "#lib/run/files.ts";
import { type CodeVersion, codeVersion } from "#lib/run/provenance.ts";
import { readResults, type Results } from "#lib/run/results.ts";
import { readRuns, type RunRecord } from "./run-record.ts";

/** What the index shows, gathered from `out/`. */
export interface IndexContent {
  readonly runs: readonly RunRecord[];
  readonly results?: Results;
  readonly figures: readonly IndexFigure[];
  /** What to believe, by class: `out/results/what-to-believe.json`. */
  readonly advice: readonly Advice[];
  readonly files: readonly IndexFile[];
  readonly code: CodeVersion;
}

/** A saved figure with its sidecar. */
export interface IndexFigure {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** Files of the figure below `out/`; the SVG, which the page shows, is one of them. */
  readonly links: readonly string[];
}

/** One piece of advice; `class` is the heading, a class or any other. */
export interface Advice {
  readonly class: string;
  readonly text: string;
}

/** A product to take away, by path below `out/`. */
export interface IndexFile {
  readonly path: string;
  readonly bytes: number;
}

/** Gathers what there is; what has not been made yet is left out. */
export async function indexContent(): Promise<IndexContent> {
  return {
    runs: await readRuns(),
    results: await readResults(),
    figures: await figures(),
    advice: await advice(),
    files: await files(),
    code: await codeVersion(),
  };
}

async function figures(): Promise<IndexFigure[]> {
  const names = await fileNames("figures");
  const found: IndexFigure[] = [];
  for (const file of names.filter((name) => name.endsWith(".json"))) {
    const id = file.replace(/\.json$/, "");
    if (!names.includes(`${id}.svg`)) continue;
    const sidecar = await readJson(`figures/${file}`) as { title: string; caption: string };
    const links = names.filter((name) => name.replace(/\.\w+$/, "") === id)
      .map((name) => `figures/${name}`);
    found.push({ id, title: sidecar.title, caption: sidecar.caption, links });
  }
  const collator = new Intl.Collator("en", { numeric: true });
  const isOfPaper = ({ id }: IndexFigure) => /^figure-\d/.test(id) ? 0 : 1;
  return found.sort((a, b) => isOfPaper(a) - isOfPaper(b) || collator.compare(a.id, b.id));
}

/** Accepts `[{ class, text }]`, a list of texts, or `{ markdown }`. */
async function advice(): Promise<Advice[]> {
  const content = await readJson("results/what-to-believe.json");
  const items = Array.isArray(content) ? content : content ? [content] : [];
  return items.map((item) => {
    if (typeof item === "string") return { class: "", text: item };
    const { class: heading, text, markdown } = item as Record<string, unknown>;
    return { class: String(heading ?? ""), text: String(text ?? markdown ?? "") };
  });
}

/** Folders with products; reports, figures and saved results are linked elsewhere. */
const PRODUCTS = ["", "catalogue", "outputs", "model", "explorer"];

async function files(): Promise<IndexFile[]> {
  const found: IndexFile[] = [];
  for (const folder of PRODUCTS) {
    for (const name of await fileNames(folder)) {
      const isProduct = folder !== "" || /\.(parquet|arrow|csv|vot|txt)$/.test(name) ||
        /^(explorer.*\.html|classify\.html|results\.json|bench\.json)$/.test(name);
      if (!isProduct) continue;
      const path = folder ? `${folder}/${name}` : name;
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
      if (entry.isFile && !entry.name.endsWith(".part")) names.push(entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await Deno.readTextFile(`${outFolder()}/${path}`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    const { message } = error as Error;
    throw new SyntaxError(
      `${outFolder()}/${path} is not JSON (${message}); delete it and run the report again`,
    );
  }
}
