import { Buffer } from "node:buffer";
import { extname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parse } from "csv-parse";
import pl, { type DataFrame } from "nodejs-polars";
import { fileSha256 } from "../run/provenance.ts";
import { readFitsTable } from "./read-fits.ts";
import { readVotable, TableError } from "./archive-table.ts";
import {
  cannotRead,
  CSV_RULES,
  findSeparator,
  NO_HEADER,
  type OpenTable,
  type ReadOptions,
  readRows,
  type ReadTable,
  splitUnit,
  unusable,
} from "./source-rows.ts";
import type { LabelledSources, Sources } from "./sources.ts";

/** Text encodings that are read besides UTF-8, which is the default. */
export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "latin1"] as const;

/** Readers of what is no text, by its first bytes; Parquet is read in pieces from its file. */
const KINDS: Readonly<Record<string, ((bytes: Uint8Array) => OpenTable) | undefined>> = {
  "PAR1": undefined,
  "ARROW1": openArrow,
  "SIMPLE  =": readFitsTable,
};
const NAMES: Readonly<Record<string, string>> = { PAR1: "Parquet", ARROW1: "Arrow" };

/** Rows of a Parquet file that are in memory together. */
const BATCH_ROWS = 16_384;

const AS_TABLE = "save the table as CSV, Parquet, VOTable or FITS";
/** What is no table, or a packed one, by its first bytes as Latin-1. */
const STRANGERS: readonly [start: string, what: string, remedy: string][] = [
  ["PK\x03\x04", "a ZIP archive or an Excel table", AS_TABLE],
  ["\xd0\xcf\x11\xe0", "an old Excel file", AS_TABLE],
  ["\x89HDF", "an HDF5 file", AS_TABLE],
  ["\x89PNG", "a PNG image", AS_TABLE],
  ["%PDF", "a PDF", AS_TABLE],
  ["SQLite format", "an SQLite database", AS_TABLE],
  ["{", "JSON", AS_TABLE],
  ["\xff\xff\xff\xff", "an Arrow stream", "save it as an Arrow file, Parquet or CSV"],
  ["BZh", "packed by bzip2", "unpack it first"],
  ["\xfd7zXZ", "packed by xz", "unpack it first"],
  ["\x28\xb5\x2f\xfd", "packed by zstd", "unpack it first"],
  ["\x1f\x8b", "packed by gzip twice", "unpack it first"],
];

/**
 * Reads a table of any kind that `openTable` knows as sources; see {@link readRows}.
 *
 * @throws TableError for a file that cannot be read, and as {@link readRows}.
 */
export async function readTable(path: string, options: ReadOptions): Promise<ReadTable> {
  return readRows(path, await openTable(path, options.encoding), options);
}

/**
 * A table of one's own to learn from: names, classes, positions and features. No row may be bad.
 *
 * @throws TableError with all complaints at once.
 */
export async function readLabelledTable(path: string): Promise<LabelledSources> {
  const complaints: string[] = [];
  const { batches } = await readTable(path, {
    features: [],
    labelled: true,
    onReject: ({ row, column, value, problem }) =>
      complaints.push(`row ${row}${column && `, ${column} = "${value}"`}: ${problem}`),
  });
  const parts = await Array.fromAsync(batches), names = parts.flatMap((part) => part.names);
  const rowOf = new Map<string, number>();
  names.forEach((name, row) => {
    const first = rowOf.get(name) ?? row;
    if (first < row) {
      complaints.push(`rows ${first + 1} and ${row + 1} have the same name "${name}"`);
    }
    rowOf.set(name, first);
  });
  if (complaints.length > 0) throw unusable(path, complaints);
  const join = (of: (part: Sources) => Float64Array) =>
    Float64Array.from(parts.flatMap((part) => [...of(part)]));
  return {
    origin: {
      kind: "table",
      description: `${names.length} labelled sources of ${path}`,
      sha256: await fileSha256(path),
    },
    names,
    ra: join(({ ra }) => ra),
    dec: join(({ dec }) => dec),
    matrix: {
      ...parts[0].matrix,
      values: join(({ matrix }) => matrix.values),
      nRows: names.length,
    },
    labels: Int32Array.from(parts.flatMap(({ labels }) => [...labels!])),
    catalogues: parts.flatMap(({ catalogues }) => catalogues ?? []),
  };
}

/**
 * Opens a CSV (cells separated by comma, semicolon, tab or |; lines of `#` are passed over),
 * Parquet, Arrow, VOTable or FITS table, told apart by content, not by name; all but Parquet may
 * be gzipped. CSV and Parquet are read in pieces, the others whole.
 *
 * @param encoding Of a text file without a byte order mark.
 * @throws TableError naming file, place and remedy; while rows are read, too.
 */
export async function openTable(path: string, encoding = "utf-8"): Promise<OpenTable> {
  const pieces = await contentOf(path);
  const { value: head = new Uint8Array(0) } = await pieces.next();
  if (head.length === 0) throw cannotRead(path, "the file is empty; is it the right one?");
  const magic = String.fromCharCode(...head.subarray(0, 512));
  const stranger = STRANGERS.find(([start]) => magic.startsWith(start));
  if (stranger) throw cannotRead(path, `it is ${stranger[1]}; ${stranger[2]}`);
  const whole = behind(head, pieces), marked = markOf(head);
  const sign = new TextDecoder(marked).decode(head.subarray(0, 512));
  const binary = Object.entries(KINDS).find(([kind]) => magic.startsWith(kind)) ??
    (/^\s*</.test(sign) ? ["<", openVotable] as const : undefined);
  if (binary) {
    try {
      const bytes = async () => await new Blob(await Array.fromAsync(whole)).bytes();
      const [, open] = binary, table = open ? open(await bytes()) : openParquet(path);
      return { ...table, rows: guarded(path, table) };
    } catch (error) {
      throw broken(path, NAMES[binary[0]] ?? "content", error);
    } finally {
      await pieces.return(undefined);
    }
  }
  if (/^\.(parquet|arrow|fits?)$/i.test(extname(path))) {
    throw cannotRead(path, `its content is no ${extname(path).slice(1)} file; is it cut short?`);
  }
  return await openText(path, decoded(path, whole, marked ?? encoding));
}

