import {
  Bool,
  type Data,
  DataType,
  Field,
  Float64,
  Int32,
  makeData,
  type RecordBatch,
  Schema,
  Utf8,
  Vector,
} from "apache-arrow";
import type { OutputColumn, OutputMetadata } from "./votable-document.ts";

// no files: threads that only work on columns need nothing of a disk

/** A table in Arrow for one pass: a file that was opened, or what is to be written. */
export interface ArrowBatches {
  readonly schema: Schema;
  readonly batches: AsyncIterable<RecordBatch>;
}

const TYPES: Readonly<Record<OutputColumn["type"], () => DataType>> = {
  text: () => new Utf8(),
  double: () => new Float64(),
  integer: () => new Int32(),
  boolean: () => new Bool(),
};

/** An Arrow schema that carries the metadata of product and columns: the form between writers. */
export function toArrowSchema(columns: readonly OutputColumn[], metadata: OutputMetadata): Schema {
  const fields = columns.map(({ name, type, ...rest }) =>
    new Field(name, TYPES[type](), true, new Map(Object.entries({ type, ...rest })))
  );
  const { provenance, ...head } = metadata;
  const entries = Object.entries({ ...head, ...provenance });
  return new Schema(fields, new Map(entries.map(([key, value]) => [key, String(value)])));
}

/** Columns and metadata back from a schema of {@link toArrowSchema}. */
export function fromArrowSchema(
  schema: Schema,
): { columns: OutputColumn[]; metadata: OutputMetadata } {
  const columns = schema.fields.map((field) => ({
    name: field.name,
    type: (field.metadata.get("type") ?? "double") as OutputColumn["type"],
    unit: field.metadata.get("unit") ?? "",
    ucd: field.metadata.get("ucd") ?? "",
    description: field.metadata.get("description") ?? "",
  }));
  const { title = "", description = "", simulated, ...provenance } = Object.fromEntries(
    schema.metadata,
  );
  return {
    columns,
    metadata: { title, description, simulated: simulated === "true", provenance },
  };
}

/** An Arrow column of numbers; NaN becomes null. */
export function nullableDoubles(values: Float64Array): Data<Float64> {
  const type = new Float64(), length = values.length;
  return makeData({ type, length, data: values, ...nulls(length, (row) => isNaN(values[row])) });
}

/** An Arrow column of texts; each is encoded once, however often it comes. */
export function nullableTexts(values: readonly (string | null)[]): Data<Utf8> {
  const encoder = new TextEncoder(), known = new Map<string, Uint8Array>();
  const length = values.length, valueOffsets = new Int32Array(length + 1);
  let data = new Uint8Array(32 * length), end = 0;
  for (let row = 0; row < length; row++) {
    const text = values[row];
    if (text !== null) {
      let bytes = known.get(text);
      if (!bytes) known.set(text, bytes = encoder.encode(text));
      if (end + bytes.length > data.length) {
        const larger = new Uint8Array(2 * (end + bytes.length));
        larger.set(data);
        data = larger;
      }
      data.set(bytes, end);
      end += bytes.length;
    }
    valueOffsets[row + 1] = end;
  }
  const absent = nulls(length, (row) => values[row] === null);
  return makeData({
    type: new Utf8(),
    length,
    valueOffsets,
    data: data.subarray(0, end),
    ...absent,
  });
}

/** An Arrow column of flags. */
export function nullableFlags(values: readonly (boolean | null)[]): Data<Bool> {
  const length = values.length, data = new Uint8Array(Math.ceil(length / 8));
  for (let row = 0; row < length; row++) if (values[row]) data[row >> 3] |= 1 << (row & 7);
  const absent = nulls(length, (row) => values[row] === null);
  return makeData({ type: new Bool(), length, data, ...absent });
}

/** How many rows of a column have no value, and the bits of those that have one. */
function nulls(length: number, isNull: (row: number) => boolean) {
  const valid = new Uint8Array(Math.ceil(length / 8));
  let nullCount = 0;
  for (let row = 0; row < length; row++) {
    if (isNull(row)) nullCount++;
    else valid[row >> 3] |= 1 << (row & 7);
  }
  return { nullCount, nullBitmap: nullCount === 0 ? undefined : valid };
}

/** `[nRows]` values of a column: NaN in a Float64Array, or else null, where there is none. */
type ColumnValues =
  | Float64Array
  | Int32Array
  | readonly (string | number | boolean | null)[];

/** The values of an Arrow column, without an object for each row. */
export function valuesOf(column: Data): ColumnValues {
  const { type, length, nullCount } = column;
  if (DataType.isUtf8(type)) return textsOf(column as Data<Utf8>);
  if (DataType.isFloat(type) && column.values instanceof Float64Array) {
    if (nullCount === 0) return column.values.subarray(0, length);
    const values = column.values.slice(0, length), { nullBitmap, offset } = column;
    for (let row = 0; row < length; row++) {
      const bit = offset + row;
      if ((nullBitmap[bit >> 3] >> (bit & 7) & 1) === 0) values[row] = NaN;
    }
    return values;
  }
  if (DataType.isInt(type) && nullCount === 0 && column.values instanceof Int32Array) {
    return column.values.subarray(0, length);
  }
  const cells = new Vector([column]);
  return Array.from({ length }, (_, row) => cells.get(row));
}

/** Texts of a column: decoded in one go where they are ASCII, as bytes and characters then agree. */
function textsOf(column: Data<Utf8>): (string | null)[] {
  const { length, nullCount, valueOffsets, values } = column, decoder = new TextDecoder();
  const start = valueOffsets[0], bytes = values.subarray(start, valueOffsets[length]);
  const all = decoder.decode(bytes), isAscii = all.length === bytes.length;
  return Array.from({ length }, (_, row) => {
    if (nullCount > 0 && !column.getValid(row)) return null;
    const from = valueOffsets[row], to = valueOffsets[row + 1];
    return isAscii
      ? all.slice(from - start, to - start)
      : decoder.decode(values.subarray(from, to));
  });
}
