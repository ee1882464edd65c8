import type { RecordBatch } from "apache-arrow";
import "sampjs"; // so that it is installed: its text goes into the page
import { Buffer } from "node:buffer";
import {
  CLASS_COLOURS,
  CLASS_COLOURS_ON_DARK,
  CLASSES,
  FEATURES,
  KS_INTRA_PROB,
} from "@csc-classify/chandra-sources";
import { FONT_FAMILY, FONTS } from "#figures/fonts.ts";
import { packageFile } from "#lib/run/files.ts";
import { writeAtomic } from "@csc-classify/safe-files";
import { openArrowFile } from "@csc-classify/vo-tables";
import { countRows, readSources } from "@csc-classify/chandra-sources/files";
import { FEATURE_SETS } from "#lib/tables/added-features.ts";
import { SOURCE_COLUMNS, type SourceClassifier } from "#lib/trust/classify.ts";
import { fromArrowSchema } from "@csc-classify/vo-tables/arrow";
import { toGalactic } from "@csc-classify/sky";
import type { PageHead, PageModel } from "./page/catalogue.ts";
import { cscName, degrees } from "./page/csc-name.ts";
import { packColumns, PackedTable, type Unpacked } from "./page/packed.ts";
import { bundlePage } from "./bundle-page.ts";

/** Most rows of a page: beyond it browsers get slow and the file passes 100 MB. */
const MOST_ROWS = 500_000;

const PART = /(?:\/\*|<!--) part: (\w+) (?:\*\/|-->)/g;

/** What {@link writeExplorer} puts together. */
interface ExplorerOptions {
  /** Arrow IPC file that `scoreFile` wrote. */
  readonly scored: string;
  /** Parquet file that it was scored from: the same rows in the same order. */
  readonly sources: string;
  /** What it was scored with. */
  readonly classifier: SourceClassifier;
  /** The same catalogue as VOTable, relative to the page, for other tools to load. */
  readonly votable?: string;
  /** HTML file to write. */
  readonly output: string;
}

/**
 * Writes a scored catalogue as one page that opens from disk without a server: rows, features and
 * trees are inside, so that the page can search, sort, save and explain each source by itself.
 * Numbers are packed to whole steps: probabilities to 0.0005 (the highest finer towards 1),
 * magnitudes to 0.01, fluxes to 1 per cent, ten times finer in a page of few sources; positions to
 * 15 milliarcseconds.
 *
 * @throws RangeError for more than {@link MOST_ROWS} rows.
 */
export async function writeExplorer(options: ExplorerOptions): Promise<void> {
  const nRows = countRows(options.sources);
  if (nRows > MOST_ROWS) {
    throw new RangeError(`${nRows} rows are too many for a page; give at most ${MOST_ROWS}`);
  }
  const page = await readText("./page/index.html");
  const script = inScript(await bundlePage(new URL("./page/main.ts", import.meta.url)));
  const parts: Record<string, string> = {
    style: await fontFaces(page + script) + paletteCss() + await readText("./page/style.css"),
    model: await pack(new TextEncoder().encode(JSON.stringify(pageModel(options.classifier)))),
    catalogue: await pack(await catalogueBytes(options, SOURCE_COLUMNS, nRows)),
    samp: inScript(
      `var module = {};\n${await Deno.readTextFile(packageFile("sampjs", "./samp.js"))}`,
    ),
    script,
  };
  await writeAtomic(options.output, page.replace(PART, (_, name) => parts[name]));
}

function readText(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, import.meta.url));
}

/** The colours of classes as custom properties, `--class-AGN` and so on, for light and for dark. */
export function paletteCss(): string {
  const colours = CLASSES.map((name) =>
    `--class-${name}:light-dark(${CLASS_COLOURS[name]},${CLASS_COLOURS_ON_DARK[name]})`
  );
  const own = CLASSES.map((name) => `.class-${name}{--c:var(--class-${name})}`).join("");
  // registered, so that a script that draws reads the colour of the moment
  const registered = CLASSES.map((name) =>
    `@property --class-${name}{syntax:"<color>";inherits:true;initial-value:gray}`
  ).join("");
  return `${registered}:root{${colours.join(";")}}${own}\n`;
}

