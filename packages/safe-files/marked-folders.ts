import { promises as fs } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { env } from "node:process";
import { madeFolders, makeFolders, makeOne } from "./made-folders.ts";
import { OutputError } from "./output-error.ts";
import { canBeMade, refuseNoPlace } from "./places.ts";
import { fileSha256 } from "./sha256.ts";
import { hasCode, withPlace } from "./system.ts";
import { kindOf } from "./write-files.ts";

/**
 * Name of the file by which a folder is known as one that this project made or works in. A folder
 * without it is never removed.
 */
export const MARK = ".csc-classify.json";

/** Name of the file that a process holds locked in a folder that it works in. */
export const LOCK = ".lock";

/** Name of the list of what a finished folder held, see {@link listContents}. */
export const CONTENTS = ".csc-classify-files.json";

/** What a mark says. */
interface Mark {
  readonly note: string;
  /** Whether the project made the folder; else it was there, empty or with the project's results. */
  readonly made: boolean;
  /** What the folder is for, where only such a folder may take its place. */
  readonly what: string;
  /** Real path of the folder when it was marked, */
  readonly path: string;
  /** and what it keeps when it is moved, but a copy does not have: see {@link birthOf}. */
  readonly birth: string;
}

const NOTES = {
  made: "csc-classify made this folder; its commands may remove it with all that is in it.",
  used: "csc-classify works in this folder; it removes only files of its own here.",
};

/**
 * Makes a folder and those above it that are missing.
 *
 * @param what What the folder is for: if it was not there it gets the mark, which says so.
 */
export async function makeFolder(path: string, what = ""): Promise<void> {
  if (what === "") return await makeFolders(path);
  // whoever may write a folder need not be allowed to make the one above it
  await makeFolders(dirname(resolve(path)));
  // else it was there, or another process was quicker, and marks it
  if (await makeOne(resolve(path))) await writeMark(path, true, what);
}

/**
 * Removes the folders that this process has made and that hold nothing but their mark, as after work
 * that failed: nobody is to be left with folders that hold nothing.
 */
export async function removeEmptyFolders(): Promise<void> {
  for (const path of madeFolders()) {
    try {
      const names = await namesIn(path), isMarked = names.includes(MARK);
      if (names.length > (isMarked ? 1 : 0)) continue;
      if (isMarked && !(await markOf(path))?.made) continue;
      if (isMarked) await fs.unlink(`${path}/${MARK}`);
      await fs.rmdir(path);
    } catch {
      // it has gone, or somebody has put something there meanwhile
    }
  }
}

async function writeMark(folder: string, made: boolean, what: string): Promise<void> {
  const mark: Mark = {
    note: made ? NOTES.made : NOTES.used,
    made,
    what,
    path: await fs.realpath(folder),
    birth: await birthOf(folder),
  };
  const path = `${folder}/${MARK}`, part = `${path}.${crypto.randomUUID()}.part`;
  try {
    await fs.writeFile(part, JSON.stringify(mark, null, 2) + "\n", { flag: "wx" });
    await fs.rename(part, path);
  } catch (error) {
    await fs.unlink(part).catch(() => {});
    throw error;
  }
}

/** Inode and time of making of a folder. */
async function birthOf(folder: string): Promise<string> {
  const { ino, birthtime } = await fs.stat(folder);
  return ino ? `${ino} ${birthtime?.getTime() ?? "?"}` : "";
}

/**
 * The mark of a folder, if it is its own: one that was copied here with a folder, or put here, is
 * none. A folder that was moved keeps its own.
 */
export async function markOf(folder: string): Promise<Mark | undefined> {
  const path = `${folder}/${MARK}`;
  const stat = await fs.lstat(path).catch(() => undefined);
  if (!stat?.isFile() || stat.size > 10_000) return undefined;
  try {
    const mark: Mark = JSON.parse(await fs.readFile(path, "utf8"));
    const birth = await birthOf(folder);
    const isOwn = mark.path === await fs.realpath(folder) || birth !== "" && mark.birth === birth;
    return isOwn && typeof mark.made === "boolean" ? mark : undefined;
  } catch {
    return undefined; // a mark that cannot be read says nothing
  }
}

