// deno-lint-ignore-file no-control-regex -- files are told apart by their first bytes
import { Inflate } from "pako";
import {
  byColumns,
  cellOf,
  type OpenOptions,
  type OpenTable,
  type TablePiece,
} from "./open-table.ts";
import { openArrow } from "./read-arrow.ts";
import { openFits } from "./read-fits.ts";
import { openHtml } from "./read-html.ts";
import { openJson } from "./read-json.ts";
import { openLatex } from "./read-latex.ts";
import { openParquet } from "./read-parquet.ts";
import { openTexts } from "./several-texts.ts";
import { openVotable } from "./read-votable.ts";
import { openXlsx } from "./read-xlsx.ts";
import { cannotRead, damage, TableError } from "./table-error.ts";
import { behind, bytesFile, type TableFile } from "./table-file.ts";

/** What a packed file may always unpack to, and how many times its size beyond that. */
const FREE_BYTES = 256e6, MOST_RATIO = 200;

const AS_TABLE = "save the table as CSV, Parquet, VOTable or FITS";
/** The same by a line of Python that reads the file named behind it. */
const byPython = (code: string) => (name: string) =>
  `${AS_TABLE}, such as by python3 -c 'import sys; ${code}' '${name.replaceAll("'", "'\\''")}'`;
const byPandas = (reader: string) =>
  byPython(
    `import pandas; pandas.${reader}(sys.argv[1]).to_csv(sys.argv[1] + ".csv", mode="x", index=False)`,
  );

/** What is no table, or a packed one, by its first bytes as Latin-1, and what to do. */
const STRANGERS: readonly [
  start: RegExp,
  what: string,
  remedy: string | ((name: string) => string),
][] = [
  [/^\xd0\xcf\x11\xe0/, "an old Excel file", byPandas("read_excel")],
  [
    /^\x89HDF/,
    "an HDF5 file",
    byPython(
      'from astropy.table import Table; Table.read(sys.argv[1], format="hdf5").write(sys.argv[1] + ".ecsv")',
    ),
  ],
  [
    /^\x93NUMPY/,
    "a NumPy array",
    byPython(
      'import numpy, pandas; pandas.DataFrame(numpy.load(sys.argv[1])).to_csv(sys.argv[1] + ".csv", mode="x", index=False)',
    ),
  ],
  [/^\x80[\x02-\x05][\x95(}\]c]/, "a Python pickle", byPandas("read_pickle")],
  [/^FEA1/, "an old Feather file", byPandas("read_feather")],
  [/^\x89PNG/, "a PNG image", AS_TABLE],
  [/^%PDF/, "a PDF", `${AS_TABLE}; journals have machine-readable forms of their tables`],
  [/^\{\\rtf/, "an RTF document", AS_TABLE],
  [
    /^SQLite format/,
    "an SQLite database",
    `${AS_TABLE}, such as by sqlite3 -header -csv FILE 'select * from TABLE' > table.csv`,
  ],
  [/^ORC/, "an ORC file", byPandas("read_orc")],
  [/^Obj\x01/, "an Avro file", AS_TABLE],
  [
    /^#\s*Region file format/i,
    "a region file, places without fluxes",
    "give the table of the sources that it was drawn from",
  ],
  [/^\xff\xff\xff\xff/, "an Arrow stream", "save it as an Arrow file, Parquet or CSV"],
  [/^BZh/, "packed by bzip2", "unpack it first"],
  [/^\xfd7zXZ/, "packed by xz", "unpack it first"],
  [/^\x28\xb5\x2f\xfd/, "packed by zstd", "unpack it first"],
  [/^\x1f[\x9d\xa0]/, "packed by compress", "unpack it first"],
  [/^\x1f\x8b/, "packed by gzip twice", "unpack it first"],
];

/** Readers of what is no text, by its first bytes. */
const BINARY: readonly [
  start: RegExp,
  kind: string,
  open: (file: TableFile, options: OpenOptions) => Promise<OpenTable>,
][] = [
  [/^PAR1/, "Parquet", openParquet],
  [/^ARROW1/, "Arrow", openArrow],
  [/^SIMPLE {2}=/, "FITS", openFits],
  [
    /^PK\x03\x04/,
    "Excel",
    async (file, { table }) => await openXlsx(file.name, await file.read(0, file.size), table),
  ],
];

