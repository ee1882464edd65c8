import { dirname } from "node:path";

/**
 * Writes a file so that a reader sees the old content or the new, never a part: the bytes go to
 * a neighbour first, which then takes the name. Missing folders are made.
 */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const neighbour = `${path}.${crypto.randomUUID()}.part`;
  try {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(neighbour, bytes);
    await Deno.rename(neighbour, path);
  } catch (error) {
    await Deno.remove(neighbour).catch(() => {});
    throw error;
  }
}

/** {@link writeAtomic} of a value as indented JSON. */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeAtomic(path, JSON.stringify(value, null, 2) + "\n");
}