/** Whether a file is a mark, if of another folder. */
async function isAnyMark(path: string): Promise<boolean> {
  const stat = await fs.lstat(path).catch(() => undefined);
  if (!stat?.isFile() || stat.size > 10_000) return false;
  const text = await fs.readFile(path, "utf8");
  return Object.values(NOTES).some((note) => text.includes(JSON.stringify(note)));
}

/** Paths of all that is below a folder but marks and lists; links are not followed. */
async function contentsOf(folder: string, below = ""): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await fs.readdir(`${folder}/${below}`, { withFileTypes: true })) {
    const { name } = entry;
    if (entry.isDirectory()) found.push(...await contentsOf(folder, `${below}${name}/`));
    else if (name !== MARK && name !== CONTENTS) found.push(below + name);
  }
  return found.sort();
}

/** What a file holds, as its SHA-256; of a link where it leads to. */
async function contentOf(path: string): Promise<string> {
  const stat = await fs.lstat(path);
  if (stat.isFile()) return await fileSha256(path);
  return stat.isSymbolicLink() ? `-> ${await fs.readlink(path)}` : "no file";
}

/**
 * Notes in a finished folder what is in it and what each file holds, by which those that others add
 * or change are known later.
 */
export async function listContents(folder: string): Promise<void> {
  const list: [string, string][] = [];
  for (const path of await contentsOf(folder)) {
    list.push([path, await contentOf(`${folder}/${path}`)]);
  }
  await fs.writeFile(`${folder}/${CONTENTS}`, JSON.stringify(Object.fromEntries(list)));
}

/**
 * Files in a folder of the project that were not there when it was finished, or were others: all of
 * them where its list of what there was is gone or cannot be read.
 */
export async function changedIn(folder: string): Promise<string[]> {
  const listed = await readContents(folder), changed: string[] = [];
  for (const path of await contentsOf(folder)) {
    const now = await contentOf(`${folder}/${path}`).catch(() => "cannot be read");
    if (listed.get(path) !== now) changed.push(path);
  }
  return changed;
}

async function readContents(folder: string): Promise<Map<string, unknown>> {
  try {
    const path = `${folder}/${CONTENTS}`;
    if (!(await fs.lstat(path)).isFile()) return new Map(); // a pipe would never end
    return new Map(Object.entries(JSON.parse(await fs.readFile(path, "utf8"))));
  } catch {
    return new Map();
  }
}

/** Gives a marked folder another name on the same file system, and its mark the new path. */
export async function moveFolder(from: string, to: string): Promise<void> {
  const mark = await markOf(from);
  await fs.rename(from, to);
  // where a disk is full it is still known by its birth
  if (mark) await writeMark(to, mark.made, mark.what).catch(() => {});
}

/** How {@link useFolder} tells whose a folder is. */
interface UseOptions {
  /** What names the folder, for messages, e.g. `CSC_OUT`; its path if absent. */
  readonly option?: string;
  /** Whether a folder without a mark holds results of this project, e.g. of an earlier version. */
  readonly isOurs?: (folder: string) => Promise<boolean>;
}

/**
 * Makes sure that files may be written into a folder without replacing anybody's: it is made and
 * marked where there is none, and marked as used where it is empty or the project's. So is every
 * folder that a link below it leads to.
 *
 * @throws OutputError for a folder with files that the project did not make, and for the root, the
 * home, the project's own folder and those above them.
 */
export async function useFolder(path: string, options: UseOptions = {}): Promise<void> {
  await use(path, options, new Set());
}

/** What a folder that is used is for, in its own mark, where it was made for that. */
const USED = "results";

