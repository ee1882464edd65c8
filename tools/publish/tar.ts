/** A file of an archive: a name and what it holds. */
export interface TarFile {
  readonly name: string;
  readonly bytes: number;
  /** Time of its last change, seconds since 1970. */
  readonly changed: number;
  readonly content: () => AsyncIterable<Uint8Array>;
}

/** What an archive says of one of its members. */
export interface TarMember {
  /** Path as it is written there, without a leading `./` or a `/` at its end. */
  readonly name: string;
  /** `file`, `folder`, or what else it is in words, e.g. `a symbolic link`. */
  readonly kind: string;
  readonly bytes: number;
}

const BLOCK = 512;
/** Most bytes of a header's extension: paths are shorter than that. */
const MAX_EXTENSION = 65_536;

const KINDS: Readonly<Record<string, string>> = {
  "\0": "file",
  "0": "file",
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a character device",
  "4": "a block device",
  "5": "folder",
  "6": "a FIFO",
};

/** An archive that is not what POSIX (pax, ustar) or GNU tar writes, or is cut short. */
export class TarError extends Error {
  override name = "TarError";
}

/**
 * Files as a POSIX tar archive, in pieces: regular files only, readable by all and writable by
 * their owner, who is nobody.
 *
 * @throws TarError naming a file whose content is not as long as was said.
 */
export async function* writeTar(files: AsyncIterable<TarFile> | Iterable<TarFile>) {
  for await (const { name, bytes, changed, content } of files) {
    const needsMore = new TextEncoder().encode(name).length > 100 || /[^\x20-\x7e]/.test(name) ||
      bytes >= 8 ** 11;
    if (needsMore) {
      const records = new TextEncoder().encode(record("path", name) + record("size", bytes));
      yield header({ name: "pax", bytes: records.length, changed, type: "x" });
      yield padded(records);
    }
    // older readers than those of 2001 take the short form
    const short = needsMore ? name.replace(/[^\x20-\x7e]/g, "_").slice(-100) : name;
    yield header({ name: short, bytes: Math.min(bytes, 8 ** 11 - 1), changed, type: "0" });
    let done = 0;
    for await (const piece of content()) {
      done += piece.length;
      yield piece;
    }
    if (done !== bytes) throw new TarError(`${name} has ${done} bytes, ${bytes} before`);
    if (bytes % BLOCK > 0) yield new Uint8Array(BLOCK - bytes % BLOCK);
  }
  yield new Uint8Array(2 * BLOCK);
}

/** A record of an extended header: its length counts itself. */
function record(key: string, value: string | number): string {
  const rest = ` ${key}=${value}\n`, length = new TextEncoder().encode(rest).length;
  const whole = length + String(length + String(length).length).length;
  return `${whole}${rest}`;
}

function header(
  { name, bytes, changed, type }: { name: string; bytes: number; changed: number; type: string },
): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string) => block.set(new TextEncoder().encode(text), at);
  const octal = (value: number, digits: number) =>
    Math.floor(value).toString(8).padStart(digits, "0");
  put(0, name);
  put(100, "0000644\0" + "0000000\0" + "0000000\0");
  put(124, octal(bytes, 11) + "\0" + octal(Math.max(0, changed), 11) + "\0");
  put(148, " ".repeat(8) + type);
  put(257, "ustar\0" + "00");
  put(148, octal(block.reduce((sum, byte) => sum + byte, 0), 6) + "\0 ");
  return block;
}

function padded(bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
  all.set(bytes);
  return all;
}

/**
 * The members of a tar archive, in order. The content of each must be taken, or is passed over,
 * before the next is asked for; memory holds one piece. Nothing that a member says is trusted or
 * acted on here.
 *
 * @throws TarError saying what is wrong with the archive, with the member before it.
 */
