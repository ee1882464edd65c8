import { once } from "node:events";
import { extname } from "node:path";
import { tableFromIPC, type Vector } from "apache-arrow";
import { parse } from "csv-parse";
import pl from "nodejs-polars";
import { TableError } from "./archive-table.ts";
import { readFitsTable } from "./read-fits.ts";
import { readVotable } from "./read-votable.ts";
import { countRows } from "./sources.ts";

/** A column as its file names it. */
export interface TableColumn {
  readonly name: string;
  readonly unit?: string;
}

/** A table of a user, opened for one pass. */
export interface OpenTable {
  /** What the file is, such as `CSV, cells separated by ";"`. */
  readonly kind: string;
  readonly columns: readonly TableColumn[];
  /** Cells in the order of the columns; null, undefined and NaN are missing, CSV cells are text. */
  readonly rows: AsyncIterable<readonly unknown[]>;
}

/** Text encodings that are read besides UTF-8, which is the default. */
export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "latin1"] as const;

/** Rows of a Parquet file that are in memory together. */
const BATCH_ROWS = 16_384;
const SEPARATORS = [",", ";", "\t", "|"] as const;

/**
 * Opens a CSV (cells separated by comma, semicolon, tab or |; lines of `#` before the header are
 * passed over), Parquet, Arrow, VOTable or FITS table, told apart by content, not by name; text
 * and XML may be gzipped. CSV and Parquet are read in pieces, the others whole.
 *
 * @param encoding Of a text file without a byte order mark.
 * @throws TableError naming file, place and remedy; while rows are read, too.
 */
export async function openTable(path: string, encoding = "utf-8"): Promise<OpenTable> {
  const head = await firstBytes(path);
  if (head.length === 0) throw refused(path, "the file is empty; is it the right one?");
  const magic = new TextDecoder("latin1").decode(head);
  try {
    if (magic.startsWith("PAR1")) return openParquet(path);
    if (magic.startsWith("ARROW1")) return openArrow(await Deno.readFile(path));
    if (magic.startsWith("SIMPLE  =")) return readFitsTable(await Deno.readFile(path));
    if (/^(\ufeff|ï»¿)?\s*</.test(magic) || /\.(vot|xml)(\.gz)?$/i.test(path)) {
      return openVotable(await wholeFile(path));
    }
  } catch (error) {
    throw refused(path, (error as Error).message.split("\n")[0]);
  }
  if (/^\.(parquet|arrow|fits?)$/i.test(extname(path))) {
    throw refused(path, `its content is no ${extname(path).slice(1)} file; is it cut short?`);
  }
  return await openText(path, decoderFor(head, encoding));
}

function refused(path: string, problem: string): TableError {
  return new TableError("format", `cannot read ${path}: ${problem}`);
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await Deno.open(path).catch((error) => {
    throw refused(path, `${(error as Error).message}; check the path`);
  });
  try {
    const buffer = new Uint8Array(512);
    return buffer.subarray(0, (await file.read(buffer)) ?? 0);
  } finally {
    file.close();
  }
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function bytesOf(path: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const { readable } = await Deno.open(path);
  if (!isGzip(await firstBytes(path))) return readable;
  return readable.pipeThrough(new DecompressionStream("gzip"));
}

async function wholeFile(path: string): Promise<Uint8Array> {
  return new Uint8Array(await new Response(await bytesOf(path)).arrayBuffer());
}

function decoderFor(head: Uint8Array, encoding: string): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return encoding;
}

/** Text in pieces. @throws TableError naming the line that is not in the encoding or holds NUL. */
async function* decoded(path: string, encoding: string): AsyncGenerator<string> {
  let lines = 1;
  const decoder = new TextDecoder(encoding, { fatal: true });
  const check = (text: string) => {
    if (!text.includes("\0")) return text;
    const line = lines + text.slice(0, text.indexOf("\0")).split("\n").length - 1;
    throw refused(path, `line ${line} holds a NUL character; save the table as UTF-8 text`);
  };
  for await (const bytes of await bytesOf(path)) {
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: true });
    } catch {
      const before = new TextDecoder("latin1").decode(bytes.subarray(0, firstWrong(bytes)));
      const line = lines + before.split("\n").length - 1;
      throw refused(
        path,
        `line ${line} is not ${encoding.toUpperCase()}; save the table as UTF-8, or say ` +
          `--encoding (${ENCODINGS.join(", ")})`,
      );
    }
    yield check(text);
    lines += text.split("\n").length - 1;
  }
  yield check(decoder.decode());
}

