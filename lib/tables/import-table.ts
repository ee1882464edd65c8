import { extname } from "node:path";
import pl from "nodejs-polars";
import { type Feature, FEATURES, KS_INTRA_PROB } from "../catalogue/features.ts";
import { toGalactic } from "../sky/positions.ts";
import { parseDec, parseRa } from "../sky/sexagesimal.ts";
import { writeStream } from "./arrow-file.ts";
import { type ColumnMap, mapColumns } from "./column-map.ts";
import { csvLine } from "./csv-line.ts";
import { countRows, type Origin, type Sources, writeSources } from "./sources.ts";

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
  const origin: Origin = { kind: "table", description: `sources of ${input}`, sha256: "" };
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
        yield toSources(sources, features, origin);
        sources = [];
      }
    }
    if (sources.length > 0) yield toSources(sources, features, origin);
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

function toSources(
  rows: readonly UserSource[],
  names: readonly string[],
  origin: Origin,
): Sources {
  const nRows = rows.length, nColumns = names.length;
  const values = new Float64Array(nRows * nColumns);
  rows.forEach(({ features }, row) => values.set(features, row * nColumns));
  return {
    origin,
    names: rows.map(({ name }) => name),
    ra: Float64Array.from(rows, ({ ra }) => ra),
    dec: Float64Array.from(rows, ({ dec }) => dec),
    matrix: { values, nRows, nColumns, names },
  };
}

/**
 * Rows of a CSV text that comes in pieces (RFC 4180; line ends LF, CRLF or CR; a byte order mark is
 * dropped). Empty lines are left out.
 *
 * @throws SyntaxError for a quote that is never closed, naming the line where it opened.
 */
export async function* csvRows(pieces: AsyncIterable<string>): AsyncGenerator<string[]> {
  let row: string[] = [], cell = "", isQuoted = false, wasQuote = false, wasReturn = false;
  let line = 1, openedAt = 0, isFirst = true;
  const isEmpty = () => row.length === 0 && cell === "";
  for await (const piece of pieces) {
    const text = isFirst ? piece.replace(/^\ufeff/, "") : piece;
    isFirst = false;
    for (const char of text) {
      if (char === "\n") line++;
      if (isQuoted) {
        if (wasQuote && char === '"') cell += char;
        else if (wasQuote) isQuoted = false;
        else if (char !== '"') cell += char;
        wasQuote = char === '"' && !wasQuote;
        if (isQuoted) continue;
        wasQuote = false;
      }
      if (char === "\n" && wasReturn) {
        wasReturn = false;
        continue;
      }
      wasReturn = char === "\r";
      if (char === '"' && cell === "") {
        isQuoted = true;
        openedAt = line;
      } else if (char === ",") {
        row.push(cell);
        cell = "";
      } else if (char === "\n" || char === "\r") {
        if (!isEmpty()) yield [...row, cell];
        row = [];
        cell = "";
      } else cell += char;
    }
  }
  if (isQuoted && !wasQuote) {
    throw new SyntaxError(`a quote opened in line ${openedAt} is never closed`);
  }
  if (!isEmpty()) yield [...row, cell];
}

/** A source of a user's table in physical units; NaN where missing. */
export interface UserSource {
  readonly name: string;
  readonly ra: number;
  readonly dec: number;
  /** In the order of the model's features. */
  readonly features: Float64Array;
}

/** Why a row is not scored. */
export interface Complaint {
  readonly column: string;
  readonly value: string;
  readonly problem: string;
}

const MISSING = new Set(["", "nan", "null", "none", "na", "n/a", "-", "--", "\\n"]);
const KNOWN = new Map([...FEATURES, KS_INTRA_PROB].map((feature) => [feature.name, feature]));

/**
 * Makes the function that reads rows of a table: cells to physical units, limits checked, Galactic
 * coordinates from the position and colours from the magnitudes where the table has none.
 */
export function rowReader(
  map: ColumnMap,
  features: readonly string[],
): (cells: readonly unknown[]) => UserSource | Complaint[] {
  const nameColumn = map.mapped.find(({ target }) => target === "name")!;
  const numeric = map.mapped.filter(({ target }) => target !== "name");
  return (cells) => {
    const complaints: Complaint[] = [], values = new Map<string, number>();
    const name = String(cells[nameColumn.index] ?? "").trim();
    if (name === "") {
      complaints.push({ column: nameColumn.column, value: "", problem: "the source has no name" });
    }
    for (const { target, column, index, factor } of numeric) {
      const cell = cells[index];
      const value = toNumber(cell, target) * factor;
      const problem = check(target, value, cell);
      if (problem) complaints.push({ column, value: String(cell), problem });
      else values.set(target, value);
    }
    if (complaints.length > 0) return complaints;
    derive(values);
    const of = (target: string) => values.get(target) ?? NaN;
    return { name, ra: of("ra"), dec: of("dec"), features: Float64Array.from(features, of) };
  };
}

function isMissing(cell: unknown): boolean {
  return cell === null || cell === undefined || Number.isNaN(cell) ||
    (typeof cell === "string" && MISSING.has(cell.trim().toLowerCase()));
}

/** NaN for what is no number: {@link check} tells it from a missing value. */
function toNumber(cell: unknown, target: string): number {
  if (isMissing(cell)) return NaN;
  if (typeof cell !== "string") return typeof cell === "boolean" ? NaN : Number(cell);
  const text = cell.trim();
  if ((target === "ra" || target === "dec") && /\d[\s:hd]+\d/.test(text)) {
    try {
      return target === "ra" ? parseRa(text) : parseDec(text);
    } catch {
      return NaN;
    }
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

function check(target: string, value: number, cell: unknown): string | undefined {
  if (isMissing(cell)) return undefined;
  if (Number.isNaN(value)) return "not a number; leave the cell empty where nothing is known";
  const [least, most] = limits(target, KNOWN.get(target));
  if (value >= least && value <= most) return undefined;
  return `outside ${least} to ${most}; leave the cell empty where nothing is known`;
}

/** Values that a quantity can have; beyond lie stand-ins for "missing" such as -999 or 99. */
function limits(target: string, feature?: Feature): readonly [number, number] {
  if (target === "ra" || target === "gal_l") return [0, 360];
  if (target === "dec" || target === "gal_b") return [-90, 90];
  if (target.includes("prob")) return [0, 1];
  if (target.includes("index")) return [0, 10];
  if (feature?.group === "colour") return [-30, 30];
  if (feature?.unit === "mag") return [-10, 40];
  if (target === "mips_24um") return [0, 1e9];
  return [0, 1]; // fluxes, erg or photons per s and cm2
}

function derive(values: Map<string, number>): void {
  const of = (target: string) => values.get(target) ?? NaN;
  if (Number.isNaN(of("gal_l")) || Number.isNaN(of("gal_b"))) {
    const { l, b } = toGalactic(of("ra"), of("dec"));
    values.set("gal_l", l).set("gal_b", b);
  }
  for (const { name, from } of FEATURES) {
    if (from && Number.isNaN(of(name))) values.set(name, of(from[0]) - of(from[1]));
  }
}
