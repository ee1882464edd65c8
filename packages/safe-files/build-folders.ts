import { promises as fs } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import {
  changedIn,
  listContents,
  LOCK,
  makeFolder,
  MARK,
  markOf,
  moveFolder,
  removeFolder,
  whyNotRemovable,
} from "./marked-folders.ts";
import { OutputError } from "./output-error.ts";
import { heldFile, removeUnheld } from "./system.ts";
import { begin } from "./unfinished.ts";
import { isPart, kindOf } from "./write-files.ts";

/** What a folder of work is for, in its mark. */
const WORK = "unfinished work";

/** A folder that is worked in; it is removed when disposed of. */
interface WorkFolder extends AsyncDisposable {
  readonly folder: string;
}

/** One whose removal may be asked for from several sides: they share one. */
interface LockedFolder extends WorkFolder {
  readonly remove: () => Promise<unknown>;
}

/** How often the removal of a folder is tried into which a job that is being stopped still writes. */
const TRIES = 3;

/**
 * A folder for what is worked on, beside the result so that files can be moved; removed at the end.
 * It is locked while its process lives: those that killed processes left in the place are removed.
 *
 * @param place Folder to make it in, made where missing.
 * @param prefix What its name begins with.
 */
export async function workFolder(place: string, prefix = ".work-"): Promise<WorkFolder> {
  await makeFolder(place);
  await sweep(place, (name) => name.startsWith(prefix));
  return await lockedFolder(`${place}/${prefix}${crypto.randomUUID()}`);
}

async function lockedFolder(folder: string): Promise<LockedFolder> {
  const remove = oneRemoval(folder);
  const end = begin(folder, remove);
  await makeFolder(folder, WORK);
  const lock = await heldFile(`${folder}/${LOCK}`);
  return {
    folder,
    remove,
    async [Symbol.asyncDispose]() {
      lock[Symbol.dispose]();
      await remove();
      end();
    },
  };
}

/**
 * Removes a folder of work; whoever asks while it is being removed waits for that. A second removal
 * beside the first would find no mark, fail, and let its process end before the folder is gone.
 */
function oneRemoval(folder: string): () => Promise<boolean> {
  let removal: Promise<boolean> | undefined;
  const remove = async () => {
    for (let tries = 1;; tries++) {
      try {
        return await removeFolder(folder, WORK);
      } catch (error) {
        if (tries === TRIES || await markOf(folder) === undefined) throw error;
      }
    }
  };
  return () => {
    removal ??= remove().then((wasThere) => {
      if (!wasThere) removal = undefined; // it may still be made
      return wasThere;
    }, (error) => {
      removal = undefined;
      throw error;
    });
    return removal;
  };
}

/** Removes folders of work whose processes are gone; what is not known as one is left alone. */
async function sweep(place: string, isNamed: (name: string) => boolean): Promise<void> {
  for (const entry of await fs.readdir(place, { withFileTypes: true })) {
    const folder = `${place}/${entry.name}`;
    if (!entry.isDirectory() || !isNamed(entry.name)) continue;
    if ((await markOf(folder))?.what !== WORK) {
      if (OF_UUID.test(entry.name)) await removeUnmarked(folder).catch(() => {});
      continue;
    }
    await removeUnheld(`${folder}/${LOCK}`, () => removeFolder(folder, WORK));
  }
}

/** How the names of folders of work end. */
const OF_UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.part)?$/;

/** From so long ago a folder without a mark is of a process that is gone: writing one takes no time. */
const UNMARKED_MS = 60_000;

/** Removes a folder that a process killed while it marked it has left: empty but for a half mark. */
async function removeUnmarked(folder: string): Promise<void> {
  if (Date.now() - (await fs.lstat(folder)).mtimeMs < UNMARKED_MS) return;
  const names = await fs.readdir(folder);
  if (!names.every((name) => name.startsWith(`${MARK}.`) && isPart(name))) return;
  for (const name of names) await fs.unlink(`${folder}/${name}`);
  await fs.rmdir(folder);
}

/**
 * Makes a folder so that a reader sees the old one or the new, never a part: it is built beside its
 * place and swapped in when it is whole; after an error the old one is as it was. Folders above are
 * made where missing.
 *
 * @param what What it is for: only a folder that was made here for the same is replaced.
 * @param build Fills the folder that it is given.
 * @param isLost Whether a file of the old one may go with it though it came later.
 * @throws OutputError where something else has that name, and where others have put files into the
 * folder, or changed some, since it was made.
 */
export async function replaceFolder<T>(
  path: string,
  what: string,
  build: (folder: string) => Promise<T>,
  isLost?: (file: string) => boolean,
): Promise<T> {
  const place = dirname(resolve(path)), name = basename(resolve(path));
  await refuseReplacing(path, what, isLost);
  await makeFolder(place);
  await putBack(place, name, what);
  await removeLeftBeside(path);
  await using work = await lockedFolder(`${place}/.${name}.${crypto.randomUUID()}.part`);
  const built = `${work.folder}/${name}`;
  await makeFolder(built, what);
  const result = await build(built);
  await listContents(built);
  await refuseReplacing(path, what, isLost);
  const isThere = await kindOf(path) !== undefined;
  const old = `${place}/.${name}.${crypto.randomUUID()}.replaced`;
  const swap = async () => {
    if (isThere) await moveFolder(path, old);
    try {
      await moveFolder(built, path);
    } catch (error) {
      if (isThere) await moveFolder(old, path);
      throw error;
    }
    await removeFolder(old, what);
  };
  const swapped = swap();
  // whoever ends the process waits for it, and leaves the folder of work to it
  const end = begin(work.folder, () => swapped.then(work.remove));
  await swapped.finally(end);
  return result;
}

/** Removes what killed processes left beside a folder that they built; that itself is as it is. */
export async function removeLeftBeside(path: string): Promise<void> {
  const place = dirname(resolve(path)), name = basename(resolve(path));
  await sweep(place, (other) => other.startsWith(`.${name}.`) && other.endsWith(".part"));
}

/**
 * What {@link replaceFolder} refuses, to be asked before work begins: what is no folder that this
 * project made for the same, and one in which others have put or changed files since.
 *
 * @param isLost Whether a file in it, by its path there, may be lost though it came later.
 * @throws OutputError naming it, or some of these files.
 */
export async function refuseReplacing(
  path: string,
  what: string,
  isLost: (file: string) => boolean = () => false,
): Promise<void> {
  const why = await whyNotRemovable(path, what);
  if (why) throw new OutputError(`${path} ${why}: it is not replaced; move it, or name another`);
  if (await kindOf(path) === undefined) return;
  const others = (await changedIn(path)).filter((file) => !isLost(file));
  if (others.length === 0) return;
  const some = others.slice(0, 5).join(", ");
  throw new OutputError(
    `${path} holds files that this project did not make, or that were changed since ` +
      `(${some}${
        others.length > 5 ? ` and ${others.length - 5} more` : ""
      }): it is not replaced; ` +
      "move them elsewhere, or move the folder, or name another",
  );
}

/** Gives a folder its name again that a process killed between two renames has left without. */
async function putBack(place: string, name: string, what: string): Promise<void> {
  for (const other of await fs.readdir(place)) {
    const old = `${place}/${other}`;
    if (!other.startsWith(`.${name}.`) || !other.endsWith(".replaced")) continue;
    if (await whyNotRemovable(old, what)) continue;
    if (await kindOf(`${place}/${name}`) === undefined) await moveFolder(old, `${place}/${name}`);
    else await removeFolder(old, what);
  }
}