export async function* readTar(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<TarMember & { content(): AsyncGenerator<Uint8Array> }> {
  const source = new Pieces(pieces);
  let more: Record<string, string> = {};
  let last = "its start";
  const broken = (problem: string) => new TarError(`${problem} behind ${last}`);
  try {
    while (true) {
      const block = await source.take(BLOCK);
      if (!block) throw broken("it ends without an end mark: it is cut short");
      if (block.every((byte) => byte === 0)) return;
      const { name, type, bytes } = readHeader(block, broken);
      if (type === "x" || type === "g" || type === "L" || type === "K") {
        if (bytes > MAX_EXTENSION) throw broken(`a header has ${bytes} bytes`);
        const content = await source.take(bytes), rest = await source.take(-bytes & (BLOCK - 1));
        if (!content || !rest) throw broken("it is cut short within a header");
        if (type === "x") more = { ...more, ...readRecords(content, broken) };
        if (type === "L") more = { ...more, path: text(content) };
        continue;
      }
      const size = more.size === undefined ? bytes : Number(more.size);
      if (!Number.isSafeInteger(size) || size < 0) throw broken(`a size of "${more.size}"`);
      const full = more.path ?? name;
      const isOld = type === "\0" && full.endsWith("/");
      const isSparse = Object.keys(more).some((key) => key.startsWith("GNU.sparse"));
      const kind = isOld
        ? "folder"
        : isSparse
        ? "a sparse file"
        : KINDS[type] ?? `of the kind "${type}"`;
      last = full;
      more = {};
      // links and devices have no content, whatever they say
      let left = kind === "file" || kind.startsWith("of ") || isSparse ? size : 0;
      const padding = -left & (BLOCK - 1);
      const content = async function* () {
        while (left > 0) {
          const piece = await source.some(left);
          if (!piece) throw broken(`it is cut short: ${left} bytes are missing`);
          left -= piece.length;
          yield piece;
        }
      };
      yield {
        name: full.replace(/^(\.\/)+/, "").replace(/\/+$/, ""),
        kind,
        bytes: size,
        content,
      };
      for await (const _ of content()); // what was not taken
      if (!await source.take(padding)) throw broken("it is cut short");
    }
  } finally {
    await source.close();
  }
}

function readHeader(
  block: Uint8Array,
  broken: (problem: string) => TarError,
): { name: string; type: string; bytes: number } {
  const field = (start: number, length: number) => text(block.subarray(start, start + length));
  const sum = block.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (parseInt(field(148, 8).trim(), 8) !== sum) throw broken("a header's checksum is wrong");
  const isUstar = field(257, 6) === "ustar", prefix = isUstar ? field(345, 155) : "";
  const name = field(0, 100);
  return {
    name: prefix ? `${prefix}/${name}` : name,
    type: String.fromCharCode(block[156]),
    bytes: readNumber(block.subarray(124, 136), broken),
  };
}

/** Octal digits, or, for what is larger, GNU's binary form. */
function readNumber(field: Uint8Array, broken: (problem: string) => TarError): number {
  const digits = text(field).trim();
  const value = field[0] === 0x80
    ? field.subarray(1).reduce((sum, byte) => 256 * sum + byte, 0)
    : /^[0-7]*$/.test(digits)
    ? parseInt(digits || "0", 8)
    : NaN;
  if (!Number.isSafeInteger(value)) throw broken("a size that cannot be read");
  return value;
}

/** Records "<length> <key>=<value>\n" of an extended header. */
function readRecords(
  bytes: Uint8Array,
  broken: (problem: string) => TarError,
): Record<string, string> {
  const records: Record<string, string> = Object.create(null);
  for (let at = 0; at < bytes.length;) {
    const [head, length] = /^(\d{1,6}) /.exec(text(bytes.subarray(at, at + 8))) ?? [];
    const record = bytes.subarray(at + (head?.length ?? 0), at + Number(length));
    const parts = /^([^=]+)=(.*)\n$/s.exec(new TextDecoder().decode(record));
    if (!parts) throw broken("an extended header that cannot be read");
    records[parts[1]] = parts[2];
    at += Number(length);
  }
  return records;
}

/** Bytes up to the first zero as text. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Pieces of any length, taken in lengths as they are needed. */
class Pieces {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** At least one byte and at most `most`; undefined at the end. */
  async some(most: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#pieces.next();
      if (done) return undefined;
      this.#rest = value;
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  /** So many bytes; undefined when there are fewer. */
  async take(length: number): Promise<Uint8Array | undefined> {
    const all = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const piece = await this.some(length - at);
      if (!piece) return undefined;
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
