import {
  Bool,
  type Data,
  Field,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
} from "apache-arrow";
import { nullableFlags, nullableTexts, valuesOf } from "@csc-classify/vo-tables/arrow";
import { openArrowFile, writeArrowFile } from "@csc-classify/vo-tables/arrow-file";
import type { Matrix } from "@csc-classify/forests";
import { takeRows } from "@csc-classify/forests/rows";
import { columnIn, fromColumns } from "./columns.ts";

// no polars here: who scores a table need not load it

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

/**
 * Writes sources as an Arrow file: name, ra, dec, the features and the extras. Memory holds one
 * batch; an error leaves no file.
 *
 * @param features Columns of every batch's matrix that are written, in order.
 * @param extras Texts and flags that are written as well, null where a batch has none.
 * @returns Number of rows written.
 */
export async function writeArrowSources(
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
  return await writeArrowFile(path, schema, records());
}

function toRecordBatch(
  sources: Sources,
  features: readonly string[],
  schema: Schema,
): RecordBatch {
  const { names, ra, dec, matrix } = sources;
  const children: Data[] = [
    nullableTexts(names),
    ...[ra, dec, ...features.map((name) => columnIn(sources, name))].map(doubles),
    ...schema.fields.slice(3 + features.length).map(({ name, type }) => {
      const cells = names.map((_, row) => sources.extras?.[name]?.[row] ?? null);
      if (type instanceof Float64) {
        return doubles(Float64Array.from(cells, (cell) => Number(cell ?? NaN)));
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

/** A column of numbers, NaN where missing: no list of gaps is made that nobody needs. */
function doubles(data: Float64Array): Data<Float64> {
  return makeData({ type: new Float64(), length: data.length, nullCount: 0, data });
}

/**
 * All rows of a file of {@link writeArrowSources}, batch by batch as they were written.
 *
 * @throws Error naming the file and the column that it lacks.
 */
export async function* arrowSources(
  path: string,
  features: readonly string[],
  extras: readonly ExtraColumn[] = [],
): AsyncGenerator<Sources> {
  for await (const batch of (await openArrowFile(path)).batches) {
    const of = (name: string) => {
      const column = batch.getChild(name)?.data[0];
      if (!column) throw new Error(`${path} has no column ${name}`);
      return valuesOf(column);
    };
    const numbers = (name: string) => of(name) as Float64Array;
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
