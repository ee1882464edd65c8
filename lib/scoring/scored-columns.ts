import type { OutputColumn } from "@csc-classify/vo-tables/browser";
import type {
  ExtraColumn,
  FeatureGroup,
  SourceClass,
  Sources,
} from "@csc-classify/chandra-sources";
import { CLASSES, columnIn, FEATURES } from "@csc-classify/chandra-sources/quantities";
import type { Matrix } from "@csc-classify/forests";
import type { Classified } from "../trust/classify.ts";

// runs in a browser's page too

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

/** Features whose presence each of these columns states, for other languages. */
export const PRESENCE_COLUMNS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  PRESENCE_GROUPS.map((group) => [
    presenceColumn(group),
    FEATURES.filter((feature) => feature.group === group).map(({ name }) => name),
  ]),
);

/** What a class means where its name does not say it. */
const MEANINGS: Readonly<Partial<Record<SourceClass, string>>> = {
  YSO: "YSO: young, or in a star-forming region",
};

/** Columns of a scored catalogue, in order. A missing value is null. */
export const SCORED_COLUMNS: readonly OutputColumn[] = [
  text("name", "meta.id;meta.main", "source name"),
  column("ra", "double", "pos.eq.ra;meta.main", "right ascension, ICRS", "deg"),
  column("dec", "double", "pos.eq.dec;meta.main", "declination, ICRS", "deg"),
  ...CLASSES.map((name) =>
    probability(`cmp_${name}`, `probability of class ${MEANINGS[name] ?? name}`)
  ),
  probability(
    "cmp_young_or_star",
    "probability of a star of any age, cmp_STAR + cmp_YSO: labels differ in where youth ends",
  ),
  text("class", "meta.code.class;src.class", "class of the highest probability"),
  probability("cmp", "class membership probability: the highest of the eight"),
  probability("margin", "highest minus second highest probability"),
  text(
    "set95",
    "meta.code.class",
    "classes that cannot be excluded at 95 %, joined by ;: always with the class of the row",
  ),
  column(
    "set95_size",
    "integer",
    "meta.number",
    "number of classes in set95",
  ),
  text(
    "set95_promise",
    "meta.note",
    "for rows like it, by the surveys that have them and by place: how often sets of held-out " +
      "sources held their class, and of which classes there were too few to say",
  ),
  probability(
    "likeness",
    "share of the 20 labelled sources most like it that have its class; low where errors are likely",
  ),
  text("likeness_reason", "meta.note", "what those sources are"),
  text("host", "meta.id.parent", "galaxy, globular cluster or region the source lies in"),
  flag("limits_change", "whether the physical limits of the host change the probabilities"),
  ...CLASSES.map((name) =>
    probability(
      `cmp_${name}_limited`,
      `probability of class ${name} under the physical limits of the host`,
    )
  ),
  text(
    "flux_b_from",
    "meta.note",
    "what the 0.5-7 keV flux that the classifier used is: measured, or the sum of these bands",
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
  flag("simulated", "whether the source, or what the classifier learnt from, is invented"),
];

/** What a catalogue of several sets says of a source that more than one of them has. */
export const OTHER_INPUTS = text(
  "other_inputs",
  "meta.note",
  "class and probability by what other sets know of the source; the row itself is of the set " +
    "that has the most measured features of it",
);

/** Columns of a scored catalogue whose sources bring texts or flags of their own, `extras`. */
export function scoredColumns(extras: readonly ExtraColumn[] = []): OutputColumn[] {
  const own = extras.filter(({ name }) => SCORED_COLUMNS.every((column) => column.name !== name));
  return [
    ...SCORED_COLUMNS,
    ...own.map(({ name, type }) =>
      name === OTHER_INPUTS.name
        ? OTHER_INPUTS
        : column(name, type, "meta.note", `${name}, as the input has it`)
    ),
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
  const { probabilities, limited, sets, hosts, likeness, trainingLabels } = classified;
  const { label, cmp, margin } = decide(probabilities, matrix.nRows);
  const members = membersOf(sets, matrix.nRows);
  const ofClass = (values: Float64Array, c: number) => {
    const made = new Float64Array(matrix.nRows);
    for (let row = 0; row < made.length; row++) made[row] = values[row * n + c];
    return made;
  };
  const [star, yso] = (["STAR", "YSO"] as const).map((name) =>
    ofClass(probabilities, CLASSES.indexOf(name))
  );
  const values = new Map<string, OutputValues>([
    ["name", names],
    ["ra", ra],
    ["dec", dec],
    ["class", Array.from(label, (c) => CLASSES[c])],
    ["cmp", cmp],
    ["margin", margin],
    ["set95", members.map(({ text }) => text)],
    ["set95_size", Int32Array.from(members, ({ size }) => size)],
    ["set95_promise", classified.promises],
    ["cmp_young_or_star", star.map((p, row) => p + yso[row])],
    ["flux_b_from", classified.fluxFrom],
    ["likeness", Float64Array.from(label, (_, row) => likeness?.[row].score ?? NaN)],
    ["likeness_reason", names.map((_, row) => likeness?.[row].reason ?? null)],
    ["host", hosts.map((host) => host ?? null)],
    ["limits_change", classified.isLimited],
    ["in_training", Array.from(trainingLabels, (label) => label >= 0)],
    ["training_class", Array.from(trainingLabels, (label) => label < 0 ? null : CLASSES[label])],
    ["simulated", names.map(() => classified.isSimulated)],
    ["release", names.map((_, row) => textOf(extras.release?.[row]) ?? release ?? null)],
    ...PRESENCE_GROUPS.map((group) => [presenceColumn(group), presence(matrix, group)] as const),
    ...CLASSES.flatMap((name, c) => [
      [`cmp_${name}`, ofClass(probabilities, c)] as const,
      [`cmp_${name}_limited`, ofClass(limited, c)] as const,
    ]),
  ]);
  return new Map(columns.map(({ name, type }) => {
    return [name, values.get(name) ?? ownValues(names.map((_, row) => extras[name]?.[row]), type)];
  }));
}

/** `[nRows]` classes of the set of each row: each set is put into words once. */
function membersOf(sets: Uint8Array, nRows: number): { text: string; size: number }[] {
  const n = CLASSES.length, known = new Map<number, { text: string; size: number }>();
  return Array.from({ length: nRows }, (_, row) => {
    let bits = 0;
    for (let c = 0; c < n; c++) bits |= sets[row * n + c] << c;
    let set = known.get(bits);
    if (!set) {
      const names = CLASSES.filter((_, c) => bits >> c & 1);
      known.set(bits, set = { text: names.join(";"), size: names.length });
    }
    return set;
  });
}

/** A column that the sources brought, as one of its type. */
function ownValues(cells: readonly unknown[], type: OutputColumn["type"]): OutputValues {
  if (type === "double") return Float64Array.from(cells, (cell) => Number(cell ?? NaN));
  return type === "text"
    ? cells.map(textOf)
    : cells.map((cell) => (cell ?? null) as boolean | null);
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
function presence(matrix: Matrix, group: FeatureGroup): boolean[] {
  const has = new Array<boolean>(matrix.nRows).fill(false);
  for (const { name } of FEATURES.filter((feature) => feature.group === group)) {
    const column = columnIn({ matrix }, name);
    for (let row = 0; row < has.length; row++) if (!isNaN(column[row])) has[row] = true;
  }
  return has;
}
