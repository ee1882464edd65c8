import pl, { type Series } from "nodejs-polars";

/** Numbers as a column of a frame: NaN becomes null; Float64 even where all are missing. */
export function numericSeries(values: Float64Array): Series {
  return pl.Series(
    "",
    Array.from(values, (value) => Number.isNaN(value) ? null : value),
    pl.Float64,
  );
}
