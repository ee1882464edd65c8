import { outFolder, writeJson } from "#lib/run/files.ts";
import { fileSha256 } from "#lib/run/provenance.ts";

/** Where it is kept that the files below `out/` are as a report left them. */
const path = () => `${outFolder()}/.manifest.json`;

/** What is known of a file: its SHA-256, and by what to see that it was written again. */
interface Entry {
  readonly size: number;
  readonly mtime: number;
  readonly sha256: string;
}

type Manifest = Readonly<Record<string, Entry>>;

/** Notes the files below `out/` as they are now; those of an unchanged size and time as before. */
export async function noteFiles(): Promise<void> {
  const before = await readManifest(), now: Record<string, Entry> = {};
  for (const file of await filesBelow("")) {
    const found = await Deno.stat(`${outFolder()}/${file}`).catch(() => undefined);
    if (!found) continue; // a notebook at work has taken it away
    const { size, mtime } = found;
    const time = mtime?.getTime() ?? 0, old = before[file];
    now[file] = old?.size === size && old.mtime === time
      ? old
      : { size, mtime: time, sha256: await fileSha256(`${outFolder()}/${file}`) };
  }
  await writeJson(path(), now);
}

/** Files below `out/` that are not as the last report left them: cut, swapped, edited or gone. */
export async function alteredFiles(): Promise<Set<string>> {
  const altered = new Set<string>();
  for (const [file, { sha256 }] of Object.entries(await readManifest())) {
    const now = await fileSha256(`${outFolder()}/${file}`).catch(() => undefined);
    if (now !== sha256) altered.add(file);
  }
  return altered;
}

async function readManifest(): Promise<Manifest> {
  try {
    return JSON.parse(await Deno.readTextFile(path())) as Manifest;
  } catch {
    return {}; // none yet, or a broken one: whoever asks runs again what it may have to
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${outFolder()}/${folder}`)) {
    if (name.startsWith(".") || name.endsWith(".part")) continue;
    if (isDirectory) found.push(...await filesBelow(`${folder}${name}/`));
    else found.push(`${folder}${name}`);
  }
  return found.sort();
}
