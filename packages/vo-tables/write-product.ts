import { extname } from "node:path";
import { type ArrowBatches } from "./arrow-columns.ts";
import { openArrowFile, writeArrowFile } from "./arrow-file.ts";
import { writeCsv } from "./write-csv.ts";
import { writeParquet } from "./write-parquet.ts";
import { writeVotable } from "./write-votable.ts";

/** Formats of a product by file extension. */
export const PRODUCT_FORMATS: Readonly<
  Record<string, (product: ArrowBatches, path: string) => Promise<unknown>>
> = {
  ".arrow": ({ schema, batches }, path) => writeArrowFile(path, schema, batches),
  ".parquet": writeParquet,
  ".csv": writeCsv,
  ".vot": writeVotable,
};

/**
 * Writes a product in the format that the extension of `path` names.
 *
 * @throws RangeError for another extension.
 */
export async function writeProduct(product: ArrowBatches, path: string): Promise<void> {
  const extension = extname(path).toLowerCase();
  if (!Object.hasOwn(PRODUCT_FORMATS, extension)) {
    throw new RangeError(
      `"${path}": the format "${extension}" is not known; use ` +
        Object.keys(PRODUCT_FORMATS).join(", "),
    );
  }
  await PRODUCT_FORMATS[extension](product, path);
}

/** Writes a scored Arrow file in more formats beside it; returns the paths. */
export async function writeFormats(
  arrow: string,
  extensions: readonly string[] = [".parquet", ".csv", ".vot"],
): Promise<string[]> {
  const stem = arrow.slice(0, -extname(arrow).length);
  const paths = extensions.map((extension) => stem + extension);
  for (const path of paths) await writeProduct(await openArrowFile(arrow), path);
  return paths;
}
