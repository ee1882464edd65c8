/**
 * A path as polars must be given it to scan that file and no other: `scanParquet` and `scanIPC` take
 * `[`, `?` and `*` for patterns, so that `field[1].parquet` would be `field1.parquet`.
 */
export function polarsPath(path: string): string {
  return path.replace(/[[?*]/g, "[$&]");
}
