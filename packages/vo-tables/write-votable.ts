import { Buffer } from "node:buffer";
import type { RecordBatch } from "apache-arrow";
import { writeStream } from "@csc-classify/safe-files";
import { type ArrowBatches, fromArrowSchema, valuesOf } from "./arrow-columns.ts";
import type { CsvCell } from "./csv-line.ts";
import { type OutputColumn, VOTABLE_TAIL, votableHead } from "./votable-document.ts";

/**
 * Writes a product as a VOTable 1.4 with BINARY2 data
 * (https://www.ivoa.net/documents/VOTable/20191021/): values equal to the bit.
 */
export async function writeVotable(
  { schema, batches }: ArrowBatches,
  path: string,
): Promise<void> {
  const { columns, metadata } = fromArrowSchema(schema);
  await writeStream(
    path,
    async function* () {
      yield votableHead(columns, metadata);
      yield '<DATA>\n<BINARY2>\n<STREAM encoding="base64">\n';
      yield* base64Lines(binary2(columns, batches));
      yield "</STREAM>\n</BINARY2>\n</DATA>\n" + VOTABLE_TAIL;
    }(),
  );
}

/** Rows whose text is in memory together: some megabytes. */
const TOGETHER = 1024;

/** Section 5.4 of the standard: per row a bit mask of nulls, then the fields, big-endian. */
async function* binary2(
  columns: readonly OutputColumn[],
  batches: AsyncIterable<RecordBatch>,
): AsyncGenerator<Uint8Array> {
  for await (const batch of batches) {
    const cells = batch.data.children.map(valuesOf);
    let out = new GrowingBuffer();
    for (let row = 0; row < batch.numRows; row++) {
      if (row > 0 && row % TOGETHER === 0) {
        yield out.bytes();
        out = new GrowingBuffer();
      }
      const values = cells.map((column) => column[row]);
      for (let start = 0; start < values.length; start += 8) {
        let mask = 0;
        for (let i = 0; i < 8; i++) if (isNothing(values[start + i])) mask |= 0x80 >> i;
        out.byte(mask);
      }
      columns.forEach(({ type }, i) => append(out, type, values[i]));
    }
    yield out.bytes();
  }
}

function isNothing(value: CsvCell): boolean {
  return value === null || Number.isNaN(value);
}

function append(out: GrowingBuffer, type: OutputColumn["type"], value: CsvCell): void {
  if (type === "double") out.double(value === null ? NaN : Number(value));
  else if (type === "integer") out.int(Number(value ?? 0));
  else if (type === "boolean") out.byte((value === null ? "?" : value ? "T" : "F").charCodeAt(0));
  else out.text(String(value ?? ""));
}

class GrowingBuffer {
  #view = new DataView(new ArrayBuffer(1 << 16));
  #length = 0;

  byte = (value: number) => this.#put(1, (view, at) => view.setUint8(at, value));
  int = (value: number) => this.#put(4, (view, at) => view.setInt32(at, value));
  double = (value: number) => this.#put(8, (view, at) => view.setFloat64(at, value));

  /** A unicodeChar array: its length, then UTF-16 code units. */
  text(value: string): void {
    this.int(value.length);
    for (let i = 0; i < value.length; i++) {
      this.#put(2, (view, at) => view.setUint16(at, value.charCodeAt(i)));
    }
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#length);
  }

  #put(size: number, set: (view: DataView, at: number) => void): void {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#view.byteLength) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(new Uint8Array(this.#view.buffer));
      this.#view = new DataView(larger.buffer);
    }
    set(this.#view, at);
  }
}

const LINE_BYTES = 3 * 19; // 76 characters, as MIME asks

/** Base64 in lines; what does not fill a line waits for the next piece. */
async function* base64Lines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = new Uint8Array(0);
  for await (const piece of pieces) {
    const all = new Uint8Array(await new Blob([rest, piece as BlobPart]).arrayBuffer());
    const whole = all.length - all.length % LINE_BYTES;
    yield encodeLines(all.subarray(0, whole));
    rest = all.slice(whole);
  }
  yield encodeLines(rest);
}

function encodeLines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
  return text.replace(/.{1,76}/g, "$&\n");
}
