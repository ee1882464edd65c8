import { CLASSES } from "../catalogue/classes.ts";
import { type FeatureGroup, FEATURES } from "../catalogue/features.ts";
import type { Matrix } from "../catalogue/matrix.ts";
import type { ExtraColumn, Sources } from "../tables/sources.ts";
import type { Classified } from "../trust/classify.ts";

// runs in a browser's page too

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
  text("name", "meta.id;meta.main", "source name"),
  column("ra", "double", "pos.eq.ra;meta.main", "right ascension, ICRS", "deg"),
  column("dec", "double", "pos.eq.dec;meta.main", "declination, ICRS", "deg"),
  ...CLASSES.map((name) => probability(`cmp_${name}`, `probability of class ${name}`)),
  text("class", "meta.code.class;src.class", "class of the highest probability"),
  probability("cmp", "class membership probability: the highest of the eight"),
  probability("margin", "highest minus second highest probability"),
  text(
    "set95",
    "meta.code.class",
    "classes that cannot be excluded, joined by ;: the set holds the true one for 95 % of each class",
  ),
  column(
    "set95_size",
    "integer",
    "meta.number",
    "number of classes in set95; 0: unlike every class",
  ),
  probability(
    "likeness",
    "share of the 20 labelled sources most like it that have its class; low where errors are likely",
  ),
  text("likeness_reason", "meta.note", "what those sources are"),
  text("host", "meta.id.parent", "galaxy, globular cluster or region the source lies in"),
  flag("limits_applied", "whether the physical limits of the host changed the probabilities"),
  ...CLASSES.map((name) =>
    probability(
      `cmp_${name}_unlimited`,
      `probability of class ${name} before the limits of the host`,
    )
  ),
  ...PRESENCE_GROUPS.map((group) =>
    flag(presenceColumn(group), `whether any ${group} feature was present`)
  ),
  flag(
    "in_training",
    "whether the classifier learnt from this source, told by name or within 1 arcsec",
  ),
  text("training_class", "meta.code.class", "its class in the training set"),
  text("release", "meta.version", "release of the Chandra Source Catalog of its X-ray data"),
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

function text(name: string, ucd: string, description: string): OutputColumn {
  return column(name, "text", ucd, description);
}

function probability(name: string, description: string): OutputColumn {
  return column(name, "double", "stat.probability", description);
}

function flag(name: string, description: string): OutputColumn {
  return column(name, "boolean", "meta.code", description);
}

/** `[nRows]` values of a column of its type; a missing number is NaN, any other null. */
export type OutputValues = Float64Array | Int32Array | readonly (string | boolean | null)[];

/**
 * The values of scored rows, by column, in the order of {@link scoredColumns}.
 *
 * @param release Of sources that do not say theirs.
 */
export function scoredValues(
  sources: Sources,
  classified: Classified,
  columns: readonly OutputColumn[],
  release?: string,
): Map<string, OutputValues> {
  const { names, ra, dec, matrix, extras = {} } = sources, n = CLASSES.length;
  const { probabilities, unlimited, sets, hosts, limited, likeness, trainingLabels } = classified;
  const { label, cmp, margin } = decide(probabilities, matrix.nRows);
  const members = Array.from(label, (_, row) => CLASSES.filter((_, c) => sets[row * n + c] === 1));
  const ofClass = (values: Float64Array, c: number) =>
    Float64Array.from(label, (_, row) => values[row * n + c]);
  const values = new Map<string, OutputValues>([
    ["name", names],
    ["ra", ra],
    ["dec", dec],
    ["class", Array.from(label, (c) => CLASSES[c])],
    ["cmp", cmp],
    ["margin", margin],
    ["set95", members.map((set) => set.join(";"))],
    ["set95_size", Int32Array.from(members, (set) => set.length)],
    ["likeness", Float64Array.from(label, (_, row) => likeness?.[row].score ?? NaN)],
    ["likeness_reason", names.map((_, row) => likeness?.[row].reason ?? null)],
    ["host", hosts.map((host) => host ?? null)],
    ["limits_applied", limited],
    ["in_training", Array.from(trainingLabels, (label) => label >= 0)],
    ["training_class", Array.from(trainingLabels, (label) => label < 0 ? null : CLASSES[label])],
    ["release", names.map((_, row) => textOf(extras.release?.[row]) ?? release ?? null)],
    ...PRESENCE_GROUPS.map((group) => [presenceColumn(group), presence(matrix, group)] as const),
    ...CLASSES.flatMap((name, c) => [
      [`cmp_${name}`, ofClass(probabilities, c)] as const,
      [`cmp_${name}_unlimited`, ofClass(unlimited, c)] as const,
    ]),
  ]);
  return new Map(columns.map(({ name, type }) => {
    const own = () => names.map((_, row) => extras[name]?.[row] ?? null);
    return [name, values.get(name) ?? (type === "text" ? own().map(textOf) : own())];
  }));
}

function textOf(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value);
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

/** `[nRows]` whether a row has any feature of the group. */
function presence({ values, nRows, nColumns, names }: Matrix, group: FeatureGroup): boolean[] {
  const columns = FEATURES.filter((feature) => feature.group === group)
    .map(({ name }) => names.indexOf(name)).filter((column) => column >= 0);
  return Array.from(
    { length: nRows },
    (_, row) => columns.some((column) => !Number.isNaN(values[row * nColumns + column])),
  );
}
