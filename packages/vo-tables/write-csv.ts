import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { RecordBatch } from "apache-arrow";
import { writeJson, writeStream } from "@csc-classify/safe-files";
import { type ArrowBatches, fromArrowSchema, valuesOf } from "./arrow-columns.ts";
import { csvLine, printed } from "./csv-line.ts";
import type { OutputColumn, OutputMetadata } from "./votable-document.ts";

/** Rows whose text is in memory together: some megabytes. */
const TEXT_ROWS = 1024;

const CSVW_TYPE = { text: "string", double: "double", integer: "integer", boolean: "boolean" };

/**
 * Writes a product as CSV (RFC 4180, UTF-8, empty = missing, numbers to the
 * digits that mean something) with a W3C "CSV on the Web" description beside it,
 * `<name>.csv-metadata.json`, which has its SHA-256.
 */
export async function writeCsv({ schema, batches }: ArrowBatches, path: string): Promise<void> {
  const { columns, metadata } = fromArrowSchema(schema);
  const hash = createHash("sha256");
  const hashed = async function* () {
    for await (const text of lines(columns, batches)) {
      hash.update(text);
      yield text;
    }
  };
  await writeStream(path, hashed());
  const described = csvw(basename(path), columns, metadata);
  await writeJson(`${path}-metadata.json`, { ...described, sha256: hash.digest("hex") });
}

async function* lines(columns: readonly OutputColumn[], batches: AsyncIterable<RecordBatch>) {
  yield csvLine(columns.map(({ name }) => name));
  for await (const batch of batches) {
    const values = batch.data.children.map(valuesOf);
    for (let start = 0; start < batch.numRows; start += TEXT_ROWS) {
      let text = "";
      for (let row = start; row < Math.min(start + TEXT_ROWS, batch.numRows); row++) {
        text += csvLine(columns.map((column, i) => printed(values[i][row], column)));
      }
      yield text;
    }
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
