import { dirname } from "node:path";

/** Like `writeAtomic` for content that comes in pieces and need not fit in memory. */
export async function writeStream(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const part = `${path}.${crypto.randomUUID()}.part`;
  const encoder = new TextEncoder();
  try {
    using file = await Deno.open(part, { write: true, createNew: true });
    for await (const piece of pieces) {
      const bytes = typeof piece === "string" ? encoder.encode(piece) : piece;
      for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
    }
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
}
