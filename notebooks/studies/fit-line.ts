import type { DataFrame } from "nodejs-polars";
import type { PublishedModel } from "#lib/tables/published-model.ts";

/** A straight line through pairs of published and physical values. */
export interface LineFit {
  /** Physical value at 0 and at 10 of the published scale. */
  readonly min: number;
  readonly max: number;
  /** Rows that have both values, and those of them on the line. */
  readonly pairs: number;
  readonly matches: number;
}

/** On the line: within this share of the column's range, if nothing else is said. */
const TOLERANCE = 1e-9;

/**
 * Straight line through the pairs, by least squares, once more without the rows that are far from
 * it (a digit rounded elsewhere). Its ends are the values of the rows at 0 and 10 if present.
 *
 * @param tolerance Greatest distance of a match, in the original unit; default 1e-9 of the range. *
 * @returns undefined for fewer than five pairs.
 */
export function fitLine(
  published: Float64Array,
  original: Float64Array,
  tolerance?: number,
): LineFit | undefined {
  const rows: number[] = [];
  for (let row = 0; row < published.length; row++) {
    if (Number.isFinite(published[row]) && Number.isFinite(original[row])) rows.push(row);
  }
  if (rows.length < 5) return undefined;
  const first = leastSquares(rows, published, original);
  const distances = rows.map((row) => Math.abs(first(published[row]) - original[row]));
  const far = 4 * distances.toSorted((a, b) => a - b)[rows.length >> 1];
  const near = rows.filter((_, i) => distances[i] <= far);
  const line = near.length < 5 ? first : leastSquares(near, published, original);
  const end = (at: number) => {
    const row = near.find((row) => published[row] === at);
    return row === undefined ? tidy(line(at), line(10) - line(0)) : original[row];
  };
  const [min, max] = [end(0), end(10)];
  const off = (row: number) => Math.abs(min + (max - min) * published[row] / 10 - original[row]);
  const allowed = tolerance ?? TOLERANCE * Math.abs(max - min);
  const matches = rows.filter((row) => off(row) <= allowed).length;
  return { min, max, pairs: rows.length, matches };
}

function leastSquares(rows: readonly number[], published: Float64Array, original: Float64Array) {
  const mean = (values: Float64Array) => rows.reduce((sum, r) => sum + values[r], 0) / rows.length;
  const x = mean(published), y = mean(original);
  let xx = 0, xy = 0;
  for (const row of rows) {
    xx += (published[row] - x) ** 2;
    xy += (published[row] - x) * (original[row] - y);
  }
  return (at: number) => y + xy / xx * (at - x);
}

/**
 * Rounds away what the fit cannot know: digits below 1e-12 of the range. Six digits, as NED gives,
 * are kept of an end that is small beside the range, down to the 1e-14 of it that doubles leave.
 */
function tidy(value: number, range: number): number {
  const share = Math.abs(value / range);
  if (share > 1e-14 && share < 1e-6) return Number(value.toPrecision(6));
  const unit = 10 ** (12 - Math.ceil(Math.log10(Math.abs(range))));
  return Math.round(value * unit) / unit || 0;
}

/** `[nRows]` of one column of the published table. */
export function publishedColumn({ normalised }: PublishedModel, column: number): Float64Array {
  const { values, nRows, nColumns } = normalised;
  return Float64Array.from({ length: nRows }, (_, row) => values[row * nColumns + column]);
}

/** NED's numeric columns by header, aligned to the given names; NaN where NED has nothing. */
export function nedColumns(ned: DataFrame, names: readonly string[]): Map<string, Float64Array> {
  const rowOf = rowsByName(ned);
  const headers = ned.columns.filter((header) => header !== "name" && header !== "");
  return new Map(headers.map((header) => {
    const cells = ned.getColumn(header).toArray();
    return [header, align(cells, rowOf, names)];
  }));
}

/** Row of each name. */
export function rowsByName(frame: DataFrame): Map<string, number> {
  return new Map(frame.getColumn("name").toArray().map((name, row) => [String(name), row]));
}

/** Cells as numbers in the order of the given names; NaN where there is none. */
export function align(
  cells: ArrayLike<unknown>,
  rowOf: Map<string, number>,
  names: readonly string[],
): Float64Array {
  return Float64Array.from(names, (name) => {
    const row = rowOf.get(name);
    const cell = row === undefined ? null : cells[row];
    return cell === null || cell === undefined || cell === "" ? NaN : Number(cell);
  });
}
