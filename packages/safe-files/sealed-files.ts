import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import { basename, dirname } from "node:path";
import { readRegular } from "./read-files.ts";
import { toBytes, writeStream } from "./write-files.ts";

/**
 * Writes work to be kept, with a SHA-256 of its place and content behind it, so that
 * {@link readSealed} knows a file that was cut, altered or put in another's place.
 */
export function writeSealed(path: string, content: string | Uint8Array): Promise<void> {
  const bytes = toBytes(content);
  return writeStream(path, [bytes, seal(path, bytes)]);
}

/** What {@link writeSealed} wrote there; undefined when there is nothing or it is not as written. */
export async function readSealed(path: string): Promise<Uint8Array | undefined> {
  try {
    const sealed = Buffer.from(await readRegular(path) ?? []),
      end = Math.max(0, sealed.length - SEAL_BYTES);
    const bytes = sealed.subarray(0, end);
    return seal(path, bytes).equals(sealed.subarray(end)) ? bytes : undefined;
  } catch {
    return undefined; // whoever asks makes it again, which is always right
  }
}

const SEAL_BYTES = 32;

function seal(path: string, bytes: Uint8Array) {
  const place = `${basename(dirname(path))}/${basename(path)}\0`;
  return createHash("sha256").update(place).update(bytes).digest();
}
