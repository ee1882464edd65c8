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
  vectorFromArray,
} from "apache-arrow";
import { CLASSES } from "../catalogue/classes.ts";
import { type FeatureGroup, FEATURES } from "../catalogue/features.ts";
import type { Matrix } from "../catalogue/matrix.ts";
import { nullableDoubles } from "../tables/arrow-file.ts";
import type { ExtraColumn, Sources } from "../tables/sources.ts";
import type { Classified } from "../trust/classify.ts";

/** The measured groups whose presence a scored row states; position and colours follow from others. */
export const PRESENCE_GROUPS: readonly FeatureGroup[] = [
  "X-ray flux",
  "X-ray variability",
  "Gaia",
  "GALEX",
  "SDSS",
  "WISE",
  "MIPS",
  "2MASS",
];

/** Column of the presence of a group, e.g. `has_xray_flux`. */
function presenceColumn(group: FeatureGroup): string {
  return `has_${group.toLowerCase().replaceAll("-", "").replaceAll(" ", "_")}`;
}

/** Columns of a scored catalogue, in order. A missing value is null. */
export const SCORED_COLUMNS: readonly OutputColumn[] = [
  column("name", "text", "meta.id;meta.main", "source name"),
  column("ra", "double", "pos.eq.ra;meta.main", "right ascension, ICRS", "deg"),
  column("dec", "double", "pos.eq.dec;meta.main", "declination, ICRS", "deg"),
  ...CLASSES.map((name) =>
    column(`cmp_${name}`, "double", "stat.probability", `probability of class ${name}`)
  ),
  column("class", "text", "meta.code.class;src.class", "class of the highest probability"),
  column(
    "cmp",
    "double",
    "stat.probability",
    "class membership probability: the highest of the eight",
  ),
  column("margin", "double", "stat.probability", "highest minus second highest probability"),
  column(
    "set95",
    "text",
    "meta.code.class",
    "classes that cannot be excluded, joined by ;: the set holds the true one for 95 % of each class",
  ),
  column(
    "set95_size",
    "integer",
    "meta.number",
    "number of classes in set95; 0: unlike every class",
  ),
  column("host", "text", "meta.id.parent", "galaxy, globular cluster or region the source lies in"),
  column(
    "limits_applied",
    "boolean",
    "meta.code",
    "whether the physical limits of the host changed the probabilities",
  ),
  ...CLASSES.map((name) =>
    column(
      `cmp_${name}_unlimited`,
      "double",
      "stat.probability",
      `probability of class ${name} before the limits of the host`,
    )
  ),
  ...PRESENCE_GROUPS.map((group) =>
    column(
      presenceColumn(group),
      "boolean",
      "meta.code",
      `whether any ${group} feature was present`,
    )
  ),
  column(
    "in_training",
    "boolean",
    "meta.code",
    "whether the classifier learnt from this source, told by name or within 1 arcsec",
  ),
  column("training_class", "text", "meta.code.class", "its class in the training set"),
  column(
    "release",
    "text",
    "meta.version",
    "release of the Chandra Source Catalog of its X-ray data",
  ),
];

/** Columns of a scored catalogue whose sources bring texts or flags of their own, `extras`. */
export function scoredColumns(extras: readonly ExtraColumn[] = []): OutputColumn[] {
  const own = extras.filter(({ name }) => SCORED_COLUMNS.every((column) => column.name !== name));
  return [
    ...SCORED_COLUMNS,
    ...own.map(({ name, type }) => column(name, type, "meta.note", `${name}, as the input has it`)),
  ];
}

function column(
  name: string,
  type: OutputColumn["type"],
  ucd: string,
  description: string,
  unit = "",
): OutputColumn {
  return { name, type, unit, ucd, description };
}

/** One column of a product: what every format needs to describe it. */
export interface OutputColumn {
  readonly name: string;
  readonly type: "text" | "double" | "integer" | "boolean";
  /** VOUnits notation; "" for a pure number or text. */
  readonly unit: string;
  /** UCD1+; "" where none fits. */
  readonly ucd: string;
  readonly description: string;
}

