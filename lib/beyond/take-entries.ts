/** The entries of the given rows of a row-major table of `width` columns, copied. */
export function takeEntries<T extends Float64Array | Int32Array>(
  values: T,
  rows: ArrayLike<number>,
  width: number,
): T {
  const taken = values.slice(0, 0).constructor as new (n: number) => T;
  const result = new taken(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    for (let c = 0; c < width; c++) result[i * width + c] = values[rows[i] * width + c];
  }
  return result;
}