/** Readers of documents of text that are read whole, by how they begin. */
const DOCUMENTS: readonly [
  start: RegExp,
  kind: string,
  open: (name: string, text: string, wanted?: string) => OpenTable | Promise<OpenTable>,
][] = [
  [/^\s*(?:\{(?!\|)|\[\s*[[{"\d-])/, "JSON", openJson],
  [
    /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]{0,2000}?-->\s*)*<(?:!doctype html|html|table|head|body|div|meta)\b/i,
    "HTML",
    openHtml,
  ],
  [
    /^(?:\s*%[^\r\n]*[\r\n]+)*\s*\\(?:begin|document(?:class|style)|usepackage|(?:re)?newcommand|def|startlongtable|movetable(?:down|right)|clearpage|caption|centering|set(?:length|counter)|input)\b/,
    "LaTeX",
    openLatex,
  ],
];

/**
 * Opens a table of any kind, told apart by content, not by name: text (CSV and its kin, ECSV, IPAC,
 * tables of the AAS and the CDS), VOTable, JSON, HTML, LaTeX, Excel, FITS, Parquet, Arrow; gzipped or
 * not. Text, VOTable, FITS, Parquet and Arrow are read in pieces, the others whole, and so are the
 * three last where they are gzipped.
 *
 * @throws TableError naming file, place and remedy; while rows are read, too.
 */
export async function openFile(file: TableFile, options: OpenOptions = {}): Promise<OpenTable> {
  return { ...await openOnce(file, options), again: () => openFile(file, options) };
}

async function openOnce(given: TableFile, options: OpenOptions): Promise<OpenTable> {
  const { file, share } = counted(given);
  const isPacked = file.size > 2 && (await file.read(0, 2)).join() === "31,139";
  const contents = () => isPacked ? unpacked(file, options.maxSize) : file.stream();
  const pieces = contents()[Symbol.asyncIterator]() as AsyncGenerator<Uint8Array>;
  let kind = "content", keepsOpen = false;
  try {
    const { value: head } = await pieces.next();
    if (!head?.length) throw cannotRead(file.name, "the file is empty; is it the right one?");
    const magic = String.fromCharCode(...head.subarray(0, 512));
    const stranger = STRANGERS.find(([start]) => start.test(magic));
    if (stranger) {
      const [, what, remedy] = stranger;
      const words = typeof remedy === "string" ? remedy : remedy(file.name);
      throw cannotRead(file.name, `it is ${what}; ${words}`);
    }
    const binary = BINARY.find(([start]) => start.test(magic));
    const whole = behind(head, pieces);
    if (binary) {
      kind = binary[1];
      const plain = isPacked ? bytesFile(file.name, await together(whole)) : file;
      return guarded(file.name, kind, await binary[2](plain, options));
    }
    const marked = markOf(head), encoding = marked ?? options.encoding ?? "utf-8";
    const start = withoutMark(new TextDecoder(encoding).decode(head.subarray(0, 4096)));
    const document = DOCUMENTS.find(([begins]) => begins.test(start));
    if (document) {
      kind = document[1];
      const parts: string[] = [];
      for await (const part of decoded(file.name, whole, encoding)) parts.push(part);
      return guarded(file.name, kind, await document[2](file.name, parts.join(""), options.table));
    }
    if (/^\s*</.test(start) && !/^\s*<HEADER>/.test(start)) {
      kind = "VOTable";
      // a pipe has no size, and comes once
      const kept = file.size > 0 ? undefined : bytesFile(file.name, await together(whole));
      const again = () => kept?.stream() ?? contents();
      return guarded(file.name, kind, await openVotable(again, options));
    }
    const [, extension] = /\.(parquet|arrow|fits?)$/i.exec(file.name) ?? [];
    if (extension) {
      throw cannotRead(file.name, `its content is no ${extension} file; is it cut short?`);
    }
    const text = decoded(file.name, whole, encoding);
    const table = await openTexts(file.name, text, options.table);
    keepsOpen = true;
    // of what has streamed by, the rows of some are still to be given
    return { ...guarded(file.name, kind, table), share: () => share() * (table.share?.() ?? 1) };
  } catch (error) {
    throw broken(file.name, kind, error);
  } finally {
    if (!keepsOpen) await pieces.return?.(undefined);
  }
}

/** A file, and what part of it has streamed by. */
function counted(file: TableFile): { readonly file: TableFile; readonly share: () => number } {
  let nBytes = 0;
  async function* stream() {
    for await (const bytes of file.stream()) {
      nBytes += bytes.length;
      yield bytes;
    }
  }
  return { file: { ...file, stream }, share: () => nBytes / file.size };
}

async function together(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: BlobPart[] = [];
  for await (const piece of pieces) parts.push(piece as BlobPart);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The content of a gzip file of one or more members, checked against its sums. */
async function* unpacked(file: TableFile, maxSize?: number): AsyncGenerator<Uint8Array> {
  const { name, size } = file, out: Uint8Array[] = [];
  const most = maxSize ?? Math.max(FREE_BYTES, MOST_RATIO * size);
  let inflate: Inflate | undefined, total = 0;
  for await (const chunk of file.stream()) {
    let start = 0;
    // a member that ended with the last chunk: another one, or what pads a tape, may follow
    if (inflate?.ended) { while (chunk[start] === 0) start++; }
    if (start === chunk.length) continue;
    if (!inflate || inflate.ended) {
      inflate = new Inflate({ chunkSize: 1 << 18 });
      inflate.onData = (piece) => {
        out.push(piece as Uint8Array);
        total += piece.length;
        if (total > most) {
          const times = maxSize ? "" : `, ${Math.round(most / size)} times its size`;
          throw cannotRead(
            name,
            `it unpacks to more than ${Math.round(most / 1e6)} MB${times}; unpack it first, or ` +
              "say --max-size",
          );
        }
      };
    }
    inflate.push(start > 0 ? chunk.subarray(start) : chunk);
    yield* out.splice(0);
    if (inflate.err) break;
  }
  if (inflate?.ended && !inflate.err) return;
  throw cannotRead(name, "its gzip is broken or cut short; fetch it again, or unpack it first");
}

/** The encoding that a byte order mark names, besides UTF-8. */
function markOf(head: Uint8Array): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : undefined;
}

/** The decoder takes one byte order mark away; files that were saved twice have two. */
function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, "");
}

/** Text encodings that are read besides UTF-8, which is the default. */
export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "latin1"] as const;

/** Text in pieces. @throws TableError naming the line that is not in the encoding or holds NUL. */
async function* decoded(
  name: string,
  pieces: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  let line = 1;
  const checked = (text: string) => {
    const wrong = /[\0\ufffd]/.exec(text), end = wrong?.index ?? text.length;
    for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) line++;
    if (!wrong) return text;
    const isNul = wrong[0] === "\0";
    const what = isNul ? "holds a NUL character" : `is not ${encoding.toUpperCase()}`;
    const others = ENCODINGS.filter((other) => other !== encoding).join(", ");
    throw cannotRead(
      name,
      `line ${line} ${what}; save the table as UTF-8, or say --encoding (${others})`,
    );
  };
  let isBegun = false;
  for await (const bytes of pieces) {
    const text = checked(decoder.decode(bytes, { stream: true }));
    yield isBegun ? text : withoutMark(text);
    isBegun ||= text !== "";
  }
  yield checked(decoder.decode());
}

/** What a reader complains of, with the name of the file; others than ours stumble. */
function broken(name: string, kind: string, error: unknown): unknown {
  if (error instanceof DOMException && error.name === "AbortError") return error;
  const [problem] = (error as Error).message.split("\n");
  const isOurs = error instanceof TableError;
  if (isOurs && (error.kind === "columns" || problem.startsWith(`cannot read ${name}`))) {
    return error;
  }
  if (isOurs && error.kind === "query") {
    return new TableError(
      "query",
      `cannot read ${name}: the service that wrote it says "${problem}"; ask it again within that`,
    );
  }
  const what = isOurs ? problem : `its ${kind} is broken or cut short (${damage(error)})`;
  return cannotRead(
    name,
    /\b(save|say|fetch|unpack|name|close) /.test(what)
      ? what
      : `${what}; fetch it again, or ${AS_TABLE}`,
  );
}

/**
 * A table whose masked cells are missing: astropy writes the mask of a column X into one of booleans,
 * X.mask, and leaves the values that it hides in X.
 */
function withMasks(table: OpenTable): OpenTable {
  const names = table.columns.map(({ name }) => name);
  const masks = names.map((name) => names.indexOf(`${name}.mask`));
  if (masks.every((mask) => mask < 0)) return table;
  const isMasked = (cell: unknown) => /^(true|1)$/i.test(String(cell ?? "").trim());
  async function* rows() {
    for await (const row of table.rows) {
      yield row.length === names.length
        ? row.map((cell, i) => masks[i] >= 0 && isMasked(row[masks[i]]) ? null : cell)
        : row;
    }
  }
  async function* pieces(): AsyncGenerator<TablePiece> {
    for await (const piece of table.pieces!) {
      const { nRows, cells } = piece;
      const hidden = cells.map((column, i) => {
        const mask = cells[masks[i]];
        if (!mask || !column) return column;
        return Array.from(
          { length: nRows },
          (_, row) => isMasked(cellOf(mask, row)) ? null : cellOf(column, row),
        );
      });
      yield { ...piece, cells: hidden };
    }
  }
  const { want } = table;
  return {
    ...table,
    ...(table.pieces ? byColumns(pieces()) : { rows: rows() }),
    ...(want && {
      want: (places) =>
        want([...places, ...places.map((place) => masks[place]).filter((mask) => mask >= 0)]),
    }),
  };
}

function guarded(name: string, kind: string, whole: OpenTable): OpenTable {
  const table = withMasks(whole);
  async function* guard<Part>(parts: Iterable<Part> | AsyncIterable<Part>) {
    try {
      yield* parts;
    } catch (error) {
      throw broken(name, kind, error);
    }
  }
  const { rows, pieces } = table;
  return { ...table, rows: guard(rows), ...(pieces && { pieces: guard(pieces) }) };
}
