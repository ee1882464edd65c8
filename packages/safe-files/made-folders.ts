import { promises as fs } from "node:fs";
import { dirname, resolve } from "node:path";
import { isFolderAt } from "./places.ts";
import { hasCode } from "./system.ts";

/** Folders that this process has made. */
const made = new Set<string>();

/** Makes a folder and those above it that are missing. */
export async function makeFolders(path: string): Promise<void> {
  const folder = resolve(path);
  if (await isFolderAt(folder)) return;
  if (dirname(folder) !== folder) await makeFolders(dirname(folder));
  await makeOne(folder);
}

/** Makes a folder in one that is there; says whether it was this process that made it. */
export async function makeOne(folder: string): Promise<boolean> {
  try {
    await fs.mkdir(folder);
  } catch (error) {
    if (hasCode(error, "EEXIST") && await isFolderAt(folder)) return false;
    throw error;
  }
  made.add(folder);
  return true;
}

/** Folders that this process has made, each behind those in it. */
export function madeFolders(): string[] {
  return [...made].sort((a, b) => b.length - a.length);
}
