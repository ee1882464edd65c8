import { basename, dirname, resolve } from "node:path";
import { TableError } from "#lib/tables/archive-table.ts";
import { REJECTS_HEAD } from "./import-table.ts";

/**
 * Refuses outputs that would replace the table or each other, under whatever names, and a list of
 * rejects that is not one.
 *
 * @throws TableError naming the file and the option that mends it.
 */
export async function checkOutputs(table: string, out: string, rejects: string): Promise<void> {
  const refuse = (problem: string) => {
    throw new TableError("columns", problem);
  };
  const [from, to, list] = await Promise.all([table, out, rejects].map(identity));
  if (from === to) refuse(`--out ${out} is the table itself; name another`);
  if (from === list) refuse(`--rejects ${rejects} is the table itself; name another`);
  if (to === list) refuse(`--rejects and --out are both ${out}; name another`);
  for (const [option, path] of [["--out", out], ["--rejects", rejects]]) {
    const isFolder = await Deno.stat(path).then((stat) => stat.isDirectory, () => false);
    if (isFolder) refuse(`${option} ${path} is a folder; name a file`);
  }
  const folder = await Deno.stat(dirname(out)).catch(() => undefined);
  if (!folder?.isDirectory) {
    refuse(`--out ${out}: there is no folder ${dirname(out)}; make it first`);
  }
  const old = await beginning(rejects, REJECTS_HEAD.length);
  if (old === undefined || old === REJECTS_HEAD) return;
  refuse(`${rejects} is no list of rejects; name another with --rejects`);
}

/** The first characters of a file; undefined when there is none. */
async function beginning(path: string, length: number): Promise<string | undefined> {
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(length);
    return new TextDecoder("latin1").decode(bytes.subarray(0, await file.read(bytes) ?? 0));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** What tells files apart: device and inode, or the real path of what is not there yet. */
async function identity(path: string): Promise<string> {
  const stat = await Deno.stat(path).catch(() => undefined);
  if (stat?.ino) return `${stat.dev} ${stat.ino}`;
  const folder = await Deno.realPath(dirname(path)).catch(() => dirname(path));
  return `${folder}/${basename(path)}`;
}

/**
 * Says of a failed write where it was and what mends it; the system's own words may name no file.
 *
 * @returns The message for the user; that of the error itself when it is about something else.
 */
export function explainFailure(error: unknown, out: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const [problem] = message.split("\n"), folder = dirname(out);
  const [, named] = /'([^']*[/\\][^']*)'/.exec(problem) ?? [];
  const isElsewhere = named !== undefined && !resolve(named).startsWith(resolve(folder));
  if (error instanceof TableError || isElsewhere) return message;
  const remedy = /No space left|quota|os error (28|122)\b/i.test(message)
    ? "free some space, or name a file on another disk with --out"
    : /Permission denied|Read-only file system|os error (13|30)\b/i.test(message)
    ? `make ${folder} writable, or name a file elsewhere with --out`
    : undefined;
  if (!remedy) return message;
  return `cannot write ${out}: ${problem}; ${remedy}. Nothing was written; ` +
    "files of earlier runs are as they were.";
}

/**
 * Copies a list of rejects beside its place, where a full disk shows before the catalogue is
 * written; `take` then gives it its name, or takes away an earlier list when no row was rejected.
 */
export async function besideFirst(list: string, place: string) {
  const part = `${place}.${crypto.randomUUID()}.part`;
  const tidy = () => Deno.remove(part).catch(() => {});
  try {
    await Deno.copyFile(list, part);
  } catch (error) {
    await tidy();
    throw error;
  }
  return {
    async take(isNeeded: boolean): Promise<void> {
      if (isNeeded) await Deno.rename(part, place);
      else await Deno.remove(place).catch(() => {});
    },
    [Symbol.asyncDispose]: tidy,
  };
}

/**
 * A folder for what is worked on, beside the output so that files can be moved; removed at the end.
 * It is locked while its process lives: those of killed runs are taken away.
 */
export async function workFolder(place: string) {
  for await (const { name } of Deno.readDir(place)) {
    if (name.startsWith(".score-")) await removeAbandoned(`${place}/${name}`);
  }
  const folder = await Deno.makeTempDir({ dir: place, prefix: ".score-" });
  const lock = await Deno.open(`${folder}/lock`, { write: true, create: true });
  await lock.lock(true);
  return {
    folder,
    async [Symbol.asyncDispose]() {
      lock.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function removeAbandoned(folder: string): Promise<void> {
  try {
    using lock = await Deno.open(`${folder}/lock`, { write: true });
    if (await lock.tryLock(true)) await Deno.remove(folder, { recursive: true });
  } catch {
    // not ours to remove, or not yet locked
  }
}
