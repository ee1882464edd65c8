import { promises as fs } from "node:fs";
import zlib from "node:zlib";
import { systemWords } from "@csc-classify/safe-files";
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
  return await openFile(await diskFile(path), { zstd: UNPACK_ZSTD, ...options });
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
