import pl from "nodejs-polars";
import { openArrowFile } from "./arrow-file.ts";
import { fromArrowSchema } from "./arrow-schema.ts";
import { addParquetMetadata } from "./parquet-metadata.ts";
import { VOTABLE_TAIL, votableHead } from "./votable-document.ts";

const ROWS_PER_GROUP = 65_536;

/**
 * Converts an Arrow product to Parquet (zstd, row groups of 65,536) without loading it. Units,
 * UCDs, descriptions and provenance go into the footer as a VOTable without data, the IVOA
 * convention that TOPCAT and astropy read (https://www.ivoa.net/documents/Notes/VOParquet/),
 * and as plain keys.
 */
export async function writeParquet(arrowPath: string, path: string): Promise<void> {
  const { schema, batches } = await openArrowFile(arrowPath);
  await batches[Symbol.asyncIterator]().return?.();
  const { columns, metadata } = fromArrowSchema(schema);
  const part = `${path}.${crypto.randomUUID()}.part`;
  try {
    await pl.scanIPC(arrowPath)
      .sinkParquet(part, { compression: "zstd", rowGroupSize: ROWS_PER_GROUP, mkdir: true })
      .collect();
    await addParquetMetadata(part, {
      "IVOA.VOTable-Parquet.version": "1.0",
      "IVOA.VOTable-Parquet.content": votableHead(columns, metadata) + VOTABLE_TAIL,
      title: metadata.title,
      simulated: String(metadata.simulated),
      ...metadata.provenance,
    });
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
}
