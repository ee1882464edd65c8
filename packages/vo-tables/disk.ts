import { promises as fs } from "node:fs";
import { basename, dirname, join } from "node:path";
import zlib from "node:zlib";
import { systemWords } from "@csc-classify/safe-files";
import { cdsHeader } from "./cds-description.ts";
import { openFile } from "./open-file.ts";
import type { OpenOptions, OpenTable } from "./open-table.ts";
import { cannotOpen, cannotRead } from "./table-error.ts";
import { restOf, type TableFile } from "./table-file.ts";

/**
 * Opens a table on a disk, of any kind; see {@link openFile}.
 *
 * @throws TableError naming file, place and remedy; while rows are read, too.
 */
export async function openTable(path: string, options: OpenOptions = {}): Promise<OpenTable> {
  const file = await diskFile(path), header = await headerBeside(path);
  return await openFile(header === undefined ? file : withHeader(file, header), {
    zstd: UNPACK_ZSTD,
    ...options,
  });
}

/** What a ReadMe of the CDS in the same folder says of a file; undefined without. */
async function headerBeside(path: string): Promise<string | undefined> {
  if (!/\.(dat|tab|txt)$/i.test(path)) return undefined;
  try {
    const readMe = await fs.readFile(join(dirname(path), "ReadMe"), "latin1");
    return cdsHeader(readMe, basename(path));
  } catch {
    return undefined; // there is none, or none that may be read
  }
}

function withHeader(file: TableFile, header: string): TableFile {
  const bytes = new TextEncoder().encode(header);
  return {
    name: file.name,
    size: bytes.length + file.size,
    async read(start, end) {
      const from = bytes.subarray(start, Math.min(end, bytes.length));
      if (end <= bytes.length) return from;
      const rest = await file.read(Math.max(0, start - bytes.length), end - bytes.length);
      const whole = new Uint8Array(from.length + rest.length);
      whole.set(from);
      whole.set(rest, from.length);
      return whole;
    },
    async *stream() {
      yield bytes;
      yield* file.stream();
    },
  };
}

/** Quicker than the package's own; Node has it from 22.15 on. It throws for another length. */
const UNPACK_ZSTD: OpenOptions["zstd"] = zlib.zstdDecompressSync && ((bytes, length) => {
  const made = zlib.zstdDecompressSync(bytes, { maxOutputLength: length });
  if (made.length !== length) throw new RangeError("its zstd is cut short");
  return made;
});

/** A file of the disk. @throws TableError where there is none. */
async function diskFile(path: string): Promise<TableFile> {
  const failed = ({ message }: Error) => {
    throw cannotOpen(path, { message: systemWords(message) });
  };
  const stat = await fs.stat(path).catch(failed), { size } = stat;
  if (stat.isDirectory()) throw cannotRead(path, "it is a folder; name a file");
  return {
    name: path,
    size,
    async read(start, end) {
      const file = await fs.open(path).catch(failed);
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      let done = 0;
      try {
        for (let n = 1; n > 0 && done < bytes.length; done += n) {
          n = (await file.read(bytes, done, bytes.length - done, start + done)).bytesRead;
        }
      } finally {
        await file.close();
      }
      return bytes.subarray(0, done);
    },
    async *stream() {
      yield* restOf(await fs.open(path).catch(failed));
    },
  };
}
