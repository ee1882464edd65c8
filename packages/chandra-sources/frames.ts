import { type Data, tableFromIPC } from "apache-arrow";
import pl, { type DataFrame, type Series } from "nodejs-polars";
import { CLASSES, toLabels } from "./classes.ts";
import type { Matrix } from "@csc-classify/forests";
import { removeFile, replaceFile } from "@csc-classify/safe-files";
import { polarsPath } from "@csc-classify/vo-tables";
import {
  arrowSources,
  type ExtraColumn,
  type Origin,
  type Sources,
  writeArrowSources,
} from "./sources.ts";
import { CARRIED } from "./targets.ts";
import { BATCH_ROWS } from "@csc-classify/vo-tables/browser";
import { columnOf, fromColumns } from "./columns.ts";

/** Rows of a group of a Parquet file that is written here: each is unpacked once when it is read. */
const GROUP_ROWS = 65_536;

/** As a polars frame: name, class, ra, dec, catalogue where known, and the matrix; null is missing. */
export function toFrame(sources: Sources): DataFrame {
  const { names, ra, dec, labels, catalogues, matrix } = sources;
  return pl.DataFrame({
    name: [...names],
    ...(labels && { class: Array.from(labels, (label) => CLASSES[label] ?? null) }),
    ra: numericSeries(ra),
    dec: numericSeries(dec),
    ...(catalogues && { catalogue: [...catalogues] }),
    ...Object.fromEntries(
      matrix.names.map((name) => [name, numericSeries(columnOf(sources, name))]),
    ),
  });
}

/**
 * The named numeric columns of a frame as a matrix; null becomes NaN.
 *
 * @throws TypeError naming a column that the frame lacks.
 */
export function toMatrix(frame: DataFrame, names: readonly string[]): Matrix {
  const nRows = frame.height, nColumns = names.length;
  const values = new Float64Array(nRows * nColumns);
  names.forEach((name, column) => {
    if (!frame.columns.includes(name)) {
      throw new TypeError(`the table has no column "${name}"; it has ${frame.columns.join(", ")}`);
    }
    const cells = frame.getColumn(name).toArray() as (number | boolean | null)[];
    for (let row = 0; row < nRows; row++) {
      const cell = cells[row];
      values[row * nColumns + column] = cell === null || cell === undefined ? NaN : Number(cell);
    }
  });
  return { values, nRows, nColumns, names };
}

/**
 * A frame with `name`, `ra`, `dec` and numeric columns as sources; `class` (null where unknown) and
 * `catalogue` are read where they are.
 *
 * @throws TypeError naming a column that the frame lacks or a class that is none.
 */
export function fromFrame(frame: DataFrame, origin: Origin): Sources {
  const texts = (name: string) => textsOf(frame, name);
  const own = ["name", "class", "catalogue", "ra", "dec"];
  const { values } = toMatrix(frame, ["ra", "dec"]);
  return {
    origin,
    names: texts("name"),
    ra: values.filter((_, i) => i % 2 === 0),
    dec: values.filter((_, i) => i % 2 === 1),
    matrix: toMatrix(frame, frame.columns.filter((name) => !own.includes(name))),
    ...(frame.columns.includes("class") && { labels: labelsOf(texts("class")) }),
    ...(frame.columns.includes("catalogue") && { catalogues: texts("catalogue") }),
  };
}

function textsOf(frame: DataFrame, name: string): string[] {
  return frame.getColumn(name).toArray().map((cell) => String(cell ?? ""));
}

function labelsOf(classes: readonly string[]): Int32Array {
  const labels = toLabels(classes.map((name) => name === "" ? CLASSES[0] : name));
  return labels.map((label, row) => classes[row] === "" ? -1 : label);
}

/** Numbers as a column of a frame: NaN becomes null; Float64 even where all are missing. */
function numericSeries(values: Float64Array): Series {
  const cells = Array.from(values, (value) => Number.isNaN(value) ? null : value);
  return pl.Series("", cells, pl.Float64);
}

/** A CSV with a header as a frame; column types are inferred from all its rows. */
export function readCsv(bytes: Uint8Array): DataFrame {
  return pl.readCSV(new TextDecoder().decode(bytes), { inferSchemaLength: 1_000_000 });
}

/** Number of rows of a Parquet file, from its metadata. */
export function countRows(path: string): number {
  return Number(pl.scanParquet(polarsPath(path)).select(pl.len()).collectSync().row(0)[0]);
}

/** Columns of a Parquet table besides numbers and `name`: texts and flags of its sources. */
export function extraColumns(path: string): ExtraColumn[] {
  const frame = pl.scanParquet(polarsPath(path)).slice(0, 1).collectSync();
  return frame.columns.flatMap((name, c): ExtraColumn[] => {
    const type = String(frame.dtypes[c]);
    // other numbers are features
    if (CARRIED.some((one) => one.name === name && one.type === "double")) {
      return [{ name, type: "double" }];
    }
    if (name === "name" || !/String|Utf8|Bool/.test(type)) return [];
    return [{ name, type: /Bool/.test(type) ? "boolean" : "text" }];
  });
}