async function use(path: string, options: UseOptions, seen: Set<string>): Promise<void> {
  const { option, isOurs = () => Promise.resolve(false) } = options;
  const named = option ? `${option} is ${path}, which` : path;
  const refuse = (problem: string): never => {
    throw new OutputError(`${named} ${problem}`);
  };
  await refuseNoPlace(path, refuse, "name another");
  if (!await canBeMade(path)) refuse("lies in what is no folder; name another");
  if (await kindOf(path) === undefined) return await makeFolder(path, USED);
  if (!await isFolder(path)) {
    throw new OutputError(`${named} is ${await kindOf(path)} and leads to no folder; name another`);
  }
  const real = await fs.realpath(path);
  if (seen.has(real)) return;
  seen.add(real);
  const guarded = await whyGuarded(path);
  if (guarded) throw new OutputError(`${named} ${guarded}; name a folder of its own for results`);
  if (!await markOf(path)) {
    // a mark that was copied here is none, and nobody's loss
    const isMark = await isAnyMark(`${path}/${MARK}`);
    const names = (await namesIn(path)).filter((name) => name !== MARK || !isMark);
    if (names.length > 0 && (!isMark && names.includes(MARK) || !await isOurs(path))) {
      throw new OutputError(
        `${named} holds files that this project did not make (${shortList(names)}); ` +
          "name a new or an empty folder",
      );
    }
    await writeMark(path, false, "");
  }
  for (const link of await linkedFolders(path)) await use(link, {}, seen);
}

/** Links below a folder that lead to folders; links are not followed. */
async function linkedFolders(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...await linkedFolders(path));
    else if (entry.isSymbolicLink() && await isFolder(path)) found.push(path);
  }
  return found;
}

/**
 * Why a folder may not be removed, as the end of a sentence that begins with its path; undefined
 * where it may be, or is not there.
 *
 * @param what What it must be for, see {@link makeFolder}; anything if absent.
 */
export async function whyNotRemovable(path: string, what?: string): Promise<string | undefined> {
  const kind = await kindOf(path);
  if (kind === undefined) return undefined;
  if (kind !== "a folder") return `is ${kind}`;
  const guarded = await whyGuarded(path);
  if (guarded) return guarded;
  if (await isMount(path)) return "is a mount point";
  const mark = await markOf(path);
  if (!mark?.made) return "was not made by this project";
  if (what !== undefined && mark.what !== what) {
    return `is something else of this project${mark.what ? `: ${mark.what}` : ""}`;
  }
  return undefined;
}

/**
 * Removes a folder that this project made, with all that is in it; links in it are removed, not
 * followed. The only function that removes folders. One that was stopped is gone on with.
 *
 * @param what What it must be for, see {@link makeFolder}; anything if absent.
 * @returns Whether there was one.
 * @throws RangeError saying why a folder is not removed, see {@link whyNotRemovable}; then nothing
 * of it is.
 */
export async function removeFolder(path: string, what?: string): Promise<boolean> {
  const why = await whyNotRemovable(path, what);
  if (why) throw new RangeError(`${path} ${why}: it is not removed`);
  if (await kindOf(path) === undefined) return false;
  await emptyFolder(path, () => true);
  return true;
}

/** What {@link emptyFolder} has done with the names in a folder. */
interface Emptied {
  readonly removed: readonly string[];
  readonly left: readonly string[];
}

/**
 * Removes those files and folders directly in a folder with a mark that are named; then, if nothing
 * else is left, the mark and, where the project made it, the folder.
 *
 * @param isNamed Whether a name is to be removed.
 * @param confirmed Whether the user was told these names and wants them removed from a folder that
 * has no mark.
 * @throws RangeError for a folder without a mark, one that may not be removed at all, and one with
 * a mount below it; then nothing of it is.
 */
export async function emptyFolder(
  path: string,
  isNamed: (name: string) => boolean,
  { confirmed = false } = {},
): Promise<Emptied> {
  const mark = await markOf(path), isOurs = mark !== undefined || confirmed;
  const guarded = await kindOf(path) === "a folder"
    ? await whyGuarded(path) ?? (isOurs ? undefined : "was not made by this project")
    : `is ${await kindOf(path) ?? "not there"}`;
  if (guarded) throw new RangeError(`${path} ${guarded}: nothing of it is removed`);
  const names = (await namesIn(path)).filter((name) => name !== MARK);
  const removed = names.filter(isNamed), left = names.filter((name) => !isNamed(name));
  const mount = await mountIn(path, removed);
  if (mount) {
    throw new RangeError(`${mount} is a mount point: nothing of ${path} is removed; unmount it`);
  }
  // the lock last: by it the next process knows a folder whose removal was cut short
  const inOrder = removed.toSorted((a, b) => Number(a === LOCK) - Number(b === LOCK));
  for (const name of inOrder) {
    await fs.rm(`${path}/${name}`, { recursive: true }).catch((error) => {
      throw withPlace(error, `${path}/${name}`, true);
    });
  }
  if (left.length === 0 && mark) {
    await fs.unlink(`${path}/${MARK}`);
    try {
      if (mark.made) await fs.rmdir(path);
    } catch (error) {
      // something was written into it meanwhile: it is still known as one of the project
      await writeMark(path, mark.made, mark.what);
      throw error;
    }
  }
  return { removed, left };
}

