import pl, { type DataFrame } from "nodejs-polars";

/**
 * Frames with the same columns below one another. Text answers show no type where a column has no
 * value, so such a column takes the type that it has in the other frames.
 *
 * @throws TypeError naming a column that is text in one frame and a number in another.
 */
export function joinRows(frames: readonly DataFrame[]): DataFrame {
  if (frames.length === 1) return frames[0];
  const types = new Map<string, pl.DataType>();
  for (const frame of frames) {
    for (const column of frame.getColumns()) {
      if (column.nullCount() === column.length) continue;
      const known = types.get(column.name);
      if (known && String(known) !== String(column.dtype)) {
        throw new TypeError(
          `column "${column.name}" is ${known} in one part and ${column.dtype} in another; ` +
            "state its type",
        );
      }
      types.set(column.name, column.dtype);
    }
  }
  const alike = frames.map((frame) =>
    frame.select(...frame.columns.map((name) => pl.col(name).cast(types.get(name) ?? pl.Float64)))
  );
  return pl.concat(alike, { how: "vertical" });
}
