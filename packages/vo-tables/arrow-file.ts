import { promises as fs } from "node:fs";
import {
  type RecordBatch,
  RecordBatchFileWriter,
  RecordBatchReader,
  RecordBatchWriter,
  type Schema,
} from "apache-arrow";
import { writeStream } from "@csc-classify/safe-files";
import type { ArrowBatches } from "./arrow-columns.ts";
import { restOf } from "./table-file.ts";

/**
 * apache-arrow's file writer, mended in two ways. It leaves out the schema message that the format
 * asks for before the first batch; with it a file can be read from front to back without its
 * footer. And its own queue has no end: here the pieces wait until they are taken.
 */
class FileWriter extends RecordBatchFileWriter {
  #pieces: Uint8Array[] = [];

  /** What has been encoded since the last call. */
  take(): Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  protected override _writeSchema(schema: Schema): this {
    super._writeSchema(schema); // the magic word
    // deno-lint-ignore no-explicit-any -- the method of the grandparent is protected
    return (RecordBatchWriter.prototype as any)._writeSchema.call(this, schema);
  }

  protected override _write(chunk: ArrayBufferView): this {
    if (chunk.byteLength > 0) {
      this.#pieces.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      this._position += chunk.byteLength;
    }
    return this;
  }
}

/**
 * Writes an Arrow IPC file batch by batch: memory holds one batch. The file takes its name when
 * all is written; after an error nothing is left.
 *
 * @returns Number of rows written.
 */
export async function writeArrowFile(
  path: string,
  schema: Schema,
  batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
): Promise<number> {
  const writer = new FileWriter();
  writer.reset(undefined, schema);
  let nRows = 0;
  async function* pieces() {
    for await (const batch of batches) {
      writer.write(batch);
      nRows += batch.numRows;
      yield* writer.take();
    }
    writer.finish();
    yield* writer.take();
  }
  await writeStream(path, pieces());
  return nRows;
}

const MAGIC_BYTES = 8;

/**
 * Opens an Arrow IPC file for reading batch by batch, in constant memory: behind its magic word
 * the file is a stream, so nothing needs the footer.
 *
 * @throws TypeError when the file does not begin with the magic word.
 */
export async function openArrowFile(path: string): Promise<ArrowBatches> {
  const file = await fs.open(path);
  const magic = new Uint8Array(MAGIC_BYTES);
  await file.read(magic, 0, MAGIC_BYTES, null);
  if (new TextDecoder().decode(magic.subarray(0, 6)) !== "ARROW1") {
    await file.close();
    throw new TypeError(`${path} is not an Arrow IPC file (no ARROW1 at its start)`);
  }
  const reader = await RecordBatchReader.from(restOf(file));
  await reader.open();
  return { schema: reader.schema, batches: reader as AsyncIterable<RecordBatch> };
}