/**
 * A folder below a folder, in one of the named ones, that lies on another file system or is mounted
 * there from the same one: a file is moved through all of them, which no system allows from one
 * mount to another.
 */
async function mountIn(folder: string, names: readonly string[]): Promise<string | undefined> {
  const probe = `.probe-${crypto.randomUUID()}`, { dev } = await fs.stat(folder);
  // a full disk may have no room for one more name
  let at = await fs.writeFile(`${folder}/${probe}`, "", { flag: "wx" })
    .then(() => folder, () => undefined);
  const visit = async (path: string): Promise<string | undefined> => {
    if ((await fs.lstat(path)).dev !== dev) return path;
    try {
      if (at !== undefined) await fs.rename(`${at}/${probe}`, `${path}/${probe}`);
    } catch (error) {
      if (hasCode(error, "EXDEV")) return path;
      throw error; // what may not be written is not removed either
    }
    if (at !== undefined) at = path;
    for (const entry of await fs.readdir(path, { withFileTypes: true })) {
      const mount = entry.isDirectory() ? await visit(`${path}/${entry.name}`) : undefined;
      if (mount) return mount;
    }
  };
  try {
    for (const name of names) {
      if (await kindOf(`${folder}/${name}`) !== "a folder") continue;
      const mount = await visit(`${folder}/${name}`);
      if (mount) return mount;
    }
  } finally {
    if (at !== undefined) await fs.unlink(`${at}/${probe}`).catch(() => {});
  }
}

async function isMount(folder: string): Promise<boolean> {
  const [{ dev }, above] = await Promise.all(
    [folder, dirname(resolve(folder))].map((path) => fs.stat(path)),
  );
  return dev !== above.dev;
}

/**
 * Why no command may ever treat a folder as its own: it is the root, the user's home, the folder of
 * this project, or lies above one of them, under whatever name.
 */
export async function whyGuarded(path: string): Promise<string | undefined> {
  const folder = await fs.realpath(path);
  if (dirname(folder) === folder) return "is the root of the file system";
  const { dev, ino } = await fs.stat(folder);
  const isIt = async (other: string) => {
    const stat = await fs.stat(other).catch(() => undefined);
    // some systems number no files
    return other === folder || ino !== 0 && stat?.ino === ino && stat.dev === dev;
  };
  const homes = ["HOME", "USERPROFILE"].map(variable).filter((home) => home !== undefined);
  for (const home of homes) {
    for (const above of ancestors(await fs.realpath(home).catch(() => resolve(home)))) {
      if (await isIt(above)) return "is your home folder, or one above it";
    }
  }
  for (const above of import.meta.dirname ? ancestors(import.meta.dirname) : []) {
    if (await isIt(above)) return "is the folder of this project, or one above it";
  }
  if (await exists(`${folder}/.git`)) return "is a repository";
  return undefined;
}

function variable(name: string): string | undefined {
  try {
    return env[name] || undefined;
  } catch {
    return undefined; // not to be seen by this process
  }
}

/** A path and all above it. */
function ancestors(path: string): string[] {
  const all = [path];
  while (dirname(all.at(-1)!) !== all.at(-1)) all.push(dirname(all.at(-1)!));
  return all;
}

async function namesIn(folder: string): Promise<string[]> {
  return (await fs.readdir(folder)).sort();
}

function exists(path: string): Promise<boolean> {
  return fs.lstat(path).then(() => true, (error) => !hasCode(error, "ENOENT"));
}

function isFolder(path: string): Promise<boolean> {
  return fs.stat(path).then((stat) => stat.isDirectory(), () => false);
}

/** The first names of many, for a message. */
function shortList(names: readonly string[]): string {
  const rest = names.length - 4;
  return names.slice(0, 4).map((name) => basename(name)).join(", ") +
    (rest > 0 ? ` and ${rest} more` : "");
}
