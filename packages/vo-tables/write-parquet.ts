import zlib from "node:zlib";
import type { RecordBatch } from "apache-arrow";
import type { SchemaElement } from "hyparquet";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import { replaceFile } from "@csc-classify/safe-files";
import { type ArrowBatches, fromArrowSchema } from "./arrow-columns.ts";
import { writeChunk, writeIndexChunk } from "./parquet-chunk.ts";
import { type OutputColumn, VOTABLE_TAIL, votableHead } from "./votable-document.ts";

/** Rows of a group: who reads a few columns of many rows pays for each group. */
const GROUP_ROWS = 16_384;

const PARQUET_TYPE: Readonly<Record<OutputColumn["type"], Omit<SchemaElement, "name">>> = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  double: { type: "DOUBLE" },
  integer: { type: "INT32" },
  boolean: { type: "BOOLEAN" },
};

/** What a Parquet product may have besides its columns. */
interface ParquetExtras {
  /** A column of 64-bit numbers before the others. */
  readonly index?: { readonly name: string; of(batch: RecordBatch): BigInt64Array };
  /** Pairs for the footer. */
  readonly pairs?: Readonly<Record<string, string>>;
}

/**
 * Writes a product as Parquet (zstd; Snappy where the runtime has none), group by group of rows. Units,
 * UCDs, descriptions and provenance go into the footer as a VOTable without data, the IVOA
 * convention that TOPCAT and astropy read (https://www.ivoa.net/documents/Notes/VOParquet/),
 * and as plain keys.
 */
export async function writeParquet(
  { schema: arrow, batches }: ArrowBatches,
  path: string,
  { index, pairs: others }: ParquetExtras = {},
): Promise<void> {
  const { columns, metadata } = fromArrowSchema(arrow);
  const pairs = {
    "IVOA.VOTable-Parquet.version": "1.0",
    "IVOA.VOTable-Parquet.content": votableHead(columns, metadata) + VOTABLE_TAIL,
    title: metadata.title,
    simulated: String(metadata.simulated),
    ...metadata.provenance,
    ...others,
  };
  const first = index
    ? [{ name: index.name, type: "INT64", repetition_type: "REQUIRED" } as const]
    : [];
  const schema: SchemaElement[] = [
    { name: "root", num_children: first.length + columns.length },
    ...first,
    ...columns.map(({ name, type }) => (
      { ...PARQUET_TYPE[type], name, repetition_type: "OPTIONAL" } as const
    )),
  ];
  await replaceFile(path, async (part) => {
    const writer = new ParquetWriter({
      writer: fileWriter(part),
      schema,
      // Node has zstd from 22.15 on
      ...(zlib.zstdCompressSync && {
        codec: "ZSTD",
        compressors: { ZSTD: (bytes: Uint8Array) => zlib.zstdCompressSync(bytes) },
      }),
      kvMetadata: Object.entries(pairs).map(([key, value]) => ({ key, value })),
    });
    let together: RecordBatch[] = [], nRows = 0;
    const write = () => {
      const start = writer.writer.offset;
      const chunks = [
        ...index ? [writeIndexChunk(writer, index.name, joined(together.map(index.of)))] : [],
        ...columns.map(({ name }, i) =>
          writeChunk(writer, name, together.map(({ data }) => data.children[i]))
        ),
      ];
      const unpacked = chunks.map(({ meta_data }) => meta_data!.total_uncompressed_size);
      writer.row_groups.push({
        columns: chunks,
        num_rows: BigInt(nRows),
        total_byte_size: unpacked.reduce((sum, size) => sum + size, 0n),
        total_compressed_size: BigInt(writer.writer.offset - start),
      });
      writer.num_rows += BigInt(nRows);
      [together, nRows] = [[], 0];
    };
    for await (const batch of batches) {
      together.push(batch);
      nRows += batch.numRows;
      if (nRows >= GROUP_ROWS) write();
    }
    if (nRows > 0) write();
    writer.finish();
  });
}

function joined(parts: readonly BigInt64Array[]): BigInt64Array {
  const all = new BigInt64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
