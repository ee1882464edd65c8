/** A folder for one test, removed behind it. */
export async function inSandbox(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "safe files " }));
  try {
    await test(folder);
  } finally {
    await new Deno.Command("chmod", { args: ["-R", "u+rwx", folder] }).output().catch(() => {});
    await Deno.remove(folder, { recursive: true });
  }
}

/** All that is below a folder: path to content, to `-> target` of a link, to `/` of a folder. */
export async function contentOf(folder: string, below = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory, isSymlink, isFile } of Deno.readDir(`${folder}/${below}`)) {
    const path = below + name, at = `${folder}/${path}`;
    if (isSymlink) found[path] = `-> ${await Deno.readLink(at)}`;
    else if (isDirectory) {
      Object.assign(found, { [path]: "/" }, await contentOf(folder, `${path}/`));
    } else found[path] = isFile ? await Deno.readTextFile(at) : "no file";
  }
  return found;
}

/** Names directly in a folder. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
