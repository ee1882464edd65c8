import { constants, promises as fs } from "node:fs";
import { basename, extname, relative, resolve } from "node:path";
import { fileSha256, sha256 } from "./sha256.ts";
import { hasCode } from "./system.ts";

/**
 * Name of the folder, in one of {@link keepEdited}, of what was written below it: of each file a file
 * with its SHA-256, and before it that of the content it takes the place of.
 */
export const WRITTEN_BELOW = ".written";

/** Folders whose edited files are kept, and how it is told, by their paths. */
const kept = new Map<string, (line: string) => void>();

/**
 * From now on it is noted what this process writes below a folder; a file there that is to be
 * replaced and is not as it was noted, for somebody has changed it or put it there, is kept beside
 * its place as `name.edited.html`. Notes move with the folder. What lies below names with a dot is
 * left out: locks, marks, folders of work.
 *
 * @param tell Takes a line for the user.
 */
export function keepEdited(folder: string, tell: (line: string) => void = console.error): void {
  kept.set(resolve(folder), tell);
}

/** Where it is noted what was written to a place, if it lies in a folder of {@link keepEdited}. */
interface Place {
  readonly note: string;
  readonly tell: (line: string) => void;
}

function placeOf(path: string): Place | undefined {
  for (const [folder, tell] of kept) {
    const below = relative(folder, resolve(path)).replaceAll("\\", "/");
    if (/^$|(^|\/)\./.test(below)) continue; // `..` begins with a dot, too
    return { note: `${folder}/${WRITTEN_BELOW}/${sha256(below)}`, tell };
  }
}

/** The contents that were noted of a file, as SHA-256; none where nothing was. */
async function noted(note: string): Promise<string[]> {
  const text = await fs.readFile(note, "utf8").catch(() => "");
  return text.match(/\b[0-9a-f]{64}\b/g) ?? [];
}

/**
 * Whether a file in a folder of {@link keepEdited} is as it was written there; undefined where nothing
 * is known to have been written.
 */
export async function isAsNoted(path: string): Promise<boolean | undefined> {
  const place = placeOf(path), known = place ? await noted(place.note) : [];
  return known.length > 0 ? known.includes(await contentOf(path) ?? "") : undefined;
}

/**
 * Notes that a file is as the project wrote it, where nothing is noted of it yet: one of an earlier
 * version, which kept no notes.
 */
export async function noteAsWritten(path: string): Promise<void> {
  const place = placeOf(path), content = await contentOf(path);
  if (!place || !content || (await noted(place.note)).length > 0) return;
  await write(place.note, [content]);
}

/**
 * To be called before a file takes its place: notes what it is going to hold, and keeps what is there
 * under another name if it is not as it was noted.
 *
 * @param isChecked Whether what is there may be lost: the command has asked, or has looked itself.
 */
export async function beforeReplacing(
  path: string,
  part: string,
  isChecked = false,
): Promise<void> {
  const place = placeOf(path);
  if (!place) return;
  const now = await contentOf(path), next = await fileSha256(part);
  const isOurs = now === undefined || now === next || (await noted(place.note)).includes(now);
  if (!isOurs && !isChecked) {
    const name = await keepBeside(path);
    place.tell(`${path} was changed since this project wrote it: that is kept as ${name}`);
  }
  // a process that is killed next leaves the one or the other
  await write(place.note, isOurs && now && now !== next ? [now, next] : [next]);
}

/** SHA-256 of a file; undefined where there is none; "" where it cannot be read. */
async function contentOf(path: string): Promise<string | undefined> {
  const stat = await fs.lstat(path).catch(() => undefined);
  return stat?.isFile() ? await fileSha256(path).catch(() => "") : undefined;
}

/** Where it cannot be noted, as on a full disk, the file is taken for an edited one. */
async function write(note: string, contents: readonly string[]): Promise<void> {
  const part = `${note}.${crypto.randomUUID()}.part`;
  try {
    await fs.mkdir(resolve(note, ".."), { recursive: true });
    await fs.writeFile(part, contents.join("\n") + "\n", { flag: "wx" });
    await fs.rename(part, note);
  } catch {
    await fs.unlink(part).catch(() => {});
  }
}

/** Gives a file a second name, or where there are none a copy; returns that name. */
async function keepBeside(path: string): Promise<string> {
  const ending = extname(path), stem = path.slice(0, path.length - ending.length);
  for (let n = 1;; n++) {
    const other = `${stem}.edited${n > 1 ? `-${n}` : ""}${ending}`;
    try {
      await fs.link(path, other).catch(async (error) => {
        if (hasCode(error, "EEXIST")) throw error;
        await fs.copyFile(path, other, constants.COPYFILE_EXCL);
      });
      return basename(other);
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error;
    }
  }
}
