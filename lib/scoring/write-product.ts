import { extname } from "node:path";
import { replaceFile } from "../run/files.ts";
import { writeCsv } from "./write-csv.ts";
import { writeParquet } from "./write-parquet.ts";
import { writeVotable } from "./write-votable.ts";

/** Formats of a product by file extension; each is made from the Arrow file. */
export const PRODUCT_FORMATS: Readonly<
  Record<string, (arrowPath: string, path: string) => Promise<void>>
> = {
  ".arrow": copyAtomic,
  ".parquet": writeParquet,
  ".csv": writeCsv,
  ".vot": writeVotable,
};

/**
 * Converts an Arrow product to the format that the extension of `path` names.
 *
 * @throws RangeError for another extension.
 */
export async function writeProduct(arrowPath: string, path: string): Promise<void> {
  const extension = extname(path).toLowerCase();
  if (!Object.hasOwn(PRODUCT_FORMATS, extension)) {
    throw new RangeError(
      `"${path}": the format "${extension}" is not known; use ` +
        Object.keys(PRODUCT_FORMATS).join(", "),
    );
  }
  await PRODUCT_FORMATS[extension](arrowPath, path);
}

function copyAtomic(from: string, to: string): Promise<void> {
  return replaceFile(to, (part) => Deno.copyFile(from, part));
}
