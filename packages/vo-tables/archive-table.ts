import pl, { type DataFrame } from "nodejs-polars";
import { malformed } from "./table-error.ts";
import { type Cell, type ColumnInfo, columnKind } from "./votable-column.ts";
import { VotableParser } from "./votable-parser.ts";

/** A table from an archive. */
export interface ArchiveTable {
  /**
   * Numbers are Float64, except `long`, which is Int64; booleans Bool; all else, arrays included,
   * text. A missing value is null: an empty cell, a VOTable null, NaN.
   */
  readonly frame: DataFrame;
  readonly columns: readonly ColumnInfo[];
  /** Whether the service says that it left rows out. */
  readonly overflow: boolean;
}

/** Collects cells row by row and makes the frame. */
export class TableBuilder {
  readonly columns: readonly ColumnInfo[];
  readonly #cells: (number | boolean | string | null)[][];
  #rows = 0;

  /** @throws TableError when there is no column or a name comes twice. */
  constructor(columns: readonly ColumnInfo[]) {
    const names = columns.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (names.length === 0) throw malformed("the table has no columns");
    if (twice !== undefined) throw malformed(`the column "${twice}" comes twice`);
    this.columns = columns;
    this.#cells = columns.map(() => []);
  }

  /** Adds one row, cells in the order of the columns. */
  add(row: readonly Cell[]): void {
    for (let i = 0; i < this.#cells.length; i++) {
      const cell = row[i];
      const missing = cell === undefined || Number.isNaN(cell);
      this.#cells[i].push(missing ? null : typeof cell === "bigint" ? String(cell) : cell);
    }
    this.#rows++;
  }

  get rows(): number {
    return this.#rows;
  }

  finish(overflow = false): ArchiveTable {
    const series = this.columns.map((column, i) => {
      const kind = columnKind(column), cells = this.#cells[i];
      if (kind === "number") return pl.Series(column.name, cells, pl.Float64);
      if (kind === "boolean") return pl.Series(column.name, cells, pl.Bool);
      const text = pl.Series(column.name, cells, pl.Utf8);
      return kind === "long" ? text.cast(pl.Int64) : text;
    });
    return { frame: pl.DataFrame(series), columns: this.columns, overflow };
  }
}

/** What is wrong when a column that should tell rows apart does not; undefined when it does. */
export function repeatedKeys(frame: DataFrame, key: string): string | undefined {
  const values: unknown[] = frame.getColumn(key).toArray();
  const distinct = new Set(values).size, missing = frame.getColumn(key).nullCount();
  if (distinct === values.length && missing === 0) return undefined;
  return `${values.length} rows have ${distinct} different values of "${key}", ${missing} missing`;
}

/**
 * Reads the first table of a VOTable chunk by chunk; see {@link VotableParser} for what it throws.
 */
export class VotableReader {
  readonly #parser: VotableParser;
  #builder?: TableBuilder;

  /** @param maxRows More rows than this are an error. */
  constructor(maxRows = Infinity) {
    this.#parser = new VotableParser({
      table: ({ columns }) => {
        if (this.#builder) return undefined;
        const builder = this.#builder = new TableBuilder(columns);
        return {
          row(cells) {
            if (builder.rows >= maxRows) throw malformed(`more than ${maxRows} rows`);
            builder.add(cells);
          },
        };
      },
    });
  }

  write(chunk: Uint8Array): void {
    this.#parser.write(chunk);
  }

  finish(): ArchiveTable {
    const overflow = this.#parser.finish();
    return this.#builder!.finish(overflow);
  }
}

/** Reads a whole VOTable; see {@link VotableReader}. */
export function readVotable(bytes: Uint8Array, maxRows?: number): ArchiveTable {
  const reader = new VotableReader(maxRows);
  for (let start = 0; start < bytes.length; start += 1 << 16) {
    reader.write(bytes.subarray(start, start + (1 << 16)));
  }
  return reader.finish();
}
