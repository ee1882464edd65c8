import { type Data, tableFromIPC } from "apache-arrow";
import pl, { type DataFrame } from "nodejs-polars";
import type { Matrix } from "../catalogue/matrix.ts";

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
