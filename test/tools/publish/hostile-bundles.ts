// Bundles that nobody wants to be given: each a tar archive made by hand, with what is to be said of it.
import { createHash } from "node:crypto";

/** One member as it is to lie in the archive; what is not given is as an honest archive has it. */
export interface RawMember {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Type flag; "0", a file. */
  readonly type?: string;
  readonly link?: string;
  readonly mode?: number;
  /** Content of the size field instead of the content's length. */
  readonly size?: Uint8Array | string;
  readonly badChecksum?: boolean;
}

const bytesOf = (content: string | Uint8Array) =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

/** A member's blocks: a header of ustar and the content, filled up. */
export function rawMember(
  { name, content = "", type = "0", link = "", mode = 0o644, size, badChecksum }: RawMember,
): Uint8Array {
  const bytes = bytesOf(content),
    blocks = new Uint8Array(512 + Math.ceil(bytes.length / 512) * 512);
  const put = (at: number, text: string | Uint8Array) => blocks.set(bytesOf(text), at);
  put(0, bytesOf(name).subarray(0, 100));
  put(100, `${mode.toString(8).padStart(7, "0")}\x000001750\x000001750\x00`);
  put(124, size ?? `${bytes.length.toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0        ");
  put(156, type);
  put(157, bytesOf(link).subarray(0, 100));
  put(257, "ustar\x0000");
  const sum = blocks.subarray(0, 512).reduce((sum, byte) => sum + byte, 0) + (badChecksum ? 1 : 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  put(512, bytes);
  return blocks;
}

/** A record of an extended header. */
const record = (key: string, value: string) => {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length++;
  return `${length}${rest}`;
};

/** An extended header for the member that follows. */
const pax = (key: string, value: string): RawMember => ({
  name: "pax",
  type: "x",
  content: record(key, value),
});

/** Members, the end mark, packed. */
export async function pack(
  members: readonly (RawMember | Uint8Array)[],
  end: Uint8Array = new Uint8Array(1024),
): Promise<Uint8Array> {
  const parts = members.map((member) => member instanceof Uint8Array ? member : rawMember(member));
  return await gzip(new Blob([...parts, end] as BlobPart[]).stream());
}

async function gzip(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  return await new Response(stream.pipeThrough(new CompressionStream("gzip"))).bytes();
}

/** Results as those of the folder that is restored into. */
export const HEAD = {
  data: "eight sources",
  dataSha256: "",
  simulated: true,
  profile: "smoke",
  seed: 42,
  versions: {},
};

const FIGURE = "<svg/>";
const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");
const listed = (content: string | Uint8Array) => ({
  bytes: bytesOf(content).length,
  sha256: sha256(content),
});

/** A manifest of these files. */
export function manifest(files: unknown, more: Record<string, unknown> = {}): RawMember {
  const head = { format: "csc-classify bundle 2", version: "1.0.0", code: {}, fittingCode: "f" };
  return { name: "bundle.json", content: JSON.stringify({ ...head, head: HEAD, files, ...more }) };
}

const text = (content: string): RawMember => ({ name: "bundle.json", content });
const A = "out/figures/a.svg";
const figure: RawMember = { name: A, content: FIGURE };
const honest = manifest({ [A]: listed(FIGURE) });
/** A file that is listed under a name, with its content, behind its manifest. */
const named = (name: string): RawMember[] => [
  manifest({ [name]: listed(FIGURE) }),
  ...bytesOf(name).length > 100 ? [pax("path", name)] : [],
  { name, content: FIGURE },
];
/** The listed figure as something else than a file. */
const as = (more: Partial<RawMember>): RawMember[] => [
  manifest({ [A]: listed("") }),
  { name: A, ...more },
];

/** A bundle and what is said of it. */
export interface HostileBundle {
  readonly members?: readonly (RawMember | Uint8Array)[];
  readonly end?: Uint8Array;
  /** The file's bytes, where it is not made of members. */
  readonly bytes?: () => Promise<Uint8Array> | Uint8Array;
  readonly says: RegExp;
}

const PLACE = /not a place of a bundle/, NAME = /a name that not every system takes/;
const HIDDEN = /hidden, or of a repository, which no bundle brings/;
const NO_MARK = /a mark, which no bundle brings/, CUT = /cannot be unpacked: .*cut short/;

/** A member's header says so many bytes in GNU's binary form. */
const binary = (...last: number[]) =>
  Uint8Array.from([...new Array(12 - last.length).fill(0), ...last]);

/** All of them by what is wrong. */
export const HOSTILE_BUNDLES: Readonly<Record<string, HostileBundle>> = {
  // members that are no files
  "a listed file that is a symbolic link": {
    members: as({ type: "2", link: "../b" }),
    says: /a symbolic link/,
  },
  "a folder that is a link out of the project": {
    members: [
      manifest({ "out/d/1.tex": listed("mine") }),
      { name: "out/d", type: "2", link: "OUTSIDE" },
      { name: "out/d/1.tex", content: "mine" },
    ],
    says: /out\/d: a symbolic link/,
  },
  "a folder that is a link, and a file behind it that is not there": {
    members: [
      manifest({ "out/d/1.tex": listed("mine") }),
      { name: "out/d", type: "2", link: "OUTSIDE" },
    ],
    says: /out\/d: a symbolic link/,
  },
  "a link into the code": {
    members: [
      manifest({ "folds/d/mod.ts": listed("") }),
      { name: "folds/d", type: "2", link: "../../lib" },
    ],
    says: /folds\/d: a symbolic link/,
  },
  "a link to a folder above it": {
    members: [honest, figure, { name: "out/up", type: "2", link: ".." }],
    says: /out\/up: a symbolic link/,
  },
  "a link to nothing": {
    members: [honest, figure, { name: "out/no", type: "2", link: "nowhere" }],
    says: /out\/no: a symbolic link/,
  },
  "a hard link to another member": {
    members: as({ type: "1", link: "bundle.json" }),
    says: /a hard link/,
  },
  "a hard link out of the project": {
    members: as({ type: "1", link: "/etc/passwd" }),
    says: /a hard link/,
  },
  "a FIFO": { members: as({ type: "6" }), says: /a FIFO/ },
  "a character device": { members: as({ type: "3" }), says: /a character device/ },
  "a block device": { members: as({ type: "4" }), says: /a block device/ },
  "a member of an unknown kind": { members: as({ type: "Z" }), says: /of the kind "Z"/ },
  "a contiguous file": { members: as({ type: "7" }), says: /of the kind "7"/ },
  "a sparse file of GNU tar": { members: as({ type: "S" }), says: /of the kind "S"/ },
  "a sparse file of pax": {
    members: [manifest({ [A]: listed("") }), pax("GNU.sparse.major", "1"), { name: A }],
    says: /a sparse file/,
  },
  "a part of another volume": { members: as({ type: "M" }), says: /of the kind "M"/ },
  "a folder in the place of a file": { members: as({ type: "5" }), says: /a\.svg: a folder/ },
  "a manifest that is a link": {
    members: [{ name: "bundle.json", type: "2", link: "OUTSIDE/1.tex" }, figure],
    says: /no bundle of .*holds no bundle\.json/,
  },
  "a manifest that is a folder": {
    members: [{ name: "bundle.json", type: "5" }, figure],
    says: /holds no bundle\.json/,
  },
  "a list of sums that is a FIFO": {
    members: [honest, { name: "SHA256SUMS", type: "6" }, figure],
    says: /SHA256SUMS: a FIFO/,
  },
  // places and names
  "a listed path that leaves the project": { members: named("out/../../x"), says: PLACE },
  "a path that begins above": { members: named("../x"), says: PLACE },
  "an absolute path": { members: named("/etc/x"), says: PLACE },
  "a path with an empty part": { members: named("out//x"), says: PLACE },
  "a path with a dot for a part": { members: named("out/./x"), says: PLACE },
  "a path into the code": { members: named("lib/mod.ts"), says: PLACE },
  "a path into the cache beside the folds": { members: named(".cache/python/x"), says: PLACE },
  "a place without a path": { members: named("out"), says: PLACE },
  "a place that only an object's ancestor has": { members: named("constructor/x"), says: PLACE },
  "a backslash": { members: named("out\\..\\..\\x"), says: NAME },
  "a backslash within": { members: named("out/a\\..\\b"), says: NAME },
  "a drive": { members: named("out/C:x"), says: NAME },
  "another stream of a file": { members: named("out/a.svg:x"), says: NAME },
  "a line feed": { members: named("out/a\nb"), says: NAME },
  "an escape sequence": { members: named("out/\u001b]0;mine\u0007"), says: NAME },
  "a sequence of eight bits": { members: named("out/\u009b31m"), says: NAME },
  "a name that ends in a dot": { members: named("out/a."), says: NAME },
  "a name that ends in a blank": { members: named("out/a "), says: NAME },
  "a device of Windows": { members: named("out/figures/con.svg"), says: NAME },
  "a name longer than file systems take": { members: named(`out/${"a".repeat(250)}`), says: NAME },
  "a mark of its own": { members: named("out/.csc-classify.json"), says: NO_MARK },
  "settings by which git runs commands": { members: named("out/.git/config"), says: HIDDEN },
  "the same in capitals": { members: named("out/figures/.GIT/config"), says: HIDDEN },
  "the same by its short name": { members: named("out/GIT~1/config"), says: HIDDEN },
  "the head of a repository without a folder of its own": {
    members: named("model/x/HEAD"),
    says: HIDDEN,
  },
  "settings of a shell": { members: named("out/.envrc"), says: HIDDEN },
  "another's lock": { members: named("out/.report.lock"), says: HIDDEN },
  "a mark deeper down": { members: named("out/figures/.csc-classify.json"), says: NO_MARK },
  "a mark in capitals": { members: named("folds/.CSC-Classify.JSON"), says: NO_MARK },
  "a zero in a path": {
    members: [honest, figure, pax("path", "out/b\0c"), { name: "b", content: "" }],
    says: /not listed/,
  },
  "a file below a file": {
    members: [
      manifest({ "out/a": listed(FIGURE), "out/a/b": listed(FIGURE) }),
      { name: "out/a", content: FIGURE },
      { name: "out/a/b", content: FIGURE },
    ],
    says: /out\/a\/b: below a file/,
  },
  "a member that is there twice": {
    members: [honest, figure, figure],
    says: /a\.svg: there twice/,
  },
  "a second manifest": { members: [honest, figure, honest], says: /bundle\.json: there twice/ },
  // manifests
  "no manifest": { members: [figure], says: /holds no bundle\.json/ },
  "a manifest of null": { members: [text("null")], says: /no such bundle/ },
  "a manifest that is a number": { members: [text("7")], says: /no such bundle/ },
  "a manifest that is a list": { members: [text("[]")], says: /no such bundle/ },
  "a manifest that is a text": {
    members: [text('"csc-classify bundle 2"')],
    says: /no such bundle/,
  },
  "an empty manifest": { members: [text("")], says: /is not JSON/ },
  "a broken manifest": { members: [text('{"format": "csc')], says: /is not JSON/ },
  "a manifest of a million brackets": { members: [text("[".repeat(1e6))], says: /is not JSON/ },
  "a manifest of another format": {
    members: [manifest({}, { format: "zip" })],
    says: /no such bundle/,
  },
  "a bundle of an earlier version": {
    members: [manifest({}, { format: "csc-classify bundle 1" })],
    says: /it is a "csc-classify bundle 1", of another version/,
  },
  "a manifest without files": { members: [manifest(undefined)], says: /lists no files/ },
  "files that are null": { members: [manifest(null)], says: /lists no files/ },
  "files that are a list": { members: [manifest([])], says: /lists no files/ },
  "a manifest without a head": {
    members: [manifest({}, { head: undefined })],
    says: /lacks version/,
  },
  "a head of null": {
    members: [manifest({}, { head: null })],
    says: /lacks version, fittingCode or head/,
  },
  "a head without a profile": {
    members: [manifest({}, { head: { ...HEAD, profile: undefined } })],
    says: /lacks version, fittingCode or head/,
  },
  "a seed that is a text": {
    members: [manifest({}, { head: { ...HEAD, seed: "42" } })],
    says: /no seed/,
  },
  "a file of null": {
    members: [manifest({ [A]: null }), figure],
    says: /neither bytes nor SHA-256/,
  },
  "a negative size in the list": {
    members: [manifest({ [A]: { ...listed(FIGURE), bytes: -1 } }), figure],
    says: /neither bytes nor SHA-256 of "out\/figures\/a\.svg"/,
  },
  "half a byte in the list": {
    members: [manifest({ [A]: { ...listed(FIGURE), bytes: 0.5 } }), figure],
    says: /neither bytes nor SHA-256/,
  },
  "a sum that is none": {
    members: [manifest({ [A]: { bytes: 6, sha256: "x" } }), figure],
    says: /neither bytes nor SHA-256/,
  },
  "a manifest of 40 MB": {
    members: [{ ...text(""), size: `${(40e6).toString(8).padStart(11, "0")}\0` }],
    says: /its bundle\.json has 40000000 bytes/,
  },
  // sizes and contents
  "a file longer than listed": {
    members: [honest, { name: A, content: "<svg onload=''/>" }],
    says: /a\.svg: missing or changed: 16 bytes, 6 are listed/,
  },
  "a file shorter than listed": {
    members: [honest, { name: A, content: "<" }],
    says: /1 bytes, 6 are/,
  },
  "a file of other bytes": {
    members: [honest, { name: A, content: "<SVG/>" }],
    says: /a\.svg is changed/,
  },
  "a file that is missing": { members: [honest], says: /a\.svg: missing or changed/ },
  "a file that is not listed": {
    members: [honest, figure, { name: "out/b.svg", content: "" }],
    says: /out\/b\.svg: not listed/,
  },
  "a size in an extended header that is none": {
    members: [honest, pax("size", "-1"), figure],
    says: /cannot be unpacked: a size of "-1"/,
  },
  "a size that no number holds": {
    members: [honest, { ...figure, size: Uint8Array.from([0x80, ...new Array(11).fill(0xff)]) }],
    says: /a size that cannot be read behind bundle\.json/,
  },
  "a negative size": {
    members: [honest, { ...figure, size: new Uint8Array(12).fill(0xff) }],
    says: /a size that cannot be read/,
  },
  "a size in letters": {
    members: [honest, { ...figure, size: "eleven bytes" }],
    says: /a size that cannot be read/,
  },
  "a size of a terabyte and nothing behind": {
    members: [manifest({ [A]: { bytes: 2 ** 40, sha256: sha256("") } }), {
      name: A,
      size: Uint8Array.from([0x80, ...binary(1, 0, 0, 0, 0, 0).subarray(1)]),
    }],
    says: CUT,
  },
  "a header with another sum": {
    members: [honest, { ...figure, badChecksum: true }],
    says: /checksum is wrong behind bundle\.json/,
  },
  "an extended header of a gigabyte": {
    members: [honest, { name: "pax", type: "x", size: "07777777777\0" }],
    says: /a header has 1073741823 bytes/,
  },
  "an extended header that cannot be read": {
    members: [honest, { name: "pax", type: "x", content: "11 path\n" }, figure],
    says: /an extended header that cannot be read/,
  },
  "a record of no length": {
    members: [honest, { name: "pax", type: "x", content: "0 path=x\n" }, figure],
    says: /an extended header that cannot be read/,
  },
  "a long name of a megabyte": {
    members: [honest, { name: "././@LongLink", type: "L", content: "a".repeat(1e6) }, figure],
    says: /a header has 1000000 bytes/,
  },
  "no end mark": { members: [honest, figure], end: new Uint8Array(0), says: CUT },
  "a content cut short": {
    members: [
      manifest({ [A]: { bytes: 600, sha256: sha256("") } }),
      rawMember({
        name: A,
        content: "a".repeat(600),
      }).subarray(0, 700),
    ],
    end: new Uint8Array(0),
    says: CUT,
  },
  "a header cut short": {
    members: [honest, rawMember(figure).subarray(0, 300)],
    end: new Uint8Array(0),
    says: CUT,
  },
  "an archive that unpacks to 300 MB of zeros": {
    async bytes() {
      const zeros = new Uint8Array(1e6);
      const start = [
        rawMember(honest),
        rawMember({ name: "out/z", size: "02161500000\0" }).subarray(0, 512),
      ];
      async function* stream() {
        yield* start;
        for (let i = 0; i < 300; i++) yield await Promise.resolve(zeros);
      }
      return await gzip(ReadableStream.from(stream()) as ReadableStream<Uint8Array<ArrayBuffer>>);
    },
    says: /it unpacks to more than 200 times its \d+ bytes/,
  },
  "a tar that is not packed": {
    bytes: () => rawMember(honest),
    says: /cannot be unpacked/,
  },
  "an empty file": { bytes: () => new Uint8Array(0), says: /cannot be unpacked/ },
  "a packed file cut in half": {
    async bytes() {
      const whole = await pack([honest, figure]);
      return whole.subarray(0, whole.length / 2);
    },
    says: /cannot be unpacked/,
  },
  "another packed text": { bytes: () => gzip(new Blob(["name,ra\n"]).stream()), says: CUT },
  "a ZIP archive": { bytes: () => bytesOf("PK\x03\x04 and so on"), says: /cannot be unpacked/ },
};

/** An honest bundle whose modes are not: set-uid, writable by all. */
export const HONEST = [honest, { ...figure, mode: 0o6777 }];
