import { extname } from "node:path";
import pl, { type DataFrame } from "nodejs-polars";
import { CLASSES, isClass, toLabels } from "../catalogue/classes.ts";
import { FEATURES } from "../catalogue/features.ts";
import { fromGalactic } from "../sky/positions.ts";
import { sha256 } from "./published-files.ts";
import { fillDerived, type LabelledSources, type Origin } from "./sources.ts";

/** Complaints of one table, all at once, so that it is mended once. */
export class TableError extends Error {
  override name = "TableError";
  constructor(path: string, readonly complaints: readonly string[]) {
    const shown = complaints.slice(0, 20);
    const rest = complaints.length - shown.length;
    super(
      `${path} cannot be used:\n- ${shown.join("\n- ")}` +
        (rest > 0 ? `\n- and ${rest} more complaints` : ""),
    );
  }
}

/** Texts that stand for a missing value in CSV files. */
const MISSING = ["", "nan", "null", "na", "n/a"];
const EXTRA = ["ra", "dec", "significance", "offset_arcsec"] as const;

/**
 * A table of one's own as a training table. It needs the columns `name`, `class` and the features
 * in physical units under the names of FEATURES; colours are computed from the magnitudes and
 * positions from Galactic coordinates where they are absent; ra, dec, significance, catalogue and
 * offset_arcsec may be there. Empty cells and NaN are missing values.
 *
 * @param path A `.csv` or `.parquet` file.
 * @throws TableError naming each missing or misspelt column, each column of a wrong type, unknown
 * classes, names given twice and cells that are not numbers, with row and value.
 */
export async function readUserTable(path: string): Promise<LabelledSources> {
  const bytes = await Deno.readFile(path).catch((error) => {
    throw new Error(`cannot read the table ${path} (${error.message}); check the path`);
  });
  const frame = readFrame(path, bytes);
  const complaints: string[] = [];
  const columns = collectColumns(frame, complaints);
  if (complaints.length) throw new TableError(path, complaints);
  return toSources(columns, {
    kind: "table",
    description: `${frame.height} labelled sources of ${path}`,
    sha256: sha256(bytes),
  });
}

/** CSV cells are kept as text, so that a complaint can quote them. */
function readFrame(path: string, bytes: Uint8Array): DataFrame {
  const kind = extname(path).toLowerCase();
  if (kind !== ".csv" && kind !== ".parquet") {
    throw new TypeError(`${path}: a table is a .csv or a .parquet file, not "${kind}"`);
  }
  try {
    return kind === ".csv"
      ? pl.readCSV(new TextDecoder().decode(bytes), { inferSchemaLength: 0 })
      : pl.readParquet(path);
  } catch (error) {
    throw new Error(
      `${path} is not a readable ${kind.slice(1)} file (${(error as Error).message})`,
    );
  }
}

interface UserColumns {
  readonly texts: Map<string, string[]>;
  /** NaN where missing. */
  readonly numbers: Map<string, Float64Array>;
}

function collectColumns(frame: DataFrame, complaints: string[]): UserColumns {
  const texts = new Map<string, string[]>(), numbers = new Map<string, Float64Array>();
  if (frame.height === 0) complaints.push("the table has no rows");
  for (const name of ["name", "class"]) {
    if (isThere(frame, name, complaints)) texts.set(name, readTexts(frame, name));
  }
  if (frame.columns.includes("catalogue")) texts.set("catalogue", readTexts(frame, "catalogue"));
  complainOfClasses(texts.get("class") ?? [], complaints);
  complainOfNames(texts.get("name") ?? [], complaints);
  for (const { name, from } of FEATURES) {
    if (from && !frame.columns.includes(name)) continue;
    if (isThere(frame, name, complaints)) numbers.set(name, readNumbers(frame, name, complaints));
  }
  for (const name of EXTRA) {
    if (frame.columns.includes(name)) numbers.set(name, readNumbers(frame, name, complaints));
  }
  return { texts, numbers };
}

function isThere(frame: DataFrame, name: string, complaints: string[]): boolean {
  if (frame.columns.includes(name)) return true;
  const known = new Set<string>(["name", "class", "catalogue", ...EXTRA]);
  for (const feature of FEATURES) known.add(feature.name);
  const nearest = frame.columns.filter((column) => !known.has(column))
    .map((column) => ({ column, distance: editDistance(column.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const hint = nearest && nearest.distance <= Math.max(1, name.length / 3)
    ? `; is it "${nearest.column}"? Rename it to "${name}"`
    : `; add it, with empty cells where it is not known`;
  complaints.push(`the column "${name}" is missing${hint}`);
  return false;
}

function readTexts(frame: DataFrame, name: string): string[] {
  return frame.getColumn(name).toArray().map((cell) => cell === null ? "" : String(cell).trim());
}

function readNumbers(frame: DataFrame, name: string, complaints: string[]): Float64Array {
  const cells = frame.getColumn(name).toArray() as unknown[];
  const bad: string[] = [];
  const numbers = Float64Array.from(cells, (cell, row) => {
    if (cell === null || cell === undefined) return NaN;
    if (typeof cell === "string" && MISSING.includes(cell.trim().toLowerCase())) return NaN;
    const number = typeof cell === "boolean" ? NaN : Number(cell);
    if (Number.isFinite(number) || Number.isNaN(cell)) return number;
    bad.push(`row ${row + 1} has "${cell}"`);
    return NaN;
  });
  if (bad.length) {
    const more = bad.length > 3 ? ` and ${bad.length - 3} more` : "";
    complaints.push(`"${name}" must hold numbers: ${bad.slice(0, 3).join(", ")}${more}`);
  }
  return numbers;
}

function complainOfClasses(classes: readonly string[], complaints: string[]): void {
  const unknown = new Map<string, number>();
  classes.forEach((name, row) => {
    if (!isClass(name) && !unknown.has(name)) unknown.set(name, row + 1);
  });
  for (const [name, row] of unknown) {
    complaints.push(
      `the class "${name}" (first in row ${row}) is not one of ${CLASSES.join(", ")}`,
    );
  }
}

function complainOfNames(names: readonly string[], complaints: string[]): void {
  const seen = new Map<string, number>();
  names.forEach((name, row) => {
    const first = seen.get(name);
    if (name === "") complaints.push(`row ${row + 1} has no name`);
    else if (first !== undefined) {
      complaints.push(`rows ${first} and ${row + 1} have the same name "${name}"`);
    } else seen.set(name, row + 1);
  });
}

function toSources({ texts, numbers }: UserColumns, origin: Origin): LabelledSources {
  const names = texts.get("name")!;
  const of = (name: string) => numbers.get(name) ?? new Float64Array(names.length).fill(NaN);
  const places = names.map((_, row) => fromGalactic(of("gal_l")[row], of("gal_b")[row]));
  const ra = numbers.get("ra") ?? Float64Array.from(places, ({ ra }) => ra);
  const dec = numbers.get("dec") ?? Float64Array.from(places, ({ dec }) => dec);
  const extra = ["significance", "offset_arcsec"].map((name) => [name, of(name)] as const);
  const given = [...numbers].filter(([name]) => name !== "ra" && name !== "dec");
  return {
    origin,
    names,
    ra,
    dec,
    matrix: fillDerived(new Map<string, Float64Array>([...given, ...extra]), { ra, dec }),
    labels: toLabels(texts.get("class")!),
    catalogues: texts.get("catalogue") ?? names.map(() => "own table"),
  };
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