async function* behind<Piece>(first: Piece, rest: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  yield first;
  yield* rest;
}

/** What a reader of a binary file or of XML complains of; others than ours stumble. */
function broken(path: string, kind: string, error: unknown): TableError {
  const [problem] = (error as Error).message.split("\n");
  const isOurs = error instanceof TableError;
  if (isOurs && problem.includes(path)) return error;
  const isDumb = error instanceof TypeError || error instanceof RangeError;
  const what = isOurs
    ? problem
    : `its ${kind} is broken or cut short${isDumb ? "" : ` (${problem})`}`;
  return cannotRead(path, `${what}; fetch it again, or ${AS_TABLE}`);
}

async function* guarded(path: string, { kind, rows }: OpenTable): OpenTable["rows"] {
  try {
    yield* rows;
  } catch (error) {
    throw broken(path, kind, error);
  }
}

/** The bytes of a file, unpacked where it is gzipped. */
async function contentOf(path: string): Promise<AsyncGenerator<Uint8Array>> {
  const open = () =>
    Deno.open(path).catch((error) => {
      throw cannotRead(path, `${(error as Error).message}; check the path`);
    });
  using first = await open();
  if ((await first.stat()).isDirectory) throw cannotRead(path, "it is a folder; name a file");
  const start = new Uint8Array(2);
  await first.read(start);
  const isPacked = start[0] === 0x1f && start[1] === 0x8b;
  async function* pieces() {
    const { readable } = await open();
    try {
      yield* isPacked ? readable.pipeThrough(new DecompressionStream("gzip")) : readable;
    } catch (error) {
      if (!isPacked) throw error;
      throw cannotRead(path, `its gzip is broken or cut short; fetch it again, or unpack it first`);
    }
  }
  return pieces();
}

/** The encoding that a byte order mark names, besides UTF-8. */
function markOf(head: Uint8Array): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : undefined;
}

/** Text in pieces. @throws TableError naming the line that is not in the encoding or holds NUL. */
async function* decoded(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  let line = 1;
  const checked = (text: string) => {
    const wrong = /[\0\ufffd]/.exec(text);
    line += text.slice(0, wrong?.index).split("\n").length - 1;
    if (!wrong) return text;
    const isNul = wrong[0] === "\0";
    const what = isNul ? "holds a NUL character" : `is not ${encoding.toUpperCase()}`;
    const others = ENCODINGS.filter((name) => name !== encoding).join(", ");
    throw cannotRead(
      path,
      `line ${line} ${what}; save the table as UTF-8, or say --encoding (${others})`,
    );
  };
  for await (const bytes of pieces) yield checked(decoder.decode(bytes, { stream: true }));
  yield checked(decoder.decode());
}

async function openText(path: string, pieces: AsyncGenerator<string>): Promise<OpenTable> {
  let start = "";
  while (!/^(?!#)[^\r\n]*\S[^\r\n]*[\r\n]/m.test(start) && start.length < 16e6) {
    const { value, done } = await pieces.next();
    if (done) break;
    start += value;
  }
  const separator = findSeparator(path, start);
  const rows = csvRows(path, behind(start, pieces), separator);
  const { value: header } = await rows.next();
  if (!header) throw cannotRead(path, NO_HEADER);
  return {
    kind: `text, cells separated by ${separator === "\t" ? "tabs" : `"${separator}"`}`,
    columns: (header as string[]).map(splitUnit),
    rows,
  };
}

async function* csvRows(
  path: string,
  text: AsyncIterable<string>,
  delimiter: string,
): AsyncGenerator<readonly string[]> {
  const parser = parse({ ...CSV_RULES, delimiter });
  // an error of the text ends the parser with it
  pipeline(Readable.from(text), parser).catch(() => {});
  try {
    yield* parser;
  } catch (error) {
    if (error instanceof TableError) throw error;
    const { message } = error as Error;
    throw cannotRead(path, `${message}; close each quote, and write a quote within a cell twice`);
  }
}

function openParquet(path: string): OpenTable {
  const scan = pl.scanParquet(path);
  const nRows = Number(scan.select(pl.len()).collectSync().row(0)[0]);
  const slice = (offset: number) => scan.slice(offset, BATCH_ROWS).collectSync();
  const first = slice(0);
  function* rows() {
    for (let offset = 0; offset < nRows; offset += BATCH_ROWS) {
      yield* rowsOf(offset === 0 ? first : slice(offset));
    }
  }
  return { kind: "Parquet", columns: first.columns.map(splitUnit), rows: rows() };
}

function openArrow(bytes: Uint8Array): OpenTable {
  // its scan in pieces panics on damaged files
  const frame = pl.readIPC(Buffer.from(bytes));
  return { kind: "Arrow", columns: frame.columns.map(splitUnit), rows: rowsOf(frame) };
}

function openVotable(bytes: Uint8Array): OpenTable {
  const { frame, ...rest } = readVotable(bytes);
  return { kind: "VOTable", ...rest, rows: rowsOf(frame) };
}

function* rowsOf(frame: DataFrame): Generator<unknown[]> {
  const cells = frame.columns.map((name) => frame.getColumn(name).toArray() as unknown[]);
  for (let row = 0; row < frame.height; row++) yield cells.map((column) => column[row]);
}
