import pl from "nodejs-polars";
import { extname } from "node:path";
import { csvLine } from "../outputs/csv-line.ts";
import { writeStream } from "../outputs/write-stream.ts";
import { type ColumnMap, mapColumns } from "./column-map.ts";
import { csvRows } from "./csv-rows.ts";
import { countRows, type Sources } from "./read-sources.ts";
import { writeSources } from "./write-sources.ts";
import { rowReader, type UserSource } from "./user-row.ts";

const BATCH_ROWS = 16_384;

/** Columns of a table that cannot be used, all at once. */
export class ColumnError extends Error {
  override name = "ColumnError";
  constructor(path: string, readonly complaints: readonly string[]) {
    super(`${path} cannot be scored:\n- ${complaints.join("\n- ")}`);
  }
}

/** What {@link importTable} did. */
export interface Imported {
  readonly map: ColumnMap;
  readonly accepted: number;
  readonly rejected: number;
  /** The first complaints, in words. */
  readonly examples: readonly string[];
}

/** What {@link importTable} works on. */
export interface ImportOptions {
  /** CSV or Parquet table of a user. */
  readonly input: string;
  /** Parquet file to write: name, ra, dec and the features in physical units. */
  readonly output: string;
  /** CSV file for the rows that cannot be used; written only when there are any. */
  readonly rejects: string;
  readonly features: readonly string[];
  /** Called with the number of rows read. */
  readonly onProgress?: (rows: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads a user's table into the form that scoring takes, in batches: memory does not grow with
 * its rows. A row with a bad value is kept apart, with one line in `rejects` for each complaint:
 * row (1 is the first below the header), name, column, value, problem.
 *
 * @throws ColumnError for columns that cannot be used; Error for a file that cannot be read.
 */
export async function importTable(options: ImportOptions): Promise<Imported> {
  const { input, output, rejects, features, onProgress, signal } = options;
  const rows = openRows(input);
  const header = (await rows.next()).value as readonly string[] | undefined;
  const columnComplaints: string[] = [];
  const map = mapColumns(header ?? [], features, columnComplaints);
  if (columnComplaints.length > 0) throw new ColumnError(input, columnComplaints);
  const read = rowReader(map, features), rejected: string[] = [];
  const nameIndex = map.mapped.find(({ target }) => target === "name")!.index;
  let row = 0, nRejected = 0;
  const examples: string[] = [];
  const refuse = (cells: readonly unknown[], column: string, value: string, problem: string) => {
    rejected.push(csvLine([row, String(cells[nameIndex] ?? ""), column, value, problem]));
    if (examples.length < 10) examples.push(`row ${row}, ${column} = "${value}": ${problem}`);
  };
  async function* accepted(): AsyncGenerator<Sources> {
    let sources: UserSource[] = [];
    for await (const cells of rows) {
      row++;
      if (row % BATCH_ROWS === 0) {
        signal?.throwIfAborted();
        onProgress?.(row);
      }
      const extra = cells.length - header!.length;
      const source = extra === 0 ? read(cells) : [];
      if (!Array.isArray(source)) sources.push(source);
      else {
        nRejected++;
        for (const { column, value, problem } of source) refuse(cells, column, value, problem);
        if (extra !== 0) {
          refuse(cells, "", "", `${cells.length} cells where the header has ${header!.length}`);
        }
      }
      if (sources.length === BATCH_ROWS) {
        yield toSources(sources, features);
        sources = [];
      }
    }
    if (sources.length > 0) yield toSources(sources, features);
  }
  const nAccepted = await writeSources(output, features, accepted());
  if (nRejected > 0) {
    const head = csvLine(["row", "name", "column", "value", "problem"]);
    await writeStream(rejects, [head, ...rejected]);
  }
  onProgress?.(row);
  return { map, accepted: nAccepted, rejected: nRejected, examples };
}

/** The header, then the rows of a table. */
async function* openRows(path: string): AsyncGenerator<readonly unknown[]> {
  const kind = extname(path).toLowerCase();
  if (kind === ".parquet") yield* parquetRows(path);
  else if (kind === ".csv") {
    const file = await Deno.open(path);
    yield* csvRows(file.readable.pipeThrough(new TextDecoderStream("utf-8", { fatal: true })));
  } else throw new Error(`${path}: a table to score is a .csv or a .parquet file, not "${kind}"`);
}

async function* parquetRows(path: string): AsyncGenerator<readonly unknown[]> {
  await Deno.stat(path); // polars' own message for a missing file does not name it
  const nRows = countRows(path);
  for (let offset = 0; offset < Math.max(1, nRows); offset += BATCH_ROWS) {
    const frame = pl.scanParquet(path).slice(offset, BATCH_ROWS).collectSync();
    if (offset === 0) yield frame.columns;
    const columns = frame.columns.map((name) => frame.getColumn(name).toArray());
    for (let row = 0; row < frame.height; row++) yield columns.map((column) => column[row]);
  }
}

function toSources(rows: readonly UserSource[], names: readonly string[]): Sources {
  const nRows = rows.length, nColumns = names.length;
  const values = new Float64Array(nRows * nColumns);
  rows.forEach(({ features }, row) => values.set(features, row * nColumns));
  return {
    names: rows.map(({ name }) => name),
    ra: Float64Array.from(rows, ({ ra }) => ra),
    dec: Float64Array.from(rows, ({ dec }) => dec),
    matrix: { values, nRows, nColumns, names },
  };
}
