/**
 * Paths of the files below a folder, relative to it, with slashes, sorted; links are listed and not
 * followed. What begins with a dot and unfinished parts are left out, and folders that do.
 *
 * @throws Deno.errors.NotFound where the folder is not there; a folder below that goes meanwhile
 * has no files.
 */
export async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (below: string) => {
    for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
      if (name.startsWith(".") || name.endsWith(".part")) continue;
      if (isDirectory) await walk(`${below}${name}/`).catch(unlessGone);
      else found.push(below + name);
    }
  };
  await walk("");
  return found.sort();
}

function unlessGone(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
