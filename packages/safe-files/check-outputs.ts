import { promises as fs } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { OutputError } from "./output-error.ts";
import { MARK } from "./marked-folders.ts";
import { canBeMade, isFolderAt, realPath, refuseNoPlace } from "./places.ts";
import { hasCode } from "./system.ts";
import { kindOf } from "./write-files.ts";

/** A file or folder that a command is going to write. */
export interface Output {
  readonly path: string;
  /** What names it, for messages, e.g. `--out`. */
  readonly option: string;
  /** Whether it is a folder. */
  readonly isFolder?: boolean;
  /** Whether folders above it are made where they are missing. */
  readonly makesFolders?: boolean;
  /** Whether a file that is there is as this project wrote it; the user's if absent. */
  readonly isOurs?: (path: string) => Promise<boolean>;
}

/** All that a command is going to read and write. */
interface Outputs {
  /** Files and folders that it reads, whether there or not. */
  readonly inputs: readonly { readonly path: string; readonly what: string }[];
  readonly outputs: readonly Output[];
  /** Whether files of others may be replaced: `--overwrite`. */
  readonly overwrite?: boolean;
  /** What the message says to do besides naming another: nothing if absent. */
  readonly remedy?: string;
}

/**
 * Most bytes of the name of an output: file systems take 255, and what is written beside it until it
 * is whole has a longer one.
 */
const MOST_BYTES = 255 - 48;

/**
 * Refuses, before work begins, outputs that would replace an input, each other, or a file that this
 * project did not write, under whatever name: links, hard links, other spellings.
 *
 * Inputs that are pipes or devices are refused, too.
 *
 * @throws OutputError naming the file and the option that mends it.
 */
export async function checkOutputs(
  { inputs, outputs, overwrite = false, remedy = "" }: Outputs,
): Promise<void> {
  await checkInputs(inputs);
  const known = await Promise.all(
    inputs.map(async (input) => ({ ...input, names: await namesOf(input.path) })),
  );
  const before: { output: Output; names: readonly string[] }[] = [];
  for (const output of outputs) {
    const { path, option, isFolder = false, makesFolders = isFolder } = output;
    const refuse = (problem: string): never => {
      throw new OutputError(`${option} ${path} ${problem}`);
    };
    await refuseNoPlace(path, refuse, "name another");
    const { byteLength } = new TextEncoder().encode(basename(path));
    if (byteLength > MOST_BYTES) {
      refuse(`has a name of ${byteLength} bytes, and at most ${MOST_BYTES} can be; shorten it`);
    }
    const names = await namesOf(path);
    if (basename(path) === MARK) refuse("has the name of this project's marks; name another");
    const input = known.find((input) => haveCommon(input.names, names));
    if (input) refuse(`is ${input.what} itself; name another`);
    const inside = known.find((input) => isFolder && isBelow(input.names, names));
    if (inside) refuse(`holds ${inside.what}; name another`);
    const within = known.find((input) => isBelow(names, input.names));
    if (within) refuse(`lies in ${within.what}; name another`);
    const twin = before.find((other) => haveCommon(other.names, names));
    if (twin) refuse(`is what ${twin.output.option} names; name another`);
    before.push({ output, names });
    const kind = await kindOf(path).catch((error) => {
      if (!hasCode(error, "ENOTDIR") && !hasCode(error, "ELOOP")) throw error;
      return refuse("lies in what is no folder; name another");
    });
    if (kind === undefined) {
      if (!makesFolders) await refuseWithoutFolder(path, option);
      else if (!await canBeMade(path)) refuse("lies in what is no folder; name another");
    } else if (!isFolder) await checkFile(output, kind, overwrite, remedy);
    else if (!await isFolderAt(path)) refuse(`is ${kind}; name a folder`);
  }
}

/**
 * Refuses what is read more than once, waits for a writer for ever, or never ends: pipes and
 * devices; and an empty name. What is not there is for its reader to tell.
 *
 * @throws OutputError naming it.
 */
export async function checkInputs(inputs: Outputs["inputs"]): Promise<void> {
  for (const { path, what } of inputs) {
    const refuse = (problem: string): never => {
      throw new OutputError(`${what}${path ? `, ${path},` : ""} ${problem}`);
    };
    await refuseNoPlace(path, refuse, "save it as a file first");
    const stat = await fs.stat(path).catch(() => undefined);
    if (!stat || stat.isFile() || stat.isDirectory()) continue;
    refuse("is no regular file (a pipe, a socket or a device); save it as a file first");
  }
}

/**
 * Refuses a place below a folder that a link there leads out of it, and one that no file can have:
 * what is written into a folder of the project stays in it.
 *
 * @param folder The folder, itself followed where it is a link.
 * @param path The place, below it by its name.
 * @param remedy The end of the message.
 * @throws OutputError naming the link, or what is in the way.
 */
export async function refuseLinks(
  folder: string,
  path: string,
  remedy = "move it away",
): Promise<void> {
  const steps = relative(folder, path).split(/[\\/]/);
  for (const i of steps.keys()) {
    const step = [folder, ...steps.slice(0, i + 1)].join("/"), isLast = i === steps.length - 1;
    const kind = await kindOf(step);
    if (kind === undefined || kind === (isLast ? "a file" : "a folder")) continue;
    throw new OutputError(
      `${step} is ${kind}, which is neither followed nor replaced; ${remedy}`,
    );
  }
}

async function refuseWithoutFolder(path: string, option: string): Promise<void> {
  const folder = dirname(path);
  if (!await isFolderAt(folder)) {
    throw new OutputError(`${option} ${path}: there is no folder ${folder}; make it first`);
  }
}

async function checkFile(
  { path, option, isOurs }: Output,
  kind: string,
  overwrite: boolean,
  remedy: string,
): Promise<void> {
  if (kind !== "a file") throw new OutputError(`${option} ${path} is ${kind}; name a file`);
  const { mode } = await fs.lstat(path);
  if ((mode & 0o222) === 0) {
    throw new OutputError(`${option} ${path} is read-only; make it writable, or name another`);
  }
  if (overwrite || await isOurs?.(path)) return;
  throw new OutputError(
    `${option} ${path} is there and was not written by this project, or was changed since; name ` +
      "another" +
      (remedy ? `, or ${remedy}` : ""),
  );
}

/**
 * All by which a file is known: device and inode, and its real path, that of the nearest folder
 * that is there with the rest behind it; spelt as on file systems where letters' case means nothing.
 */
async function namesOf(path: string): Promise<string[]> {
  const stat = await fs.stat(path).catch(() => undefined);
  const inode = stat?.ino ? [`inode ${stat.dev} ${stat.ino}`] : [];
  return [...inode, spelt(await realPath(resolve(path)))];
}

function spelt(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

function haveCommon(some: readonly string[], others: readonly string[]): boolean {
  return some.some((name) => others.includes(name));
}

/** Whether the first lies below the second. */
function isBelow(some: readonly string[], others: readonly string[]): boolean {
  const way = relative(others.at(-1)!, some.at(-1)!);
  return way !== "" && !way.startsWith("..") && resolve(way) !== way;
}