/** Where UTF-8 first goes wrong, nearly: at the first byte that no decoder takes. */
function firstWrong(bytes: Uint8Array): number {
  let low = 0, high = bytes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, middle + 1), {
        stream: true,
      });
      low = middle + 1;
    } catch {
      high = middle;
    }
  }
  return low;
}

async function openText(path: string, encoding: string): Promise<OpenTable> {
  const pieces = decoded(path, encoding);
  let start = "";
  while (!/\n[^#\s][^]*\n|^[^#\s][^]*[\r\n]/.test(start) && start.length < 1_000_000) {
    const { value, done } = await pieces.next();
    if (done) break;
    start += value;
  }
  const separator = findSeparator(path, start);
  const rows = csvRows(path, start, pieces, separator);
  const { value: header } = await rows.next();
  if (!header) throw refused(path, "there is no header; the first line must name the columns");
  return {
    kind: `text, cells separated by ${separator === "\t" ? "tabs" : `"${separator}"`}`,
    columns: (header as string[]).map(splitUnit),
    rows,
  };
}

/** The separator that the header has most of, outside quotes. */
function findSeparator(path: string, start: string): string {
  const header = start.split(/\r\n?|\n/).find((line) => line.trim() && !line.startsWith("#")) ?? "";
  const bare = header.replace(/"[^"]*"/g, "");
  const [best] = SEPARATORS.map((separator) => ({
    separator,
    count: bare.split(separator).length - 1,
  })).sort((a, b) => b.count - a.count);
  if (best.count > 0) return best.separator;
  throw refused(
    path,
    `its first line, "${header.slice(0, 60)}", is one cell; name the columns there, separated by ` +
      "comma, semicolon, tab or |",
  );
}

async function* csvRows(
  path: string,
  start: string,
  rest: AsyncIterable<string>,
  delimiter: string,
): AsyncGenerator<readonly string[]> {
  const parser = parse({
    delimiter,
    bom: true,
    comment: "#",
    comment_no_infix: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: /\r(?!\n)/.test(start) ? ["\r\n", "\n", "\r"] : ["\r\n", "\n"],
  });
  const feed = async () => {
    parser.write(start);
    for await (const piece of rest) if (!parser.write(piece)) await once(parser, "drain");
    parser.end();
  };
  feed().catch((error) => parser.destroy(error));
  try {
    for await (const row of parser) yield row;
  } catch (error) {
    if (error instanceof TableError) throw error;
    throw refused(path, (error as Error).message);
  } finally {
    parser.destroy();
  }
}

/** Name and unit of a header such as `flux_b [erg/s/cm2]`. */
function splitUnit(column: string): TableColumn {
  const match = /^(.*?)\s*(?:\[([^\]]+)\]|\(((?!mips)[^)]+)\))\s*$/i.exec(column.trim());
  return match ? { name: match[1], unit: (match[2] ?? match[3]).trim() } : { name: column.trim() };
}

function openParquet(path: string): OpenTable {
  const nRows = countRows(path);
  const slice = (offset: number) => pl.scanParquet(path).slice(offset, BATCH_ROWS).collectSync();
  const first = slice(0);
  async function* rows() {
    for (let offset = 0; offset < nRows; offset += BATCH_ROWS) {
      const frame = offset === 0 ? first : await Promise.resolve(slice(offset));
      const cells = frame.columns.map((name) => frame.getColumn(name).toArray());
      for (let row = 0; row < frame.height; row++) yield cells.map((column) => column[row]);
    }
  }
  return { kind: "Parquet", columns: first.columns.map(splitUnit), rows: rows() };
}

function openArrow(bytes: Uint8Array): OpenTable {
  const table = tableFromIPC(bytes);
  const columns = table.schema.fields.map(({ name, metadata }) => {
    const { name: plain, unit } = splitUnit(name);
    return { name: plain, unit: metadata.get("unit") || unit };
  });
  const vectors = table.schema.fields.map(({ name }) => table.getChild(name) as Vector);
  return {
    kind: "Arrow",
    columns,
    rows: rowsOf(table.numRows, (row) => vectors.map((v) => v.get(row))),
  };
}

function openVotable(bytes: Uint8Array): OpenTable {
  const { frame, columns } = readVotable(bytes);
  const cells = frame.columns.map((name) => frame.getColumn(name).toArray() as unknown[]);
  return {
    kind: "VOTable",
    columns: columns.map(({ name, unit }) => ({ name, unit: unit || undefined })),
    rows: rowsOf(frame.height, (row) => cells.map((column) => column[row])),
  };
}

async function* rowsOf(nRows: number, cellsOf: (row: number) => unknown[]) {
  for (let row = 0; row < nRows; row++) yield await Promise.resolve(cellsOf(row));
}
