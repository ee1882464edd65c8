import { basename } from "node:path";
import type { RecordBatch } from "apache-arrow";
import { writeJson, writeStream } from "../run/files.ts";
import { openArrowFile } from "../tables/arrow-file.ts";
import { type CsvCell, csvLine } from "../tables/csv-line.ts";
import { fromArrowSchema } from "./scored-batch.ts";
import type { OutputColumn, OutputMetadata } from "./scored-columns.ts";

const CSVW_TYPE = { text: "string", double: "double", integer: "integer", boolean: "boolean" };

/**
 * Converts an Arrow product to CSV (RFC 4180, UTF-8, empty = missing, numbers in full precision)
 * with a W3C "CSV on the Web" description beside it, `<name>.csv-metadata.json`.
 */
export async function writeCsv(arrowPath: string, path: string): Promise<void> {
  const { schema, batches } = await openArrowFile(arrowPath);
  const { columns, metadata } = fromArrowSchema(schema);
  await writeStream(path, lines(columns, batches));
  await writeJson(`${path}-metadata.json`, csvw(basename(path), columns, metadata));
}

async function* lines(columns: readonly OutputColumn[], batches: AsyncIterable<RecordBatch>) {
  yield csvLine(columns.map(({ name }) => name));
  for await (const batch of batches) {
    const cells = columnReaders(batch);
    let text = "";
    for (let row = 0; row < batch.numRows; row++) text += csvLine(cells.map((cell) => cell(row)));
    yield text;
  }
}

/** https://www.w3.org/TR/tabular-metadata/ */
function csvw(url: string, columns: readonly OutputColumn[], metadata: OutputMetadata): object {
  return {
    "@context": "http://www.w3.org/ns/csvw",
    url,
    "dc:title": metadata.title,
    "dc:description": metadata.description,
    simulated: metadata.simulated,
    provenance: metadata.provenance,
    tableSchema: {
      columns: columns.map(({ name, type, unit, ucd, description }) => ({
        name,
        titles: name,
        datatype: CSVW_TYPE[type],
        "dc:description": description,
        ...(unit && { unit }),
        ...(ucd && { ucd }),
      })),
    },
  };
}

/** For each column of a batch, a function from row to value; missing values are null. */
export function columnReaders(batch: RecordBatch): ((row: number) => CsvCell)[] {
  return batch.schema.fields.map((_, i) => {
    const column = batch.getChildAt(i)!;
    return (row) => column.get(row);
  });
}
