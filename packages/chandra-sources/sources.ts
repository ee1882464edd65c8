import {
  Bool,
  type Data,
  Field,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  tableFromIPC,
  Utf8,
} from "apache-arrow";
import pl, { type DataFrame, type Series } from "nodejs-polars";
import { CLASSES, toLabels } from "./classes.ts";
import { type Matrix, takeRows } from "@csc-classify/forests";
import { removeFile, replaceFile } from "@csc-classify/safe-files";
import {
  nullableDoubles,
  nullableFlags,
  nullableTexts,
  openArrowFile,
  polarsPath,
  valuesOf,
  writeArrowFile,
} from "@csc-classify/vo-tables";
import { BATCH_ROWS } from "@csc-classify/vo-tables/browser";
import { CARRIED } from "./targets.ts";
import { columnOf, fromColumns } from "./columns.ts";

/** What a table of sources is and what it was made from. */
export interface Origin {
  readonly kind: "published" | "simulated" | "table" | "acquired" | "compilation";
  /** One line for captions and reports: what the rows are. */
  readonly description: string;
  /** SHA-256 of what the table was made from; "" where it was not worked out. */
  readonly sha256: string;
  /** Release of the Chandra Source Catalog that the X-ray columns come from, where known. */
  readonly release?: "2.0" | "2.1";
}

/**
 * A table of sources: the one form in which they go from an archive's row, a published file, a
 * user's table or the simulation to training, validation and scoring.
 */
export interface Sources {
  readonly origin: Origin;
  /** `[nRows]` */
  readonly names: readonly string[];
  /** `[nRows]` ICRS position in degrees; NaN where missing. */
  readonly ra: Float64Array;
  readonly dec: Float64Array;
  /**
   * `[nRows x nColumns]` in physical units, NaN where missing: columns of FEATURES, then any others
   * such as `significance` and `offset_arcsec` (of the label).
   */
  readonly matrix: Matrix;
  /** `[nRows]` indices into CLASSES where any class is known; -1 for a source of none. */
  readonly labels?: Int32Array;
  /** `[nRows]` catalogue that each label comes from. */
  readonly catalogues?: readonly string[];
  /** `[nRows]` by name: what goes with a source into every product, e.g. `release`; null is missing. */
  readonly extras?: Readonly<Record<string, readonly (string | boolean | number | null)[]>>;
}

/** A column of {@link Sources.extras}. */
export interface ExtraColumn {
  readonly name: string;
  readonly type: "text" | "boolean" | "double";
}

/** {@link Sources} all of whose classes are known. */
export interface LabelledSources extends Sources {
  readonly labels: Int32Array;
}

/** The given rows, in the given order, copied. */
export function takeSources<Table extends Sources>(sources: Table, rows: ArrayLike<number>): Table {
  const { names, ra, dec, matrix, labels, catalogues, extras } = sources;
  const pick = <T>(values: ArrayLike<T>) => Array.from(rows, (row) => values[row]);
  return {
    ...sources,
    names: pick(names),
    ra: Float64Array.from(pick(ra)),
    dec: Float64Array.from(pick(dec)),
    matrix: takeRows(matrix, rows),
    ...(labels && { labels: Int32Array.from(pick(labels)) }),
    ...(catalogues && { catalogues: pick(catalogues) }),
    ...(extras && {
      extras: Object.fromEntries(Object.entries(extras).map(([name, own]) => [name, pick(own)])),
    }),
  };
}

const ARROW_TYPES = {
  boolean: () => new Bool(),
  text: () => new Utf8(),
  double: () => new Float64(),
};

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
  if (!path.endsWith(".arrow")) {
    const nRows = countRows(path);
    for (let offset = 0; offset < nRows; offset += BATCH_ROWS) {
      yield readSources(path, features, { offset, length: BATCH_ROWS, extras });
    }
    return;
  }
  for await (const batch of (await openArrowFile(path)).batches) {
    const of = (name: string) => {
      const column = batch.getChild(name)?.data[0];
      if (!column) throw new Error(`${path} has no column ${name}`);
      return valuesOf(column);
    };
    const numbers = (name: string) => (of(name) as Float64Array).slice();
    yield {
      origin: { kind: "table", description: `sources of ${path}`, sha256: "" },
      names: of("name") as readonly string[],
      ra: numbers("ra"),
      dec: numbers("dec"),
      matrix: fromColumns(new Map(features.map((name) => [name, numbers(name)]))),
      extras: Object.fromEntries(extras.map(({ name }) => [name, [...of(name)]])),
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
  const schema = new Schema([
    new Field("name", new Utf8(), false),
    ...["ra", "dec", ...features].map((name) => new Field(name, new Float64(), true)),
    ...extras.map(({ name, type }) => new Field(name, ARROW_TYPES[type](), true)),
  ]);
  async function* records() {
    for await (const sources of batches) yield toRecordBatch(sources, features, schema);
  }
  if (path.endsWith(".arrow")) return await writeArrowFile(path, schema, records());
  return await replaceFile(path, async (part) => {
    const arrow = `${part}.arrow`;
    try {
      const nRows = await writeArrowFile(arrow, schema, records());
      await pl.scanIPC(polarsPath(arrow)).sinkParquet(part, { rowGroupSize: 65_536 }).collect();
      return nRows;
    } finally {
      await removeFile(arrow).catch(() => {});
    }
  });
}

function toRecordBatch(
  sources: Sources,
  features: readonly string[],
  schema: Schema,
): RecordBatch {
  const { names, ra, dec, matrix } = sources;
  const children: Data[] = [
    nullableTexts(names),
    ...[ra, dec, ...features.map((name) => columnOf(sources, name))].map(nullableDoubles),
    ...schema.fields.slice(3 + features.length).map(({ name, type }) => {
      const cells = names.map((_, row) => sources.extras?.[name]?.[row] ?? null);
      if (type instanceof Float64) {
        return nullableDoubles(Float64Array.from(cells, (cell) => Number(cell ?? NaN)));
      }
      return type instanceof Bool
        ? nullableFlags(cells as (boolean | null)[])
        : nullableTexts(cells as (string | null)[]);
    }),
  ];
  const type = new Struct(schema.fields);
  return new RecordBatch(
    schema,
    makeData({ type, length: matrix.nRows, nullCount: 0, children }),
  );
}
