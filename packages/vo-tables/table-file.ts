/** A file of bytes, wherever it lies: on a disk, in a browser, in memory. */
export interface TableFile {
  /** Its name, for messages. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The bytes from `start` to before `end`, fewer where the file ends. */
  read(start: number, end: number): Promise<Uint8Array>;
  stream(): AsyncIterable<Uint8Array>;
}

const CHUNK = 1 << 16;

/** Bytes in memory as a file. */
export function bytesFile(name: string, bytes: Uint8Array): TableFile {
  return {
    name,
    size: bytes.length,
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    async *stream() {
      for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
    },
  };
}

/** A file that the user chose in a browser, or any other blob. */
export function blobFile(name: string, blob: Blob): TableFile {
  return {
    name,
    size: blob.size,
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
    async *stream() {
      for (let at = 0; at < blob.size; at += 16 * CHUNK) {
        yield new Uint8Array(await blob.slice(at, at + 16 * CHUNK).arrayBuffer());
      }
    },
  };
}

/** A file that is open, as `open` of `node:fs/promises` gives it. */
interface OpenFile {
  read(into: Uint8Array, at: number, most: number, from: null): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

/** The bytes of an open file from where it stands, in pieces; it is closed behind them. */
export async function* restOf(file: OpenFile): AsyncGenerator<Uint8Array> {
  try {
    while (true) {
      const bytes = new Uint8Array(CHUNK);
      const { bytesRead } = await file.read(bytes, 0, CHUNK, null);
      if (bytesRead === 0) return;
      yield bytes.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** A piece that was taken already, and those that follow it. */
export async function* behind<Piece>(
  first: Piece,
  rest: AsyncIterable<Piece> | Iterable<Piece>,
): AsyncGenerator<Piece> {
  yield first;
  yield* rest;
}
