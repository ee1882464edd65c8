import { promises as fs } from "node:fs";
import { basename, dirname, resolve } from "node:path";

/**
 * Refuses an empty path, as of a variable that is not set, a `~` in quotes, and what lies where the
 * system keeps devices and processes, under whatever name, before any of it is touched.
 */
export async function refuseNoPlace(
  path: string,
  refuse: (problem: string) => never,
  remedy: string,
): Promise<void> {
  if (path.trim() === "") refuse("is empty; give a name");
  if (/(^|[\\/])~([\\/]|$)/.test(path)) {
    refuse("has a ~ that the shell did not put your home in place of; write it out, or $HOME");
  }
  const isOfSystem = (at: string) => /^\/(dev|proc|sys)(\/|$)/.test(at);
  const at = resolve(path);
  if (isOfSystem(at) || isOfSystem(await realPath(dirname(at)))) {
    refuse(`is no regular file (it lies where the system keeps devices); ${remedy}`);
  }
}

/** Whether the nearest of the folders above that is there, or is a link, is one. */
export async function canBeMade(path: string): Promise<boolean> {
  const above = dirname(resolve(path));
  const isThere = await fs.lstat(above).then(() => true, () => false);
  return isThere ? await isFolderAt(above) : await canBeMade(above);
}

/** Whether there is a folder, or a link to one. */
export function isFolderAt(path: string): Promise<boolean> {
  return fs.stat(path).then((stat) => stat.isDirectory(), () => false);
}

/** Real path of a file, that of the nearest folder that is there with the rest behind it. */
export async function realPath(path: string): Promise<string> {
  const real = await fs.realpath(path).catch(() => undefined);
  if (real !== undefined || dirname(path) === path) return real ?? path;
  return `${await realPath(dirname(path))}/${basename(path)}`;
}
