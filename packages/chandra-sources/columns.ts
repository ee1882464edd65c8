import { FEATURES } from "./features.ts";
import type { Matrix } from "@csc-classify/forests";
import { takeColumns } from "@csc-classify/forests/rows";
import { toGalactic } from "@csc-classify/sky";

// runs in a browser's page too

/**
 * Columns of matrices that were made of columns, for as long as nobody has asked for their rows:
 * tables go by columns from reader to writer, and rows are laid out where trees and fits want them.
 */
const COLUMNS_OF = new WeakMap<Matrix, ReadonlyMap<string, Float64Array>>();

/** One column of the matrix, `[nRows]`, copied; NaN throughout where there is none of the name. */
export function columnOf(table: { readonly matrix: Matrix }, name: string): Float64Array {
  const column = columnIn(table, name);
  return COLUMNS_OF.get(table.matrix)?.get(name) === column ? column.slice() : column;
}

/** {@link columnOf} for who changes nothing of it: the column itself, where there is one. */
export function columnIn({ matrix }: { readonly matrix: Matrix }, name: string): Float64Array {
  const own = COLUMNS_OF.get(matrix)?.get(name);
  if (own) return own;
  const made = new Float64Array(matrix.nRows), column = matrix.names.indexOf(name);
  if (column < 0) return made.fill(NaN);
  const { values, nColumns } = matrix;
  for (let row = 0, i = column; row < made.length; row++, i += nColumns) made[row] = values[i];
  return made;
}

/** All columns of the matrix by name, copied. */
export function columnsOf(table: { readonly matrix: Matrix }): Map<string, Float64Array> {
  return new Map(table.matrix.names.map((name) => [name, columnOf(table, name)]));
}

/** {@link columnsOf} for who changes none of them. */
export function columnsIn(table: { readonly matrix: Matrix }): Map<string, Float64Array> {
  return new Map(table.matrix.names.map((name) => [name, columnIn(table, name)]));
}

/**
 * A matrix of columns of equal length, `[nRows]` each, in the order of the map. They are handed
 * over, not to be changed any more; {@link columnOf} finds them again until `values` is read.
 */
export function fromColumns(columns: ReadonlyMap<string, ArrayLike<number>>): Matrix {
  const own = new Map(
    Array.from(columns, ([name, column]) => [
      name,
      column instanceof Float64Array ? column : Float64Array.from(column),
    ]),
  );
  const names = [...own.keys()], nRows = own.get(names[0])?.length ?? 0;
  let values: Float64Array | undefined;
  const matrix: Matrix = {
    get values() {
      if (!values) {
        values = rowMajor([...COLUMNS_OF.get(matrix)!.values()], nRows);
        COLUMNS_OF.delete(matrix); // who has the rows may change them
      }
      return values;
    },
    nRows,
    nColumns: names.length,
    names,
  };
  COLUMNS_OF.set(matrix, own);
  return matrix;
}

/**
 * The named columns of a matrix as rows, `[nRows x nColumns]`, in the given order.
 *
 * @throws TypeError naming a column that the matrix lacks.
 */
export function rowsOf(matrix: Matrix, names: readonly string[]): Matrix {
  if (!COLUMNS_OF.has(matrix)) return takeColumns(matrix, names);
  const lacking = names.find((name) => !matrix.names.includes(name));
  if (lacking !== undefined) {
    throw new TypeError(`no column "${lacking}"; the matrix has ${matrix.names.join(", ")}`);
  }
  const values = rowMajor(names.map((name) => COLUMNS_OF.get(matrix)!.get(name)!), matrix.nRows);
  return { values, nRows: matrix.nRows, nColumns: names.length, names };
}

/** Rows written together: their part of the result stays in the cache. */
const BLOCK_ROWS = 64;

function rowMajor(columns: readonly Float64Array[], nRows: number): Float64Array {
  const nColumns = columns.length, values = new Float64Array(nRows * nColumns);
  for (let start = 0; start < nRows; start += BLOCK_ROWS) {
    const end = Math.min(nRows, start + BLOCK_ROWS);
    for (let c = 0; c < nColumns; c++) {
      const column = columns[c];
      for (let row = start; row < end; row++) values[row * nColumns + c] = column[row];
    }
  }
  return values;
}

/**
 * The matrix of {@link Sources} from what was measured: every column of FEATURES, missing where it
 * is not given; Galactic coordinates from the position and colours from the magnitudes wherever
 * they are missing; then the other given columns.
 *
 * @param given `[nRows]` columns in physical units by name, NaN where missing.
 */
export function fillDerived(
  given: ReadonlyMap<string, ArrayLike<number>>,
  { ra, dec }: { readonly ra: Float64Array; readonly dec: Float64Array },
): Matrix {
  const columns = new Map(
    FEATURES.map(({ name }) => {
      const own = given.get(name) ?? new Float64Array(ra.length).fill(NaN);
      return [name, own instanceof Float64Array ? own.slice() : Float64Array.from(own)];
    }),
  );
  const l = columns.get("gal_l")!, b = columns.get("gal_b")!;
  for (let row = 0; row < ra.length; row++) {
    if (isNaN(l[row]) || isNaN(b[row])) ({ l: l[row], b: b[row] } = toGalactic(ra[row], dec[row]));
  }
  for (const { name, from } of FEATURES) {
    const [first, second] = (from ?? []).map((magnitude) => columns.get(magnitude)!);
    if (!first) continue;
    const colour = columns.get(name)!;
    for (let row = 0; row < ra.length; row++) {
      if (isNaN(colour[row])) colour[row] = first[row] - second[row];
    }
  }
  const others = [...given].filter(([name]) => !columns.has(name));
  return fromColumns(new Map<string, ArrayLike<number>>([...columns, ...others]));
}
