/** One row: column name to cell. */
export type Row = Readonly<Record<string, unknown>>;

/** A polars frame, by what is used of it (importing polars here would load it everywhere). */
interface PolarsLike {
  readonly columns: string[];
  readonly height: number;
  head(rows: number): { toRecords(): Row[] };
}

/** A danfojs frame, by what is used of it. */
interface DanfoLike {
  readonly columns: string[];
  readonly values: unknown[][] | unknown[];
}

/** Anything that {@link showTable} shows. */
export type TableLike = PolarsLike | DanfoLike | readonly object[];

/** The first rows of a table of any kind, and how many it has. */
export interface TableRows {
  readonly columns: readonly string[];
  /** At most `limit` rows. */
  readonly rows: readonly Row[];
  readonly nRows: number;
}

/**
 * The head of a table: polars frame, danfojs frame or array of records.
 *
 * @throws TypeError when it is none of these.
 */
export function tableRows(table: TableLike, limit: number): TableRows {
  if (Array.isArray(table)) {
    const records = table as readonly Row[];
    const columns = [...new Set(records.flatMap((row) => Object.keys(row)))];
    return { columns, rows: records.slice(0, limit), nRows: records.length };
  }
  const frame = table as PolarsLike | DanfoLike;
  if (isPolars(frame)) {
    const { columns, height } = frame;
    return { columns, rows: frame.head(limit).toRecords(), nRows: height };
  }
  if (Array.isArray(frame?.values) && Array.isArray(frame.columns)) {
    const { columns, values } = frame;
    const rows = values.slice(0, limit).map((cells) =>
      Object.fromEntries([cells].flat().map((cell, i) => [columns[i], cell]))
    );
    return { columns, rows, nRows: values.length };
  }
  throw new TypeError(
    `showTable got ${typeof table}; give a polars or danfojs frame or an array of records`,
  );
}

// a polars frame is a proxy that answers to its members but does not list them, so `in` fails
function isPolars(frame: PolarsLike | DanfoLike | undefined): frame is PolarsLike {
  const { height, head } = (frame ?? {}) as Partial<PolarsLike>;
  return typeof height === "number" && typeof head === "function";
}
