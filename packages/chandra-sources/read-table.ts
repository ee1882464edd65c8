import { zstdDecompressSync } from "node:zlib";
import { fileSha256 } from "@csc-classify/safe-files";
import {
  cannotOpen,
  cannotRead,
  openFile,
  type OpenOptions,
  type OpenTable,
  type TableFile,
} from "@csc-classify/vo-tables/browser";
import { type ReadOptions, readRows, type ReadTable, unusable } from "./source-rows.ts";
import type { LabelledSources, Sources } from "./sources.ts";

/**
 * Reads a table of any kind that `openTable` knows as sources; see {@link readRows}.
 *
 * @throws TableError for a file that cannot be read, and as {@link readRows}.
 */
export async function readTable(path: string, options: ReadOptions): Promise<ReadTable> {
  return await readRows(path, await openTable(path, options), options);
}

/**
 * A table of one's own to learn from: names, classes, positions and features. No row may be bad.
 *
 * @throws TableError with all complaints at once.
 */
export async function readLabelledTable(
  path: string,
  options: Pick<ReadOptions, "choices"> = {},
): Promise<LabelledSources> {
  const complaints: string[] = [];
  const { batches } = await readTable(path, {
    ...options,
    features: [],
    labelled: true,
    rows: "all",
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
 * Opens a table of any kind; see `openFile`.
 *
 * @throws TableError naming file, place and remedy; while rows are read, too.
 */
export async function openTable(path: string, options: OpenOptions = {}): Promise<OpenTable> {
  return await openFile(await fileAt(path), { zstd: unpackZstd, ...options });
}

/** @throws Error for what is broken, or not of this length. */
function unpackZstd(bytes: Uint8Array, length: number): Uint8Array {
  const made = zstdDecompressSync(bytes, { maxOutputLength: length });
  if (made.length !== length) throw new RangeError("its zstd is cut short");
  return made;
}

/** A file of the disk. @throws TableError where there is none. */
async function fileAt(path: string): Promise<TableFile> {
  const failed = (error: Error) => {
    throw cannotOpen(path, error);
  };
  const { isDirectory, size } = await Deno.stat(path).catch(failed);
  if (isDirectory) throw cannotRead(path, "it is a folder; name a file");
  return {
    name: path,
    size,
    async read(start, end) {
      using file = await Deno.open(path).catch(failed);
      await file.seek(start, Deno.SeekMode.Start);
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      let at = 0;
      for (let n; at < bytes.length && (n = await file.read(bytes.subarray(at))); at += n);
      return bytes.subarray(0, at);
    },
    async *stream() {
      const { readable } = await Deno.open(path).catch(failed);
      yield* readable;
    },
  };
}