/** What a whole product says about itself. */
export interface OutputMetadata {
  readonly title: string;
  readonly description: string;
  /** Whether the rows are simulated: every format says so. */
  readonly simulated: boolean;
  /** Where it comes from: short names to values, e.g. commit, seed, SHA-256 of inputs. */
  readonly provenance: Readonly<Record<string, string>>;
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

/**
 * Scored rows as one Arrow batch with the columns of {@link scoredColumns}.
 *
 * @param schema Of those columns; what it has beyond {@link SCORED_COLUMNS} comes from the sources.
 * @param release Of sources that do not say theirs.
 */
export function scoredBatch(
  sources: Sources,
  classified: Classified,
  schema: Schema,
  release?: string,
): RecordBatch {
  const { names, ra, dec, matrix, extras = {} } = sources, nRows = matrix.nRows;
  const { probabilities, unlimited, sets, hosts, limited, trainingLabels } = classified;
  const { label, cmp, margin } = decide(probabilities, nRows);
  const perClass = (values: Float64Array) =>
    CLASSES.map((_, c) =>
      nullableDoubles(Float64Array.from(label, (_, row) => values[row * CLASSES.length + c]))
    );
  const members = Array.from(
    label,
    (_, row) => CLASSES.filter((_, c) => sets[row * CLASSES.length + c] === 1),
  );
  const own = schema.fields.slice(SCORED_COLUMNS.length);
  const children: Data[] = [
    texts(names),
    nullableDoubles(ra),
    nullableDoubles(dec),
    ...perClass(probabilities),
    texts(Array.from(label, (c) => CLASSES[c])),
    nullableDoubles(cmp),
    nullableDoubles(margin),
    texts(members.map((set) => set.join(";"))),
    makeData({
      type: new Int32(),
      length: nRows,
      nullCount: 0,
      data: Int32Array.from(members, (set) => set.length),
    }),
    texts(hosts.map((host) => host ?? null)),
    flags(limited),
    ...perClass(unlimited),
    ...presence(matrix),
    flags(Array.from(trainingLabels, (label) => label >= 0)),
    texts(Array.from(trainingLabels, (label) => label < 0 ? null : CLASSES[label])),
    texts(names.map((_, row) => text(extras.release?.[row]) ?? release ?? null)),
    ...own.map(({ name, type }) =>
      type instanceof Bool
        ? vectorFromArray(names.map((_, row) => extras[name]?.[row] ?? null), new Bool()).data[0]
        : texts(names.map((_, row) => text(extras[name]?.[row])))
    ),
  ];
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: nRows, nullCount: 0, children }));
}

function texts(values: readonly (string | null)[]): Data {
  return vectorFromArray(values, new Utf8()).data[0];
}

function text(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value);
}

function flags(values: readonly boolean[]): Data {
  const data = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, row) => data[row >> 3] |= Number(value) << (row & 7));
  return makeData({ type: new Bool(), length: values.length, nullCount: 0, data });
}

/** Class, its probability and the margin of each row; the first class wins a tie. */
function decide(probabilities: Float64Array, nRows: number) {
  const nClasses = CLASSES.length;
  const label = new Uint8Array(nRows);
  const cmp = new Float64Array(nRows), margin = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) {
    let best = -1, second = -1, at = 0;
    for (let c = 0; c < nClasses; c++) {
      const p = probabilities[row * nClasses + c];
      if (p > best) [second, best, at] = [best, p, c];
      else if (p > second) second = p;
    }
    label[row] = at;
    cmp[row] = best;
    margin[row] = best - second;
  }
  return { label, cmp, margin };
}

/** For each of {@link PRESENCE_GROUPS}, whether a row has any feature of the group. */
function presence({ values, nRows, nColumns, names }: Matrix): Data[] {
  const groupOf = new Map(
    FEATURES.map(({ name, group }) => [name, PRESENCE_GROUPS.indexOf(group)]),
  );
  const columnGroup = names.map((name) => groupOf.get(name) ?? -1);
  const bits = PRESENCE_GROUPS.map(() => new Uint8Array(Math.ceil(nRows / 8)));
  for (let row = 0, i = 0; row < nRows; row++) {
    for (let column = 0; column < nColumns; column++, i++) {
      const group = columnGroup[column];
      if (group >= 0 && values[i] === values[i]) bits[group][row >> 3] |= 1 << (row & 7);
    }
  }
  return bits.map((data) => makeData({ type: new Bool(), length: nRows, nullCount: 0, data }));
}
