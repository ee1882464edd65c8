import { Bool, type DataType, Field, Float64, Int32, Schema, Utf8 } from "apache-arrow";
import type { OutputColumn, OutputMetadata } from "./column.ts";

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
