import { basename } from "node:path";
import { MARK } from "@csc-classify/safe-files";
import { printable } from "@csc-classify/vo-tables/browser";
import type { CodeVersion } from "#lib/run/provenance.ts";
import type { ResultsHead } from "#lib/run/results.ts";
import { readTar, TarError, type TarMember } from "./tar.ts";

/** What a bundle says of itself, in its `bundle.json`. */
export interface Bundle {
  readonly format: typeof FORMAT;
  readonly version: string;
  readonly code: CodeVersion;
  /** Hash of the code that fits folds: where it differs, folds are fitted anew. */
  readonly fittingCode: string;
  /** Data, profile and seed of its results. */
  readonly head: ResultsHead;
  /** Every file by its path in the bundle. */
  readonly files: Readonly<Record<string, BundledFile>>;
}

/** A file of a bundle. */
export interface BundledFile {
  readonly bytes: number;
  readonly sha256: string;
}

export const FORMAT = "csc-classify bundle 2";
export const MANIFEST = "bundle.json", SUMS = "SHA256SUMS";

/** A bundle whose members have all been looked at and are what its manifest lists. */
export interface ListedBundle {
  readonly bundle: Bundle;
  /** Names of the members in order. */
  readonly members: readonly string[];
}

/** Most bytes of `bundle.json`: some 200,000 files. */
const MAX_MANIFEST = 32e6;
/** Most members: files, and folders that hold them. */
const MAX_MEMBERS = 400_000;
/** From so many unpacked bytes on no more than so many times the packed ones: folds make 3, pages 5. */
const FREE_BYTES = 64e6, MAX_RATIO = 200;

/**
 * The members of a bundle, unpacked as they are asked for.
 *
 * @throws RangeError naming the file, what is wrong and the remedy, while contents are read, too.
 */
export async function* openBundle(path: string, signal?: AbortSignal): ReturnType<typeof readTar> {
  const explained = async function* <T>(pieces: () => AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* pieces();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof RangeError || error instanceof Deno.errors.NotFound) throw error;
      const problem = printable(
        // so Deno says of what follows the end of what was packed
        (error as Error).message.replace("failed to write whole buffer", "bytes follow its end"),
      );
      throw new RangeError(
        `${basename(path)} cannot be unpacked: ${problem}; fetch it again, or make it anew with ` +
          '"deno task archive". Nothing was restored',
      );
    }
  };
  for await (const member of explained(() => members(path, signal))) {
    yield { ...member, content: () => explained(member.content) };
  }
}

async function* members(path: string, signal?: AbortSignal): ReturnType<typeof readTar> {
  const stat = await Deno.stat(path);
  if (!stat.isFile) throw new TarError("it is no regular file");
  using file = await Deno.open(path);
  yield* readTar(unpacked(file, stat.size, signal));
}

async function* unpacked(
  file: Deno.FsFile,
  size: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of file.readable.pipeThrough(new DecompressionStream("gzip"))) {
    signal?.throwIfAborted();
    bytes += piece.length;
    if (bytes > FREE_BYTES && bytes > MAX_RATIO * size) {
      throw new TarError(`it unpacks to more than ${MAX_RATIO} times its ${size} bytes`);
    }
    yield piece;
  }
}

/**
 * Looks at every member of a bundle and at its manifest; nothing is written.
 *
 * @param places Names of the folders that a bundle may have.
 * @throws RangeError naming the file and all that is wrong with it.
 */
export async function listBundle(
  path: string,
  places: readonly string[],
  signal?: AbortSignal,
): Promise<ListedBundle> {
  const members: TarMember[] = [];
  let text: string | undefined;
  for await (const member of openBundle(path, signal)) {
    const { name, kind, bytes } = member;
    members.push({ name, kind, bytes });
    if (members.length > MAX_MEMBERS) {
      throw new RangeError(`${basename(path)} has more than ${MAX_MEMBERS} members`);
    }
    if (name === MANIFEST && kind === "file" && text === undefined) {
      if (bytes > MAX_MANIFEST) {
        throw new RangeError(`${basename(path)}: its ${MANIFEST} has ${bytes} bytes`);
      }
      text = await new Response(ReadableStream.from(member.content()) as BodyInit).text();
    }
  }
  const bundle = readManifest(basename(path), text);
  const wrong = compare(bundle, members, places);
  if (wrong.length === 0) return { bundle, members: members.map(({ name }) => name) };
  throw new RangeError(
    `${basename(path)} is damaged, nothing was restored:\n- ${wrong.slice(0, 10).join("\n- ")}` +
      (wrong.length > 10 ? `\n- and ${wrong.length - 10} more` : ""),
  );
}

