import { type Data, Int32, makeData, RecordBatch, type Schema, Struct } from "apache-arrow";
import {
  fromArrowSchema,
  nullableDoubles,
  nullableFlags,
  nullableTexts,
} from "@csc-classify/vo-tables/arrow";
import type { OutputColumn } from "@csc-classify/vo-tables/browser";
import type { Sources } from "@csc-classify/chandra-sources";
import type { Classified } from "../trust/classify.ts";
import { type OutputValues, scoredValues } from "./scored-columns.ts";

/**
 * Scored rows as one Arrow batch.
 *
 * @param schema Of the columns of `scoredColumns`.
 * @param release Of sources that do not say theirs.
 */
export function scoredBatch(
  sources: Sources,
  classified: Classified,
  schema: Schema,
  release?: string,
): RecordBatch {
  const { columns } = fromArrowSchema(schema), length = sources.matrix.nRows;
  const values = scoredValues(sources, classified, columns, release);
  const children = columns.map(({ name, type }) => toData(values.get(name)!, type));
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length, nullCount: 0, children }));
}

/** A column of a batch as buffers that go from thread to thread without being copied. */
interface PackedColumn {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap?: Uint8Array;
  /** Of texts: where each begins. */
  readonly valueOffsets?: Int32Array;
  readonly data: Uint8Array | Float64Array | Int32Array;
}

/** {@link scoredBatch} as it goes from thread to thread. */
export type PackedBatch = readonly PackedColumn[];

/** A batch as buffers, which are its own; see {@link buffersOf}. */
export function packBatch({ data }: RecordBatch): PackedBatch {
  return data.children.map(({ length, nullCount, nullBitmap, valueOffsets, values }) => ({
    length,
    nullCount,
    ...(nullCount > 0 && { nullBitmap }),
    ...(valueOffsets && { valueOffsets }),
    data: values,
  }));
}

/** The buffers of a packed batch, each once. */
export function buffersOf(batch: PackedBatch): ArrayBuffer[] {
  const views = batch.flatMap(({ nullBitmap, valueOffsets, data }) => [
    ...nullBitmap ? [nullBitmap] : [],
    ...valueOffsets ? [valueOffsets] : [],
    data,
  ]);
  return [...new Set(views.map(({ buffer }) => buffer as ArrayBuffer))];
}

/** The batch of a packed one, of the same schema. */
export function unpackBatch(packed: PackedBatch, schema: Schema): RecordBatch {
  const children = packed.map((column, i) =>
    makeData({ type: schema.fields[i].type, ...column } as Parameters<typeof makeData>[0])
  );
  const type = new Struct(schema.fields), length = packed[0].length;
  return new RecordBatch(schema, makeData({ type, length, nullCount: 0, children }));
}

function toData(values: OutputValues, type: OutputColumn["type"]): Data {
  if (values instanceof Float64Array) return nullableDoubles(values);
  if (values instanceof Int32Array) {
    return makeData({ type: new Int32(), length: values.length, nullCount: 0, data: values });
  }
  return type === "boolean"
    ? nullableFlags(values as readonly (boolean | null)[])
    : nullableTexts(values as readonly (string | null)[]);
}