/** Script text that the HTML parser takes for nothing else. */
export function inScript(code: string): string {
  return code.replace(/^\/\/# sourceMappingURL=.*$/gm, "")
    .replace(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "<\\!--");
}

/** Latin letters with and without marks, Greek, and the signs that the page itself uses. */
async function fontFaces(page: string): Promise<string> {
  const { default: subsetFont } = await import("subset-font");
  const code = (from: number, to: number) =>
    String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i));
  const letters = [...new Set(page + code(0x20, 0x17f) + code(0x370, 0x3ff))].join("");
  const faces = await Promise.all(
    FONTS.filter(({ italic }) => !italic).map(async (font) => {
      const whole = Buffer.from(await Deno.readFile(font.path));
      const data = (await subsetFont(whole, letters, { targetFormat: "woff2" })).toString("base64");
      return `@font-face{font-family:"${FONT_FAMILY}";font-weight:${font.weight};` +
        `src:url(data:font/woff2;base64,${data}) format("woff2")}`;
    }),
  );
  return faces.join("\n") + "\n";
}

/** The classifier without the list that it learnt from, and what its features are. */
function pageModel({ saved }: SourceClassifier): PageModel {
  const known = new Map([...FEATURES, KS_INTRA_PROB].map((feature) => [feature.name, feature]));
  return {
    classifier: {
      ...saved,
      training: { ...saved.training, names: [], ra: [], dec: [], labels: [], notes: {} },
    },
    inputs: SOURCE_COLUMNS,
    features: saved.pipeline.spec.features.map((name) => {
      const set = FEATURE_SETS.find(({ names }) => names.includes(name));
      const { quantity = set?.title ?? "", unit = "" } = known.get(name) ?? {};
      return { name, quantity, unit };
    }),
  };
}

/** Columns that a page has in a way of its own, or works out from others. */
const OWN = /^(name|ra|dec|class|cmp|margin|cmp_[A-Z]+)$/;
const PROBABILITIES = ["cmp", ...CLASSES.map((name) => `cmp_${name}`)];

async function catalogueBytes(
  { scored, sources, votable }: ExplorerOptions,
  inputs: readonly string[],
  nRows: number,
): Promise<Uint8Array> {
  const { schema, batches } = await openArrowFile(scored);
  const { columns: all, metadata } = fromArrowSchema(schema);
  const rest = all.filter(({ name }) => !OWN.test(name));
  const numbers = new Map(
    ["ra", "dec", ...PROBABILITIES, ...inputs.map((name) => `f_${name}`)]
      .map((name) => [name, new Float64Array(nRows).fill(NaN)]),
  );
  for (const { name, type } of rest) {
    if (type === "double" || type === "integer") {
      numbers.set(name, new Float64Array(nRows).fill(NaN));
    }
  }
  const textual = ["name", "class", ...rest.map(({ name }) => name)];
  const texts = new Map(
    textual.filter((name) => !numbers.has(name)).map((name) => [name, [] as (string | null)[]]),
  );
  let start = 0;
  for await (const batch of batches) {
    takeScored(batch, numbers, texts, start);
    const slice = { offset: start, length: batch.numRows };
    const { values, nColumns } = readSources(sources, inputs, slice).matrix;
    inputs.forEach((name, column) => {
      const out = numbers.get(`f_${name}`)!;
      for (let row = 0; row < batch.numRows; row++) {
        out[start + row] = values[row * nColumns + column];
      }
    });
    start += batch.numRows;
  }
  if (start !== nRows) throw new TypeError(`${scored} has ${start} rows, ${sources} ${nRows}`);
  asDifferences(numbers);
  dropDerived(numbers);
  dropNames(texts.get("name")!, numbers, nRows);
  const head = { ...metadata, columns: all, votable };
  return packColumns<PageHead>(head, nRows, [
    ...Array.from(numbers, ([name, values]) => ({ name, values, ...packing(name, nRows) })),
    ...Array.from(texts, ([name, values]) => ({ name, values, kind: "text" as const })),
  ]);
}

