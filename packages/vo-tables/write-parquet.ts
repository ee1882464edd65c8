import zlib from "node:zlib";
import type { RecordBatch } from "apache-arrow";
import type { DecodedArray, SchemaElement } from "hyparquet";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import { replaceFile } from "@csc-classify/safe-files";
import { type ArrowBatches, fromArrowSchema, valuesOf } from "./arrow-file.ts";
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
      const lead = index ? [{ name: index.name, data: joined(together.map(index.of)) }] : [];
      const data = columns.map(({ name }, i) => ({
        name,
        data: cellsOf(together.map((batch) => valuesOf(batch.data.children[i]))),
      }));
      writer.write({ columnData: [...lead, ...data], rowGroupSize: nRows });
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

/** Values of a column as the writer takes them: numbers as they are if all are there, else with null. */
function cellsOf(parts: readonly ReturnType<typeof valuesOf>[]): DecodedArray {
  if (!parts.every((part) => part instanceof Float64Array)) {
    return parts.every((part) => part instanceof Int32Array)
      ? joined(parts)
      : parts.flatMap((part): unknown[] => [...part]);
  }
  const values = joined(parts);
  return values.some(Number.isNaN)
    ? Array.from(values, (value) => isNaN(value) ? null : value)
    : values;
}

function joined<Part extends Float64Array | Int32Array | BigInt64Array>(
  parts: readonly Part[],
): Part {
  if (parts.length === 1) return parts[0];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = new (parts[0].constructor as new (length: number) => Part)(length);
  let at = 0;
  for (const part of parts) {
    all.set(part as never, at);
    at += part.length;
  }
  return all;
}
