import { promises as fs } from "node:fs";
import { hasCode } from "./system.ts";

/**
 * Paths of the files below a folder, relative to it, with slashes, sorted; links are listed and not
 * followed. What begins with a dot and unfinished parts are left out, and folders that do.
 *
 * @param hidden Whether these are listed too.
 * @throws Error of code ENOENT where the folder is not there; a folder below that goes meanwhile
 * has no files.
 */
export async function filesBelow(
  folder: string,
  { hidden = false } = {},
): Promise<string[]> {
  const found: string[] = [];
  const walk = async (below: string) => {
    for (const entry of await fs.readdir(`${folder}/${below}`, { withFileTypes: true })) {
      const { name } = entry;
      if (!hidden && (name.startsWith(".") || name.endsWith(".part"))) continue;
      if (entry.isDirectory()) await walk(`${below}${name}/`).catch(unlessGone);
      else found.push(below + name);
    }
  };
  await walk("");
  return found.sort();
}

function unlessGone(error: unknown): void {
  if (!hasCode(error, "ENOENT")) throw error;
}