/** Probabilities by another way (`cmp_AGN_limited`) as what they are above those of their class. */
function asDifferences(numbers: Map<string, Float64Array>): void {
  for (const [name, values] of numbers) {
    const own = /^(cmp_[A-Z]+)_/.exec(name)?.[1], given = own && numbers.get(own);
    if (given) numbers.set(name, values.map((value, row) => value - given[row]));
  }
}

/**
 * How a column of numbers is packed: what a reader of the page can tell apart, ten times finer where
 * there are few rows. The highest probability is finest towards 1, where the thresholds lie.
 */
function packing(
  name: string,
  nRows: number,
): Omit<Extract<Unpacked, { kind: "linear" | "log" | "logit" }>, "name" | "values"> {
  const coarse = nRows > 50_000 ? 1 : 0.1;
  if (name === "ra" || name === "dec") return { kind: "linear", bytes: 4, step: 4e-6 };
  if (name === "cmp") return { kind: "logit", bytes: 2, step: 0.002 };
  if (name.startsWith("cmp_")) return { kind: "linear", bytes: 2, step: coarse / 2048 };
  const unit = FEATURES.find((feature) => `f_${feature.name}` === name)?.unit;
  if (name === "f_significance" || /^(erg|ph|uJy)/.test(unit ?? "")) {
    return { kind: "log", bytes: 2, step: 0.01 * coarse };
  }
  if (unit === "mag") return { kind: "linear", bytes: 2, step: 0.01 * coarse };
  return { kind: "linear", bytes: 2, step: unit === "" ? 0.002 * coarse : undefined };
}

/** Takes away columns that follow from others in every row: the page works them out. */
function dropDerived(numbers: Map<string, Float64Array>): void {
  const same = (a: number, b: number) =>
    Math.abs(a - b) < 1e-4 || (Number.isNaN(a) && Number.isNaN(b));
  for (const { name, from } of FEATURES) {
    const column = numbers.get(`f_${name}`), [first, second] = from ?? [];
    const [a, b] = [numbers.get(`f_${first}`), numbers.get(`f_${second}`)];
    if (column && a && b && column.every((value, row) => same(value, a[row] - b[row]))) {
      numbers.delete(`f_${name}`);
    }
  }
  const [ra, dec] = [numbers.get("ra")!, numbers.get("dec")!];
  for (const name of ["gal_l", "gal_b"] as const) {
    const column = numbers.get(`f_${name}`), key = name === "gal_l" ? "l" : "b";
    const follows = column?.every((value, row) => same(value, toGalactic(ra[row], dec[row])[key]));
    if (follows) numbers.delete(`f_${name}`);
  }
}

/** Takes away names that follow from the position as the page will have it. */
function dropNames(
  names: (string | null)[],
  numbers: Map<string, Float64Array>,
  nRows: number,
): void {
  const placed = new PackedTable(packColumns(
    null,
    nRows,
    ["ra", "dec"].map((name) => (
      { name, values: numbers.get(name)!, ...packing(name, nRows) }
    )),
  ));
  names.forEach((name, row) => {
    if (name === cscName(degrees(placed.value("ra", row)), degrees(placed.value("dec", row)))) {
      names[row] = null;
    }
  });
}

function takeScored(
  batch: RecordBatch,
  numbers: ReadonlyMap<string, Float64Array>,
  texts: ReadonlyMap<string, (string | null)[]>,
  start: number,
): void {
  for (const [name, out] of numbers) {
    const column = batch.getChild(name);
    for (let row = 0; column && row < batch.numRows; row++) {
      out[start + row] = column.get(row) ?? NaN;
    }
  }
  for (const [name, out] of texts) {
    const column = batch.getChild(name)!;
    for (let row = 0; row < batch.numRows; row++) {
      const value = column.get(row);
      out.push(typeof value === "boolean" ? (value ? "yes" : "no") : value ?? null);
    }
  }
}

export async function pack(bytes: Uint8Array): Promise<string> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new CompressionStream("gzip"));
  return toBase64(new Uint8Array(await new Response(stream).arrayBuffer()));
}

function toBase64(bytes: Uint8Array): string {
  return (bytes as Uint8Array & { toBase64(): string }).toBase64();
}
