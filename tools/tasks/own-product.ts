import { extname } from "node:path";
import { type Output, WrittenFiles } from "@csc-classify/safe-files";
import { CACHE } from "#lib/run/files.ts";

/** What commands of this project have written where the user said: by it they know their own files. */
export const WRITTEN = new WrittenFiles(`${CACHE}/written`);

/** A file as an output to check: one that is there is replaced if it is as this project wrote it. */
export function ownOutput(path: string, option: string): Output {
  return { path, option, isOurs: (file) => WRITTEN.isAsWritten(file) };
}

/**
 * All that is written of a product as outputs to check, the product last: the description beside a
 * CSV comes before it, so that where the product is, all of it is.
 */
export function productOutputs(path: string, option: string): Output[] {
  const product = ownOutput(path, option);
  if (extname(path).toLowerCase() !== ".csv") return [product];
  return [ownOutput(`${path}-metadata.json`, `${option} ${path}, its description`), product];
}
