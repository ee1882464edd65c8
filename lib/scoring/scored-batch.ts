import {
  Bool,
  type Data,
  type DataType,
  Field,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
} from "apache-arrow";
import {
  nullableDoubles,
  nullableFlags,
  nullableTexts,
  openArrowFile,
  type OutputColumn,
  type OutputMetadata,
} from "@csc-classify/vo-tables";
import { type Sources } from "@csc-classify/chandra-sources";
import type { Classified } from "../trust/classify.ts";
import { type OutputValues, scoredValues } from "./scored-columns.ts";

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

function toData(values: OutputValues, type: OutputColumn["type"]): Data {
  if (values instanceof Float64Array) return nullableDoubles(values);
  if (values instanceof Int32Array) {
    return makeData({ type: new Int32(), length: values.length, nullCount: 0, data: values });
  }
  return type === "boolean"
    ? nullableFlags(values as readonly (boolean | null)[])
    : nullableTexts(values as readonly (string | null)[]);
}

/** One row of a scored catalogue: its columns by name. */
export interface ScoredSource {
  readonly name: string;
  readonly ra: number | null;
  readonly dec: number | null;
  readonly class: string;
  readonly cmp: number;
  readonly margin: number;
  readonly [column: string]: string | number | boolean | null;
}

/** All rows of a scored Arrow file as records: for tables of a few thousand rows. */
export async function readScored(path: string): Promise<ScoredSource[]> {
  const rows: ScoredSource[] = [];
  for await (const batch of (await openArrowFile(path)).batches) {
    for (const row of batch) rows.push(row.toJSON() as ScoredSource);
  }
  return rows;
}
