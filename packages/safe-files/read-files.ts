import { promises as fs } from "node:fs";

/**
 * What a file holds; undefined where there is none, or something else than a file: a pipe of that
 * name would never end, a device may not either.
 *
 * @throws the system's error for a file that is there and cannot be read.
 */
export async function readRegular(path: string): Promise<Uint8Array | undefined> {
  const stat = await fs.stat(path).catch(() => undefined);
  return stat?.isFile() ? await fs.readFile(path) : undefined;
}

/** {@link readRegular} as text. */
export async function readRegularText(path: string): Promise<string | undefined> {
  const bytes = await readRegular(path);
  return bytes && new TextDecoder().decode(bytes);
}
