import { outFolder } from "#lib/run/files.ts";
import {
  filesBelow,
  fileSha256,
  isAsNoted,
  noteAsWritten,
  writeJson,
  WRITTEN_BELOW,
} from "@csc-classify/safe-files";

/** Where it is kept that the files below `out/` are as a report left them. */
const path = () => `${outFolder()}/.manifest.json`;

/** What is known of a file: its SHA-256, and by what to see that it was written again. */
interface Entry {
  readonly size: number;
  readonly mtime: number;
  readonly sha256: string;
}

type Manifest = Readonly<Record<string, Entry>>;

/**
 * Notes the files below `out/` as they are now; those of an unchanged size and time as before, and
 * those that somebody has edited as they were.
 */
export async function noteFiles(): Promise<void> {
  const before = await readManifest(), now: Record<string, Entry> = {};
  for (const file of await filesBelow(outFolder())) {
    const found = await Deno.stat(`${outFolder()}/${file}`).catch(() => undefined);
    if (!found) continue; // a notebook at work has taken it away
    const { size, mtime } = found;
    const time = mtime?.getTime() ?? 0, old = before[file];
    const isAsBefore = old?.size === size && old.mtime === time;
    now[file] = isAsBefore || old && await isAsNoted(`${outFolder()}/${file}`) === false
      ? old
      : { size, mtime: time, sha256: await fileSha256(`${outFolder()}/${file}`) };
  }
  await writeJson(path(), now);
}

/**
 * Files below `out/` that are not as the last report left them: cut, swapped, edited or gone. Where an
 * earlier version left them, which did not note what it wrote, the others are noted as ours.
 */
export async function alteredFiles(): Promise<Set<string>> {
  const altered = new Set<string>();
  const isEarlier = !await Deno.stat(`${outFolder()}/${WRITTEN_BELOW}`).catch(() => undefined);
  for (const [file, { sha256 }] of Object.entries(await readManifest())) {
    const now = await fileSha256(`${outFolder()}/${file}`).catch(() => undefined);
    if (now !== sha256) altered.add(file);
    else if (isEarlier) await noteAsWritten(`${outFolder()}/${file}`);
  }
  return altered;
}

async function readManifest(): Promise<Manifest> {
  try {
    const manifest: Manifest | null = JSON.parse(await Deno.readTextFile(path()));
    return Object.fromEntries(
      Object.entries(manifest ?? {}).filter(([, entry]) => typeof entry?.sha256 === "string"),
    );
  } catch {
    return {}; // none yet, or a broken one: whoever asks runs again what it may have to
  }
}
