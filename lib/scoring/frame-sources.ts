import type { DataFrame } from "nodejs-polars";
import { FEATURE_NAMES } from "../catalogue/features.ts";
import { toMatrix } from "../catalogue/matrix.ts";
import type { Sources } from "./read-sources.ts";

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