function readManifest(name: string, text: string | undefined): Bundle {
  const refuse = (problem: string): never => {
    throw new RangeError(
      `${name} is no bundle of "deno task archive": ${
        printable(problem)
      }; fetch it again, or make it anew`,
    );
  };
  if (text === undefined) return refuse(`it holds no ${MANIFEST}`);
  let bundle: Partial<Bundle> | null;
  try {
    bundle = JSON.parse(text);
  } catch {
    return refuse(`its ${MANIFEST} is not JSON`);
  }
  if (String(bundle?.format).startsWith("csc-classify bundle") && bundle!.format !== FORMAT) {
    return refuse(`it is a "${bundle!.format}", of another version of this project`);
  }
  if (bundle?.format !== FORMAT) return refuse(`its ${MANIFEST} is of no such bundle`);
  const { version, fittingCode, head, files } = bundle;
  const { profile, data, seed } = { ...head };
  if (![version, fittingCode, profile, data].every((value) => typeof value === "string")) {
    return refuse(`its ${MANIFEST} lacks version, fittingCode or head`);
  }
  if (!Number.isSafeInteger(seed)) return refuse(`its ${MANIFEST} has no seed`);
  if (typeof files !== "object" || files === null || Array.isArray(files)) {
    return refuse(`its ${MANIFEST} lists no files`);
  }
  for (const [path, file] of Object.entries(files)) {
    const { bytes, sha256 } = { ...file };
    if (Number.isSafeInteger(bytes) && bytes! >= 0 && /^[0-9a-f]{64}$/.test(String(sha256))) {
      continue;
    }
    return refuse(`its ${MANIFEST} says neither bytes nor SHA-256 of ${JSON.stringify(path)}`);
  }
  return bundle as Bundle;
}

/** All in which the members are not what the manifest lists. */
function compare(
  { files }: Bundle,
  members: readonly TarMember[],
  places: readonly string[],
): string[] {
  const wrong: string[] = [], seen = new Set<string>();
  const complain = (name: string, problem: string) =>
    wrong.push(printable(`${JSON.stringify(name).slice(1, -1)}: ${problem}`));
  for (const name of Object.keys(files)) {
    const problem = problemOf(name), [place, ...below] = name.split("/");
    if (problem) complain(name, problem);
    else if (!places.includes(place) || below.length === 0) {
      complain(name, "not a place of a bundle");
    }
    const above = below.map((_, i) => [place, ...below.slice(0, i)].join("/"));
    if (above.some((folder) => Object.hasOwn(files, folder))) complain(name, "below a file");
  }
  for (const { name, kind, bytes } of members) {
    const isOwn = name === MANIFEST || name === SUMS;
    if (kind === "folder") {
      if (Object.hasOwn(files, name) || isOwn) complain(name, "a folder");
      continue;
    }
    if (kind !== "file") complain(name, kind);
    else if (seen.has(name)) complain(name, "there twice");
    else if (!isOwn && !Object.hasOwn(files, name)) complain(name, "not listed");
    else if (!isOwn && files[name].bytes !== bytes) {
      complain(name, `missing or changed: ${bytes} bytes, ${files[name].bytes} are listed`);
    } else if (name === SUMS && bytes > MAX_MANIFEST) complain(name, `${bytes} bytes`);
    seen.add(name);
  }
  for (const name of Object.keys(files)) if (!seen.has(name)) complain(name, "missing or changed");
  return wrong;
}

/** Why a path cannot be one in a bundle, on any system; undefined for one that can. */
export function problemOf(path: string): string | undefined {
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) {
    return "not a place of a bundle";
  }
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\\:*?"<>|]/.test(path)) {
    return "a name that not every system takes";
  }
  if (parts.some((part) => /[. ]$/.test(part) || new TextEncoder().encode(part).length > 240)) {
    return "a name that not every system takes";
  }
  const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
  if (parts.some((part) => reserved.test(part))) return "a name that not every system takes";
  if (parts.some((part) => part.toLowerCase() === MARK)) return "a mark, which no bundle brings";
  if (parts.slice(1).some(isHiddenOrGit) && path !== "out/.manifest.json") {
    return "hidden, or of a repository, which no bundle brings";
  }
  return undefined;
}

/** Programs heed hidden files, and git runs commands that a repository's settings name. */
function isHiddenOrGit(part: string): boolean {
  return part.startsWith(".") || /^(git~\d+|HEAD)$/i.test(part);
}
