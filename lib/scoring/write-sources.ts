import {
  type Data,
  Field,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import pl from "nodejs-polars";
import { writeArrowFile } from "../outputs/arrow-file.ts";
import { nullableDoubles } from "../outputs/nullable-doubles.ts";
import type { Sources } from "./read-sources.ts";

/**
 * Writes sources as the Parquet table that scoring reads: name, ra, dec and the features. Memory
 * holds one batch; an error leaves no file.
 *
 * @param features Columns of every batch's matrix, in order.
 * @returns Number of rows written.
 */
export async function writeSources(
  path: string,
  features: readonly string[],
  batches: AsyncIterable<Sources> | Iterable<Sources>,
): Promise<number> {
  const schema = new Schema([
    new Field("name", new Utf8(), false),
    ...["ra", "dec", ...features].map((name) => new Field(name, new Float64(), true)),
  ]);
  async function* records() {
    for await (const sources of batches) yield toRecordBatch(sources, schema);
  }
  const part = `${path}.${crypto.randomUUID()}.part`;
  try {
    const nRows = await writeArrowFile(part, schema, records());
    await pl.scanIPC(part).sinkParquet(`${part}.parquet`, { rowGroupSize: 65_536 }).collect();
    await Deno.rename(`${part}.parquet`, path);
    return nRows;
  } finally {
    for (const file of [part, `${part}.parquet`]) await Deno.remove(file).catch(() => {});
  }
}

function toRecordBatch({ names, ra, dec, matrix }: Sources, schema: Schema): RecordBatch {
  const { values, nRows, nColumns } = matrix;
  const children: Data[] = [
    vectorFromArray(names, new Utf8()).data[0],
    nullableDoubles(ra),
    nullableDoubles(dec),
    ...Array.from({ length: nColumns }, (_, column) =>
      nullableDoubles(
        Float64Array.from({ length: nRows }, (_, row) => values[row * nColumns + column]),
      )),
  ];
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: nRows, nullCount: 0, children }));
}
