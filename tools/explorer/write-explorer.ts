import {
  type Data,
  Field,
  Float32,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Uint8,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { CLASSES, type SourceClass } from "#lib/catalogue/classes.ts";
import { FEATURES, KS_INTRA_PROB } from "#lib/catalogue/features.ts";
import { FONT_FAMILY, FONTS } from "#lib/notebook/plot-kit.ts";
import { packageFile, writeAtomic } from "#lib/run/files.ts";
import { openArrowFile } from "#lib/tables/arrow-file.ts";
import { countRows, readSources } from "#lib/tables/sources.ts";
import { FEATURE_SETS } from "#lib/tables/added-features.ts";
import { SOURCE_COLUMNS, type SourceClassifier } from "#lib/trust/classify.ts";
import type { PageModel } from "./page/catalogue.ts";
import { bundlePage } from "./bundle-page.ts";

/** Most rows of a page: beyond it browsers get slow and the file passes 100 MB. */
export const MOST_ROWS = 500_000;

const PART = /(?:\/\*|<!--) part: (\w+) (?:\*\/|-->)/g;

/** What {@link writeExplorer} puts together. */
export interface ExplorerOptions {
  /** Arrow IPC file that `scoreFile` wrote. */
  readonly scored: string;
  /** Parquet file that it was scored from: the same rows in the same order. */
  readonly sources: string;
  /** What it was scored with. */
  readonly classifier: SourceClassifier;
  /** HTML file to write. */
  readonly output: string;
}

/**
 * Writes a scored catalogue as one page that opens from disk without a server: rows, features and
 * trees are inside, so that the page can search, sort, save and explain each source by itself.
 * Probabilities are in single precision there, features to five digits.
 *
 * @throws RangeError for more than {@link MOST_ROWS} rows.
 */
export async function writeExplorer(options: ExplorerOptions): Promise<void> {
  const nRows = countRows(options.sources);
  if (nRows > MOST_ROWS) {
    throw new RangeError(`${nRows} rows are too many for a page; give at most ${MOST_ROWS}`);
  }
  const parts: Record<string, string> = {
    style: await fontFaces() + await readText("./page/style.css"),
    model: await pack(new TextEncoder().encode(JSON.stringify(pageModel(options.classifier)))),
    catalogue: await pack(await catalogueBytes(options, SOURCE_COLUMNS, nRows)),
    arrow: inScript(await Deno.readTextFile(packageFile("apache-arrow", "./Arrow.es2015.min.js"))),
    script: inScript(await bundlePage(new URL("./page/main.ts", import.meta.url))),
  };
  const page = await readText("./page/index.html");
  await writeAtomic(options.output, page.replace(PART, (_, name) => parts[name]));
}

function readText(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, import.meta.url));
}

/** Script text that the HTML parser takes for nothing else. */
function inScript(code: string): string {
  return code.replace(/^\/\/# sourceMappingURL=.*$/gm, "")
    .replace(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "<\\!--");
}

async function fontFaces(): Promise<string> {
  const faces = await Promise.all(
    FONTS.filter(({ italic }) => !italic).map(async (font) => {
      const data = toBase64(await Deno.readFile(font.path));
      return `@font-face{font-family:"${FONT_FAMILY}";font-weight:${font.weight};` +
        `src:url(data:font/ttf;base64,${data}) format("truetype")}`;
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
      training: { ...saved.training, names: [], ra: [], dec: [], labels: [] },
    },
    inputs: SOURCE_COLUMNS,
    features: saved.pipeline.spec.features.map((name) => {
      const set = FEATURE_SETS.find(({ names }) => names.includes(name));
      const { quantity = set?.title ?? "", unit = "" } = known.get(name) ?? {};
      return { name, quantity, unit };
    }),
  };
}

async function catalogueBytes(
  options: ExplorerOptions,
  features: readonly string[],
  nRows: number,
): Promise<Uint8Array> {
  const { schema, batches } = await openArrowFile(options.scored);
  const columns = emptyColumns(features, nRows), names: string[] = [];
  let start = 0;
  for await (const batch of batches) {
    takeScored(batch, columns, names, start);
    const slice = { offset: start, length: batch.numRows };
    const { values, nColumns } = readSources(options.sources, features, slice).matrix;
    features.forEach((name, column) => {
      const out = columns[`f_${name}`];
      for (let row = 0; row < batch.numRows; row++) {
        out[start + row] = values[row * nColumns + column];
      }
    });
    start += batch.numRows;
  }
  if (start !== nRows) {
    throw new TypeError(`${options.scored} has ${start} rows, ${options.sources} ${nRows}`);
  }
  for (const name of features) shorten(columns[`f_${name}`] as Float32Array);
  return encode(columns, names, schema);
}

/** Rounds in place to 16 bits of mantissa, five digits: the page is a fifth smaller when packed. */
function shorten(values: Float32Array): void {
  const bits = new Uint32Array(values.buffer);
  values.forEach((value, row) => {
    if (value === value) bits[row] = (bits[row] + 0x40) & 0xffffff80;
  });
}

type Columns = Record<string, Float64Array | Float32Array | Uint8Array>;

function emptyColumns(features: readonly string[], nRows: number): Columns {
  const single = [...CLASSES.map((name) => `cmp_${name}`), "cmp", "margin"];
  return {
    ra: new Float64Array(nRows),
    dec: new Float64Array(nRows),
    class: new Uint8Array(nRows),
    ...Object.fromEntries(
      [...single, ...features.map((name) => `f_${name}`)].map((
        name,
      ) => [name, new Float32Array(nRows)]),
    ),
  };
}

function takeScored(batch: RecordBatch, columns: Columns, names: string[], start: number): void {
  const from = (name: string) => batch.getChild(name)!;
  for (const name of ["ra", "dec", "cmp", "margin", ...CLASSES.map((name) => `cmp_${name}`)]) {
    const column = from(name), out = columns[name];
    for (let row = 0; row < batch.numRows; row++) out[start + row] = column.get(row) ?? NaN;
  }
  const labels = from("class"), sourceNames = from("name");
  for (let row = 0; row < batch.numRows; row++) {
    columns.class[start + row] = CLASSES.indexOf(labels.get(row) as SourceClass);
    names.push(sourceNames.get(row) ?? "");
  }
}

function encode(columns: Columns, names: readonly string[], { metadata }: Schema): Uint8Array {
  const data: [string, Data][] = [["name", vectorFromArray(names, new Utf8()).data[0]]];
  for (const [name, values] of Object.entries(columns)) {
    const length = values.length, nullCount = 0;
    if (values instanceof Float64Array) {
      data.push([name, makeData({ type: new Float64(), length, nullCount, data: values })]);
    } else if (values instanceof Float32Array) {
      data.push([name, makeData({ type: new Float32(), length, nullCount, data: values })]);
    } else data.push([name, makeData({ type: new Uint8(), length, nullCount, data: values })]);
  }
  const fields = data.map(([name, { type }]) => new Field(name, type, false));
  const schema = new Schema(fields, metadata);
  const children = data.map(([, column]) => column);
  const type = new Struct(fields);
  const rows = makeData({ type, length: names.length, nullCount: 0, children });
  return tableToIPC(new Table(new RecordBatch(schema, rows)), "stream");
}

async function pack(bytes: Uint8Array): Promise<string> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new CompressionStream("gzip"));
  return toBase64(new Uint8Array(await new Response(stream).arrayBuffer()));
}

function toBase64(bytes: Uint8Array): string {
  return (bytes as Uint8Array & { toBase64(): string }).toBase64();
}
