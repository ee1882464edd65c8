import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** SHA-256 of bytes, of numbers as they lie in memory, or of text, as lower-case hexadecimal digits. */
export function sha256(content: NodeJS.ArrayBufferView | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** SHA-256 of a file as hexadecimal digits, read in pieces. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
}
