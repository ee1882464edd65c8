import {
  type Data,
  Field,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  tableFromIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import pl, { type DataFrame } from "nodejs-polars";
import { FEATURE_NAMES } from "../catalogue/features.ts";
import { type Matrix, toMatrix } from "../catalogue/matrix.ts";
import { nullableDoubles, writeArrowFile } from "./arrow-file.ts";

/** Sources to score: a slice of a table. Missing values are NaN. */
export interface Sources {
  /** `[nRows]` names, in the order of the table. */
  readonly names: readonly string[];
  /** `[nRows]` ICRS position in degrees. */
  readonly ra: Float64Array;
  readonly dec: Float64Array;
  /** `[nRows x nFeatures]` in physical units. */
  readonly matrix: Matrix;
}

/** Number of rows of a Parquet file, from its metadata. */
export function countRows(path: string): number {
  return Number(pl.scanParquet(path).select(pl.len()).collectSync().row(0)[0]);
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
  { offset, length }: { readonly offset: number; readonly length: number },
): Sources {
  const numbers = ["ra", "dec", ...features];
  let frame: DataFrame;
  try {
    const columns = [pl.col("name"), ...numbers.map((name) => pl.col(name).cast(pl.Float64))];
    frame = pl.scanParquet(path).slice(offset, length).select(columns).collectSync();
  } catch (error) {
    throw new Error(
      `cannot read name, ra, dec and ${features.length} features from ${path}: ` +
        (error as Error).message,
      { cause: error },
    );
  }
  const [ra, dec, ...columns] = toArrays(frame, numbers);
  const names = frame.getColumn("name").toArray().map((name) => String(name ?? ""));
  return { names, ra, dec, matrix: interleave(columns, features) };
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

function interleave(columns: readonly Float64Array[], names: readonly string[]): Matrix {
  const nColumns = columns.length, nRows = columns[0]?.length ?? 0;
  const values = new Float64Array(nRows * nColumns);
  columns.forEach((column, c) => {
    for (let row = 0, i = c; row < nRows; row++, i += nColumns) values[i] = column[row];
  });
  return { values, nRows, nColumns, names };
}

/**
 * Writes sources as the Parquet table that scoring reads: name, ra, dec and the features. Memory
 * holds one batch; an error leaves no file.
 *
 * @param features Columns of every batch's matrix, in order.
 * @returns Number of rows written.
 */
export async function writeSources(
  path: string,
  features: readonly string[],
  batches: AsyncIterable<Sources> | Iterable<Sources>,
): Promise<number> {
  const schema = new Schema([
    new Field("name", new Utf8(), false),
    ...["ra", "dec", ...features].map((name) => new Field(name, new Float64(), true)),
  ]);
  async function* records() {
    for await (const sources of batches) yield toRecordBatch(sources, schema);
  }
  const part = `${path}.${crypto.randomUUID()}.part`;
  try {
    const nRows = await writeArrowFile(part, schema, records());
    await pl.scanIPC(part).sinkParquet(`${part}.parquet`, { rowGroupSize: 65_536 }).collect();
    await Deno.rename(`${part}.parquet`, path);
    return nRows;
  } finally {
    for (const file of [part, `${part}.parquet`]) await Deno.remove(file).catch(() => {});
  }
}

function toRecordBatch({ names, ra, dec, matrix }: Sources, schema: Schema): RecordBatch {
  const { values, nRows, nColumns } = matrix;
  const children: Data[] = [
    vectorFromArray(names, new Utf8()).data[0],
    nullableDoubles(ra),
    nullableDoubles(dec),
    ...Array.from({ length: nColumns }, (_, column) =>
      nullableDoubles(
        Float64Array.from({ length: nRows }, (_, row) => values[row * nColumns + column]),
      )),
  ];
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: nRows, nullCount: 0, children }));
}

/** Rows of a frame with name, ra, dec and the columns of FEATURES as sources to score. */
export function frameSources(frame: DataFrame): Sources {
  const position = toMatrix(frame, ["ra", "dec"]);
  const coordinate = (column: number) =>
    Float64Array.from({ length: frame.height }, (_, row) => position.values[2 * row + column]);
  return {
    names: frame.getColumn("name").toArray().map(String),
    ra: coordinate(0),
    dec: coordinate(1),
    matrix: toMatrix(frame, FEATURE_NAMES),
  };
}