/**
 * Reads `length` rows of a Parquet table from row `offset`; no other rows are loaded, save those
 * of the same row group. The table has columns name, ra, dec and the features.
 *
 * @throws Error naming the file and the column that it lacks.
 */
export function readSources(
  path: string,
  features: readonly string[],
  { offset, length, extras = [] }: {
    readonly offset: number;
    readonly length: number;
    readonly extras?: readonly ExtraColumn[];
  },
): Sources {
  const numbers = ["ra", "dec", ...features];
  let frame: DataFrame;
  try {
    const columns = [
      ...["name", ...extras.map(({ name }) => name)].map((name) => pl.col(name)),
      ...numbers.map((name) => pl.col(name).cast(pl.Float64)),
    ];
    frame = pl.scanParquet(polarsPath(path)).slice(offset, length).select(columns).collectSync();
  } catch (error) {
    throw new Error(
      `cannot read name, ra, dec and ${features.length} features from ${path}: ` +
        (error as Error).message,
      { cause: error },
    );
  }
  const [ra, dec, ...columns] = toArrays(frame, numbers);
  return {
    origin: { kind: "table", description: `sources of ${path}`, sha256: "" },
    names: textsOf(frame, "name"),
    ra,
    dec,
    matrix: fromColumns(new Map(features.map((name, c) => [name, columns[c]]))),
    extras: Object.fromEntries(
      extras.map((
        { name },
      ) => [name, frame.getColumn(name).toArray() as (string | boolean | number)[]]),
    ),
  };
}

/**
 * All rows of a table of {@link writeSources}, Parquet or Arrow, in batches of {@link BATCH_ROWS}.
 *
 * @throws Error naming the file and the column that it lacks.
 */
export async function* sourceBatches(
  path: string,
  features: readonly string[],
  extras: readonly ExtraColumn[] = [],
): AsyncGenerator<Sources> {
  if (path.endsWith(".arrow")) {
    yield* arrowSources(path, features, extras);
    return;
  }
  const nRows = countRows(path);
  for (let offset = 0; offset < nRows; offset += GROUP_ROWS) {
    yield* parts(readSources(path, features, { offset, length: GROUP_ROWS, extras }));
  }
}

/** The rows of a table by {@link BATCH_ROWS}, copied. */
function* parts(sources: Sources): Generator<Sources> {
  const { origin, names, ra, dec, matrix, extras = {} } = sources;
  const columns = matrix.names.map((name) => [name, columnOf(sources, name)] as const);
  for (let from = 0; from < names.length; from += BATCH_ROWS) {
    const part = <T extends { slice(from: number, to: number): T }>(whole: T) =>
      whole.slice(from, from + BATCH_ROWS);
    yield {
      origin,
      names: names.slice(from, from + BATCH_ROWS),
      ra: part(ra),
      dec: part(dec),
      matrix: fromColumns(new Map(columns.map(([name, column]) => [name, part(column)]))),
      extras: Object.fromEntries(
        Object.entries(extras).map(([name, own]) => [name, own.slice(from, from + BATCH_ROWS)]),
      ),
    };
  }
}

/** Columns of numbers as arrays; Arrow IPC is several times quicker than asking for each cell. */
function toArrays(frame: DataFrame, names: readonly string[]): Float64Array[] {
  const table = tableFromIPC(frame.select(...names).writeIPC());
  return names.map((name) => {
    const out = new Float64Array(frame.height);
    let start = 0;
    for (const data of table.getChild(name)!.data as Data[]) {
      out.set((data.values as Float64Array).subarray(0, data.length), start);
      if (data.nullCount > 0) {
        for (let i = 0; i < data.length; i++) if (!data.getValid(i)) out[start + i] = NaN;
      }
      start += data.length;
    }
    return out;
  });
}

/**
 * Writes sources as the table that scoring reads: name, ra, dec and the features, as Arrow where
 * the path ends in `.arrow`, else as Parquet. Memory holds one batch; an error leaves no file.
 *
 * @param features Columns of every batch's matrix that are written, in order.
 * @param extras Texts and flags that are written as well, null where a batch has none.
 * @returns Number of rows written.
 */
export async function writeSources(
  path: string,
  features: readonly string[],
  batches: AsyncIterable<Sources> | Iterable<Sources>,
  extras: readonly ExtraColumn[] = [],
): Promise<number> {
  if (path.endsWith(".arrow")) return await writeArrowSources(path, features, batches, extras);
  return await replaceFile(path, async (part) => {
    const arrow = `${part}.arrow`;
    try {
      const nRows = await writeArrowSources(arrow, features, batches, extras);
      await pl.scanIPC(polarsPath(arrow)).sinkParquet(part, { rowGroupSize: GROUP_ROWS }).collect();
      return nRows;
    } finally {
      await removeFile(arrow).catch(() => {});
    }
  });
}
