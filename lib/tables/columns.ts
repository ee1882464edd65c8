import { FEATURES } from "../catalogue/features.ts";
import type { Matrix } from "../catalogue/matrix.ts";
import { toGalactic } from "../sky/positions.ts";
import type { Sources } from "./sources.ts";

// runs in a browser's page too

/** One column of the matrix, `[nRows]`, copied; NaN throughout where there is none of the name. */
export function columnOf({ matrix }: Pick<Sources, "matrix">, name: string): Float64Array {
  const { values, nRows, nColumns, names } = matrix, column = names.indexOf(name);
  const made = new Float64Array(nRows).fill(NaN);
  if (column < 0) return made;
  return made.map((_, row) => values[row * nColumns + column]);
}

/** A matrix of columns of equal length, `[nRows]` each, in the order of the map. */
export function fromColumns(columns: ReadonlyMap<string, ArrayLike<number>>): Matrix {
  const names = [...columns.keys()], nColumns = names.length;
  const nRows = columns.get(names[0])?.length ?? 0;
  const values = new Float64Array(nRows * nColumns);
  [...columns.values()].forEach((column, c) => {
    for (let row = 0, i = c; row < nRows; row++, i += nColumns) values[i] = column[row];
  });
  return { values, nRows, nColumns, names };
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
  { ra, dec }: Pick<Sources, "ra" | "dec">,
): Matrix {
  const missing = new Float64Array(ra.length).fill(NaN);
  const columns = new Map(
    FEATURES.map(({ name }) => [name, Float64Array.from(given.get(name) ?? missing)]),
  );
  const l = columns.get("gal_l")!, b = columns.get("gal_b")!;
  for (let row = 0; row < ra.length; row++) {
    if (isNaN(l[row]) || isNaN(b[row])) ({ l: l[row], b: b[row] } = toGalactic(ra[row], dec[row]));
  }
  for (const { name, from } of FEATURES) {
    const [first, second] = (from ?? []).map((magnitude) => columns.get(magnitude)!);
    if (!first) continue;
    const colour = columns.get(name)!;
    colour.forEach((value, row) => {
      if (isNaN(value)) colour[row] = first[row] - second[row];
    });
  }
  const others = [...given].filter(([name]) => !columns.has(name));
  return fromColumns(new Map<string, ArrayLike<number>>([...columns, ...others]));
}
